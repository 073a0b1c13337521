---@meta sipcodes.kpi

--[[
Call-quality ratios of a histogram: a table of counts by final response code, and the outcome of a code.

```lua
local kpi = sip.kpi
local counts = {}
for _, code in ipairs{180, 200, 486, 503, 200, "garbage"} do kpi.add(counts, code) end
kpi.ratios(counts).asr             --> 50
kpi.ratios(counts).attempts        --> 4
kpi.outcome(486)                   --> "busy"
```

| ratio | counted | of | source |
|---|---|---|---|
| SER | 2xx | all but 3xx | RFC 6076 4.6 |
| SEER | 2xx 480 486 600 603 | all but 3xx | RFC 6076 4.7 |
| ISA | 408 500 503 504 | all | RFC 6076 4.8 |
| ASR | 2xx | all | ITU-T E.425 |
| NER | 2xx 480 486 600 603, or the option `ner` | all | ITU-T E.425 names no SIP codes: `ner_set` says what was counted |

401 and 407 count as attempts, as in RFC 6076; `{challenges = false}` leaves them out, as is usual.
]]

---What `kpi.ratios` returns: percentages, nil if there is nothing to divide by.
---@class sipcodes.kpi.ratios
---@field attempts integer
---@field ser number?
---@field seer number?
---@field isa number?
---@field asr number?
---@field ner number?
---@field ner_set string the codes that NER counted

---@class sipcodes.kpi
local kpi = {}

---The ratios of a histogram.
---Raises: if a count is negative, if a key is not a final response code, or if an option is unknown.
---@param histogram table<sipcodes.code, number>
---@param options? {challenges?: boolean, ner?: sipcodes.code[]}
---@return sipcodes.kpi.ratios ratios
function kpi.ratios(histogram, options) end

---Counts a final response in a histogram. Ignores a 1xx and what is not a code.
---Raises: if the histogram is not a table.
---@param histogram table<integer, number>
---@param code any
function kpi.add(histogram, code) end

---The outcome of a call that ended with this code, one of `outcomes`.
---Unknown: nil and a message if it is not a code.
---Raises: if the code is not a number or a string.
---@param code sipcodes.code
---@return string? outcome
---@return string? message
function kpi.outcome(code) end

---The outcomes: in progress, answered, redirected, challenged, busy, no answer, cancelled, rejected, not
---reachable, blocked, network failure, client error.
---@return string[] outcomes
function kpi.outcomes() end

return kpi
