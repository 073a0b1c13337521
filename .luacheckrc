std = "lua51"
max_line_length = 120
include_files = { "**/*.lua", "lua/bin/sipcodes", "**/*.rockspec", ".busted", ".luacheckrc" }
exclude_files = { "build" }
files["spec/**/*_spec.lua"] = { std = "+busted", max_line_length = 150 }
files["lua/sipcodes/types*"] = { unused_args = false, max_line_length = 160 }
files["lua/examples/freeswitch.lua"].globals = { "session", "argv", "freeswitch" }
files["lua/examples/fusionpbx.lua"].read_globals = { "session", "argv", "freeswitch", "scripts_dir" }
files["lua/examples/failure_route.lua"] = { read_globals = { "KSR" }, allow_defined_top = true, ignore = { "131" } }
files["lua/examples/wireshark.lua"].read_globals = {
  "Field", "Listener", "MENU_STAT_TELEPHONY", "Proto", "ProtoField", "TextWindow", "all_field_infos", "gui_enabled",
  "register_menu", "register_postdissector", "report_failure", "retap_packets",
}
files["spec/bench/limits.lua"] = { max_line_length = false }
files["**/*.rockspec"].std = "+rockspec"
files[".luacheckrc"].std = "+luacheckrc"
