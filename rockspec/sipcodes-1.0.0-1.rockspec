rockspec_format = "3.0"

package = "sipcodes"
version = "1.0.0-1"

source = {
  url = "sipcodes-1.0.0.tar.gz",
}

description = {
  summary = "SIP response codes for Lua, with a C core",
  detailed = [[
    Phrases, classes and meanings of every SIP response code, the Q.850 causes that standards and
    platforms map them to, the Reason, Warning and Retry-After header fields, failover decisions
    and call-quality ratios, for routing scripts in Kamailio and FreeSWITCH.
  ]],
  license = "MIT",
  labels = { "sip", "voip", "kamailio", "freeswitch", "q850" },
}

dependencies = {
  "lua >= 5.1, < 5.6",
}

build = {
  type = "builtin",
  modules = {
    sipcodes = {
      sources = {
        "csrc/binding/args.c",
        "csrc/binding/blocking.c",
        "csrc/binding/cause.c",
        "csrc/binding/freeswitch.c",
        "csrc/binding/freeswitch_answer.c",
        "csrc/binding/freeswitch_attempts.c",
        "csrc/binding/freeswitch_causes.c",
        "csrc/binding/header.c",
        "csrc/binding/header_write.c",
        "csrc/binding/kpi.c",
        "csrc/binding/message.c",
        "csrc/binding/module.c",
        "csrc/binding/response.c",
        "csrc/binding/response_info.c",
        "csrc/binding/response_text.c",
        "csrc/binding/routing.c",
        "csrc/core/blocking.c",
        "csrc/core/bridge.c",
        "csrc/core/cause.c",
        "csrc/core/freeswitch.c",
        "csrc/core/grammar.c",
        "csrc/core/header.c",
        "csrc/core/header_registry.c",
        "csrc/core/header_write.c",
        "csrc/core/kpi.c",
        "csrc/core/mapping.c",
        "csrc/core/response.c",
        "csrc/core/routing.c",
        "csrc/core/text.c",
      },
      -- This build passes no flags to the linker: the library pins itself instead.
      defines = { "SIPCODES_PIN" },
    },
    ["sipcodes.cli"] = "lua/sipcodes/cli.lua",
    ["sipcodes.cli.call"] = "lua/sipcodes/cli/call.lua",
    ["sipcodes.cli.call_list"] = "lua/sipcodes/cli/call_list.lua",
    ["sipcodes.cli.call_record"] = "lua/sipcodes/cli/call_record.lua",
    ["sipcodes.cli.calls"] = "lua/sipcodes/cli/calls.lua",
    ["sipcodes.cli.capture"] = "lua/sipcodes/cli/capture.lua",
    ["sipcodes.cli.card"] = "lua/sipcodes/cli/card.lua",
    ["sipcodes.cli.cause"] = "lua/sipcodes/cli/cause.lua",
    ["sipcodes.cli.cells"] = "lua/sipcodes/cli/cells.lua",
    ["sipcodes.cli.census"] = "lua/sipcodes/cli/census.lua",
    ["sipcodes.cli.commands"] = "lua/sipcodes/cli/commands.lua",
    ["sipcodes.cli.csv"] = "lua/sipcodes/cli/csv.lua",
    ["sipcodes.cli.examples"] = "lua/sipcodes/cli/examples.lua",
    ["sipcodes.cli.exit"] = "lua/sipcodes/cli/exit.lua",
    ["sipcodes.cli.explain"] = "lua/sipcodes/cli/explain.lua",
    ["sipcodes.cli.explain_reasons"] = "lua/sipcodes/cli/explain_reasons.lua",
    ["sipcodes.cli.export"] = "lua/sipcodes/cli/export.lua",
    ["sipcodes.cli.export_tables"] = "lua/sipcodes/cli/export_tables.lua",
    ["sipcodes.cli.field"] = "lua/sipcodes/cli/field.lua",
    ["sipcodes.cli.groups"] = "lua/sipcodes/cli/groups.lua",
    ["sipcodes.cli.help"] = "lua/sipcodes/cli/help.lua",
    ["sipcodes.cli.html"] = "lua/sipcodes/cli/html.lua",
    ["sipcodes.cli.input"] = "lua/sipcodes/cli/input.lua",
    ["sipcodes.cli.kpi"] = "lua/sipcodes/cli/kpi.lua",
    ["sipcodes.cli.kpi_compare"] = "lua/sipcodes/cli/kpi_compare.lua",
    ["sipcodes.cli.kpi_groups"] = "lua/sipcodes/cli/kpi_groups.lua",
    ["sipcodes.cli.kpi_page"] = "lua/sipcodes/cli/kpi_page.lua",
    ["sipcodes.cli.kpi_report"] = "lua/sipcodes/cli/kpi_report.lua",
    ["sipcodes.cli.list"] = "lua/sipcodes/cli/list.lua",
    ["sipcodes.cli.lookup"] = "lua/sipcodes/cli/lookup.lua",
    ["sipcodes.cli.messages"] = "lua/sipcodes/cli/messages.lua",
    ["sipcodes.cli.near"] = "lua/sipcodes/cli/near.lua",
    ["sipcodes.cli.output"] = "lua/sipcodes/cli/output.lua",
    ["sipcodes.cli.response"] = "lua/sipcodes/cli/response.lua",
    ["sipcodes.cli.show"] = "lua/sipcodes/cli/show.lua",
    ["sipcodes.cli.status_line"] = "lua/sipcodes/cli/status_line.lua",
    ["sipcodes.cli.tables"] = "lua/sipcodes/cli/tables.lua",
    ["sipcodes.cli.tally"] = "lua/sipcodes/cli/tally.lua",
    ["sipcodes.cli.text"] = "lua/sipcodes/cli/text.lua",
    ["sipcodes.cli.time"] = "lua/sipcodes/cli/time.lua",
    ["sipcodes.cli.tool_output"] = "lua/sipcodes/cli/tool_output.lua",
    ["sipcodes.cli.trace"] = "lua/sipcodes/cli/trace.lua",
    ["sipcodes.cli.unescape"] = "lua/sipcodes/cli/unescape.lua",
    ["sipcodes.cli.vocabulary"] = "lua/sipcodes/cli/vocabulary.lua",
    ["sipcodes.cli.window"] = "lua/sipcodes/cli/window.lua",
    ["sipcodes.kamailio"] = "lua/sipcodes/kamailio.lua",
    ["sipcodes.kamailio.contacts"] = "lua/sipcodes/kamailio/contacts.lua",
    ["sipcodes.kamailio.response"] = "lua/sipcodes/kamailio/response.lua",
    ["sipcodes.types"] = "lua/sipcodes/types.lua",
    ["sipcodes.types.blocking"] = "lua/sipcodes/types/blocking.lua",
    ["sipcodes.types.cause"] = "lua/sipcodes/types/cause.lua",
    ["sipcodes.types.freeswitch"] = "lua/sipcodes/types/freeswitch.lua",
    ["sipcodes.types.header"] = "lua/sipcodes/types/header.lua",
    ["sipcodes.types.kamailio"] = "lua/sipcodes/types/kamailio.lua",
    ["sipcodes.types.kpi"] = "lua/sipcodes/types/kpi.lua",
    ["sipcodes.types.routing"] = "lua/sipcodes/types/routing.lua",
  },
  install = {
    bin = { sipcodes = "lua/bin/sipcodes" },
    -- The manual page, the completions, and an addon for the Lua language server, in the rock's folder conf.
    conf = {
      ["man/man1/sipcodes.1"] = "lua/man/sipcodes.1",
      ["completions/sipcodes.bash"] = "lua/completions/sipcodes.bash",
      ["completions/_sipcodes"] = "lua/completions/_sipcodes",
      ["completions/sipcodes.fish"] = "lua/completions/sipcodes.fish",
      ["lua-language-server/sipcodes/config.json"] = "lua/lua-language-server/config.json",
      ["lua-language-server/sipcodes/library/types.lua"] = "lua/sipcodes/types.lua",
      ["lua-language-server/sipcodes/library/types/blocking.lua"] = "lua/sipcodes/types/blocking.lua",
      ["lua-language-server/sipcodes/library/types/cause.lua"] = "lua/sipcodes/types/cause.lua",
      ["lua-language-server/sipcodes/library/types/freeswitch.lua"] = "lua/sipcodes/types/freeswitch.lua",
      ["lua-language-server/sipcodes/library/types/header.lua"] = "lua/sipcodes/types/header.lua",
      ["lua-language-server/sipcodes/library/types/kamailio.lua"] = "lua/sipcodes/types/kamailio.lua",
      ["lua-language-server/sipcodes/library/types/kpi.lua"] = "lua/sipcodes/types/kpi.lua",
      ["lua-language-server/sipcodes/library/types/routing.lua"] = "lua/sipcodes/types/routing.lua",
    },
  },
}

test = {
  type = "command",
  command = "make test",
}
