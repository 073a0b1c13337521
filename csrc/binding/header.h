/*
 * What the files of sipcodes.header share: header.c (reading) and header_write.c (writing).
 */
#ifndef SIPCODES_BINDING_HEADER_H
#define SIPCODES_BINDING_HEADER_H

#include "compat.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

int header_format_reason(lua_State *L);
int header_format_warning(lua_State *L);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
