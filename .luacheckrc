std = "lua51"
max_line_length = 120
include_files = { "**/*.lua", "lua/bin/sipcodes", "**/*.rockspec", ".busted", ".luacheckrc" }
exclude_files = { "build" }
files["spec/**/*_spec.lua"].std = "+busted"
files["spec/e2e/freeswitch"].globals = { "session", "argv", "freeswitch" }
files["**/*.rockspec"].std = "+rockspec"
files[".luacheckrc"].std = "+luacheckrc"
