std = "lua51"
max_line_length = 100
files["spec"].std = "+busted"
files["lua/bin/sipcodes"] = { std = "lua51" }
include_files = { "lua", "spec", ".busted", ".luacheckrc", "rockspec/*.rockspec" }
exclude_files = { "build" }
files[".luacheckrc"].std = "+luacheckrc"
files["**/*.rockspec"].std = "+rockspec"
