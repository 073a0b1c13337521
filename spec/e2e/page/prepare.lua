-- prepare.lua PAGE EXPECTED [AXE]: prints the page with the checks in it, the JSON that they compare with, and
-- axe-core if it is given.
local read = require("spec.support.file").read

local parts = {
  { '<script type="application/json" id="expected">', (read(arg[2]):gsub("<", "\\u003c")) },
  { "<script>", arg[3] and (read(arg[3]):gsub("</script", "<\\/script")) or "" },
  { "<script>", read("spec/e2e/page/checks.js") },
}
local scripts = ""
for _, part in ipairs(parts) do
  scripts = scripts .. part[1] .. part[2] .. "</script>\n"
end
-- Keeps what fails before the checks begin.
local watch = [[
<script>
window.failures = [];
for (const kind of ["error", "unhandledrejection", "securitypolicyviolation"]) {
  window.addEventListener(kind, (event) => window.failures.push(event.message || event.reason || event.blockedURI));
}
</script>
]]

local page = read(arg[1])
local head = assert(page:find("<style>", 1, true))
local foot = assert(page:find("</body>", 1, true))
io.write(page:sub(1, head - 1), watch, page:sub(head, foot - 1), scripts, page:sub(foot))
