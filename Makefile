# sipcodes: the library for every Lua whose headers are here, in build/<version>/sipcodes.so.
#
#   make                 build; needs a C compiler and the headers of at least one Lua
#   make demo            set up a fresh Debian and explain a real SIP trace
#   make test            set up a fresh Debian and check everything that must hold
#   make bench           count the instructions of the library and of Lua written by hand
#   make fuzz            feed the parsers FUZZ_SECONDS=n of random input each
#   make coverage        print the lines and branches that no spec reaches; RECORD=1 lists them as known
#   make docs            write again what is generated from the built module, and the page of codes
#   make registry        CSV=FILE: compare a fresh copy of IANA's registry with the data
#   make deb             build the Debian package into build/deb
#   make install         PREFIX=/usr/local DESTDIR= LUA=5.4 (without LUA: every version built)
#   make uninstall       the same variables; the command goes with the Lua that runs it
#   make clean
#
# LUA_INCDIR_5.4=DIR (and so on for each version) names a folder of headers that is not found.

VERSION := $(shell sed -n 's/^.define SIPCODES_VERSION "\(.*\)"/\1/p' csrc/core/sipcodes.h)

CC ?= cc
CFLAGS ?= -O2 -g
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

# What the library needs whatever CFLAGS says. Its Lua symbols come from the host that loads it.
FLAGS := -std=c99 -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
	-Werror=implicit-function-declaration $(if $(WERROR),-Werror)
# Guards of a release. The sanitizers' build has guards of its own.
HARDENING ?= -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
ifeq ($(shell uname -s),Darwin)
SHARED := -bundle -undefined dynamic_lookup
else
SHARED := -shared -Wl,-z,nodelete -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
FLAGS += -fno-plt
endif

# A folder serves a version if its lua.h says so.
candidates = $(LUA_INCDIR_$(1)) $(wildcard $(foreach root,/usr/include /usr/local/include \
	/opt/homebrew/include,$(foreach name,lua$(1) lua-$(1) lua/$(1) lua$(subst .,,$(1)),\
	$(root)/$(name))) /usr/include /usr/local/include)
incdir = $(shell for dir in $(call candidates,$(1)); do \
	printf '\043include <lua.h>\n\043if LUA_VERSION_NUM != %d\n\043error\n\043endif\n' \
	$(subst .,0,$(1)) | $(CC) -I"$$dir" -E -x c - >/dev/null 2>&1 && echo "$$dir" && break; done)

# Compiler lines are shown with V=1.
Q := $(if $(V),,@)

LUA_VERSIONS := 5.4 5.1 5.2 5.3 5.5
$(foreach v,$(LUA_VERSIONS),$(eval INCDIR_$(v) := $(call incdir,$(v))))
FOUND := $(foreach v,$(LUA_VERSIONS),$(if $(INCDIR_$(v)),$(v)))

CORE := $(wildcard csrc/core/*.c)
BINDING := $(wildcard csrc/binding/*.c)
CORE_OBJECTS := $(CORE:csrc/%.c=$(BUILD)/%.o)
LIBRARIES := $(foreach v,$(FOUND),$(BUILD)/$(v)/sipcodes.so)

FUZZERS := $(patsubst spec/fuzz/%.c,%,$(wildcard spec/fuzz/*.c))
FUZZING := -O2 -g -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=undefined

.PHONY: all core demo test hosts bench fuzzers fuzz coverage docs registry deb install uninstall clean
.DELETE_ON_ERROR:

all: $(LIBRARIES)
	$(if $(FOUND),@:,$(no_headers))

# What is missing, for each host.
define no_headers
	@printf '%s\n' 'No Lua headers found. The library is built for the Lua that loads it. On Debian:' \
		'  Lua 5.4, and the command:    apt-get install liblua5.4-dev' \
		'  Kamailio of Debian 12:       apt-get install liblua5.1-0-dev' \
		'  FreeSWITCH with LuaJIT:      apt-get install liblua5.1-0-dev' \
		'  FreeSWITCH with Lua 5.3:     apt-get install liblua5.3-dev' \
		'  tshark of Debian 12:         apt-get install liblua5.2-dev' >&2; exit 1
endef

core: $(CORE_OBJECTS)

$(BUILD)/core/%.o: csrc/core/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(FLAGS) $(HARDENING) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

define library
$(BUILD)/$(1)/binding/%.o: csrc/binding/%.c
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(FLAGS) $$(HARDENING) $$(CPPFLAGS) $$(CFLAGS) -isystem $(INCDIR_$(1)) -MMD -MP -c $$< -o $$@

$(BUILD)/$(1)/sipcodes.so: $(BINDING:csrc/%.c=$(BUILD)/$(1)/%.o) $(CORE_OBJECTS)
	$$(Q)$$(CC) $$(CFLAGS) $$(SHARED) $$(LDFLAGS) $$^ -o $$@
	@echo "made $$@"
endef
$(foreach v,$(FOUND),$(eval $(call library,$(v))))

-include $(wildcard $(BUILD)/core/*.d $(BUILD)/*/binding/*.d)

# The command from the checkout.
SIPCODES := LUA_PATH='./lua/?.lua;;' LUA_CPATH='./$(BUILD)/5.4/?.so;;' lua5.4 lua/bin/sipcodes

demo:
	spec/tools/setup demo
	$(MAKE) --no-print-directory
	$(SIPCODES) explain spec/data/trace.log

# The sanitizers' build, which the specs use too: SIPCODES_BUILD=build/asan busted
ASAN := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined,float-cast-overflow \
	-fno-sanitize-recover=all

test:
	spec/tools/setup test
	$(MAKE) WERROR=1
	$(MAKE) WERROR=1 BUILD=build/asan CC=gcc CFLAGS='$(ASAN)' HARDENING=
	spec/tools/check

# Each version gets the library and the Lua files where Debian's Lua of that version looks.
INSTALLED = $(if $(LUA),$(LUA),$(FOUND))
SCRIPTS := $(wildcard lua/sipcodes/*.lua lua/sipcodes/*/*.lua)
BINDIR = $(DESTDIR)$(PREFIX)/bin
LIBDIR = $(DESTDIR)$(PREFIX)/lib/lua
SHAREDIR = $(DESTDIR)$(PREFIX)/share
LUADIR = $(SHAREDIR)/lua
# An addon for the Lua language server: what it is about, and the declarations.
ADDON = $(DESTDIR)$(PREFIX)/share/lua-language-server/sipcodes
TYPES := $(wildcard lua/sipcodes/types.lua lua/sipcodes/types/*.lua)

install: $(foreach v,$(INSTALLED),$(BUILD)/$(v)/sipcodes.so)
	set -e; for v in $(INSTALLED); do \
		install -d "$(LIBDIR)/$$v"; \
		install -m 644 $(BUILD)/$$v/sipcodes.so "$(LIBDIR)/$$v/sipcodes.so"; \
		for file in $(SCRIPTS:lua/%=%); do \
			install -D -m 644 lua/$$file "$(LUADIR)/$$v/$$file"; done; \
	done
	install -D -m 644 lua/lua-language-server/config.json "$(ADDON)/config.json"
	set -e; for file in $(TYPES:lua/sipcodes/%=%); do \
		install -D -m 644 lua/sipcodes/$$file "$(ADDON)/library/$$file"; done
	install -D -m 644 lua/man/sipcodes.1 "$(SHAREDIR)/man/man1/sipcodes.1"
	install -D -m 644 lua/completions/sipcodes.bash "$(SHAREDIR)/bash-completion/completions/sipcodes"
	install -D -m 644 lua/completions/_sipcodes "$(SHAREDIR)/zsh/site-functions/_sipcodes"
	install -D -m 644 lua/completions/sipcodes.fish "$(SHAREDIR)/fish/vendor_completions.d/sipcodes.fish"
	install -d "$(BINDIR)"
	sed '1s|.*|#!/usr/bin/env lua$(firstword $(INSTALLED))|' lua/bin/sipcodes >"$(BINDIR)/sipcodes"
	chmod 755 "$(BINDIR)/sipcodes"

uninstall:
	set -e; for v in $(INSTALLED); do \
		rm -f "$(LIBDIR)/$$v/sipcodes.so"; rm -rf "$(LUADIR)/$$v/sipcodes"; \
		if head -n 1 "$(BINDIR)/sipcodes" 2>/dev/null | grep -qx "#!/usr/bin/env lua$$v"; then \
			rm -f "$(BINDIR)/sipcodes" "$(SHAREDIR)/man/man1/sipcodes.1" \
				"$(SHAREDIR)/bash-completion/completions/sipcodes" \
				"$(SHAREDIR)/zsh/site-functions/_sipcodes" \
				"$(SHAREDIR)/fish/vendor_completions.d/sipcodes.fish"; fi; \
	done
	ls -d "$(LUADIR)"/*/sipcodes >/dev/null 2>&1 || rm -rf "$(ADDON)"

# Programs that run Lua for callgrind, linked to a fixed place; and the Lua files that a script would
# load instead of the library.
build/bench/host-%: spec/bench/host.c
	@mkdir -p $(@D)
	$(CC) -std=c99 $(CFLAGS) -Wall -Wextra -no-pie -rdynamic -isystem $(INCDIR_$*) $< -o $@ \
		-Wl,--whole-archive -l:liblua$*.a -Wl,--no-whole-archive -lm -ldl

build/bench/facts.lua: spec/bench/files.lua $(BUILD)/5.4/sipcodes.so
	@mkdir -p $(@D)
	lua5.4 $< $(@D)

hosts: all build/bench/host-5.4 build/bench/host-5.1 build/bench/facts.lua

bench:
	spec/tools/setup bench
	$(MAKE) --no-print-directory hosts
	lua5.4 spec/bench/run.lua spec/bench/results.md README.md
	@status=0; for script in spec/bench/*.sh; do echo "$$script"; $$script || status=1; done; exit $$status

coverage:
	spec/tools/coverage $(if $(RECORD),--record)

docs: $(BUILD)/5.4/sipcodes.so build/doc/index.html
	lua5.4 spec/tools/docs.lua

# The page of codes, one file of HTML that works offline.
build/doc/index.html: $(BUILD)/5.4/sipcodes.so $(wildcard spec/tools/page/*)
	@mkdir -p $(@D)
	lua5.4 spec/tools/page/write.lua $@

registry: $(BUILD)/5.4/sipcodes.so
	lua5.4 spec/tools/registry.lua $(CSV)

# A libFuzzer target for each parser. What one finds stands in build/fuzz.
build/fuzz/%: spec/fuzz/%.c spec/fuzz/fuzz.h $(CORE) $(wildcard csrc/core/*.h csrc/data/*.def)
	@mkdir -p $(@D)
	clang $(FLAGS) $(FUZZING) $< $(CORE) -o $@

build/fuzz/seeds/%: spec/fuzz/seeds.lua $(wildcard spec/support/*_cases.lua)
	@mkdir -p $@
	lua5.4 spec/fuzz/seeds.lua $@ $*

fuzzers: $(FUZZERS:%=build/fuzz/%) $(FUZZERS:%=build/fuzz/seeds/%)

fuzz: fuzzers
	@set -e; for name in $(FUZZERS); do mkdir -p build/fuzz/corpus/$$name; \
		echo "$$name"; build/fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -max_len=512 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix=build/fuzz/$$name- \
		build/fuzz/corpus/$$name build/fuzz/seeds/$$name; done

# The Debian package lua-sipcodes, built by dh-lua from a copy of the tree.
DEB := build/deb/lua-sipcodes-$(VERSION)

deb:
	spec/tools/setup deb
	rm -rf build/deb
	mkdir -p $(DEB)
	cp -R csrc lua README.md CHANGELOG.md $(DEB)
	cp -R rockspec/debian $(DEB)/debian
	cd $(DEB) && dpkg-buildpackage --no-sign --build=binary
	@ls build/deb/*.deb

# What luarocks' builtin build leaves in the checkout goes too.
clean:
	rm -rf build
	rm -f sipcodes.so $(CORE:.c=.o) $(BINDING:.c=.o)
