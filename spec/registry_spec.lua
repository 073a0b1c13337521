-- The comparison with a fresh copy of IANA's registry, on copies that were changed.
local cpath = package.cpath
local registry = require("spec.tools.registry")
local rows = require("spec.support.rows")

local function copy()
  return rows.csv("spec/data/iana_response_codes.csv")
end

describe("the comparison with the registry", function()
  -- The specs after this one would run another build of the library than the one that they are told to.
  it("leaves the search for libraries alone", function()
    assert.equal(cpath, package.cpath)
  end)

  it("finds nothing in the copy that the data follows", function()
    assert.same({}, registry.differences(copy()))
  end)

  it("prints the rows to type for a new code", function()
    local list = copy()
    table.insert(list, { ["Response Code"] = "499", Description = "Call Is Odd-ish", Reference = "[RFC9999]" })
    assert.same({
      "499 Call Is Odd-ish is new ([RFC9999])",
      "in csrc/data/responses.def, with the facts from the RFC:",
      '  REGISTERED(499, CALL_IS_ODD_ISH, "Call Is Odd-ish", 9999, "SECTION")',
      '  METHODS(499, "")',
      '  ACTION(499, STOP, "SECTION")',
      '  NOTE(499, "")',
      "in csrc/data/index.def, in the order of the text:",
      "  BY_NAME(CALL_IS_ODD_ISH, 499)",
      '  BY_PHRASE("Call Is Odd-ish", 499)',
      "in spec/data/response_codes.tsv:",
      "  499\tCall Is Odd-ish\tCALL_IS_ODD_ISH\tRFC 9999\tSECTION\t\t\tnone\tno\t-",
      "and put the file in place of spec/data/iana_response_codes.csv, with its date in SIPCODES_REGISTRY",
    }, registry.differences(list))
  end)

  it("tells a changed phrase, a changed reference and a code that is gone", function()
    local list = copy()
    for i, row in ipairs(list) do
      if row["Response Code"] == "486" then
        row.Description = "Busy"
      elseif row["Response Code"] == "404" then
        row.Reference = "[RFC9999]"
      elseif row["Response Code"] == "608" then
        list[i] = { ["Response Code"] = "609-699", Description = "Unassigned", Reference = "" }
      end
    end
    assert.same({
      "404: the reference is RFC 9999 now, RFC 3261 here",
      '486: the phrase is "Busy" now, "Busy Here" here',
      "608 Rejected is missing there: a registered code is never removed here",
    }, registry.differences(list))
  end)
end)
