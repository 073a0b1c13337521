// Comparing what the tables make of a code or a cause.

// A cell as {number, default, other, diagnostic}; null if there is no mapping.
function cell(packed) {
  if (packed === false || packed === undefined) return null;
  if (typeof packed === "number") return { number: packed };
  return { number: packed[0], isDefault: packed[1] === 1, other: packed[2] || undefined, diagnostic: packed[3] || undefined };
}
const fromRow = (key) => data.from[key] || data.from[`${key[0]}xx`];
const causeName = (number, table) => (data.names[table] && data.names[table][number]) || causeText(number) || "";
const causeTarget = (number) => byId.has(`q850-${number}`) ? `#q850-${number}` : bySwitchNumber.has(String(number))
  ? `#${bySwitchNumber.get(String(number)).el.id}` : `#map-q850-${number}`;
const codeTarget = (code) => byId.has(String(code)) ? `#${code}` : `#map-${code}`;

// The views: what a code becomes and what that becomes again, and the same for a cause.
const views = {
  code: {
    row: (key) => fromRow(key), back: (number) => data.to[number],
    name: causeName, target: causeTarget, backName: (code) => data.phrases[code], backTarget: codeTarget,
    other: "with a Warning that speaks of the bearer",
    same: (key, number) => String(number) === key,
  },
  cause: {
    row: (key) => data.to[key], back: (number) => fromRow(String(number)),
    name: (code) => data.phrases[code], target: codeTarget, backName: causeName, backTarget: causeTarget,
    other: "if the location is the user (U)", diagnostic: "if there is a number to redirect to",
    same: (key, number) => String(number) === key,
  },
};

function linked(number, name, target) {
  const link = element("a");
  link.href = target;
  link.append(element("b", "", String(number)), " ");
  // A long name in capitals may be broken after its underscores.
  name.split(/(?<=_)/).forEach((part, i) => link.append(...(i > 0 ? [element("wbr")] : []), part));
  return link;
}

function marked(text) {
  const mark = element("span", "mark", "≠ ");
  mark.append(element("span", "sr", text));
  return mark;
}

function becomes(td, view, found, table) {
  td.append(linked(found.number, view.name(found.number, table), view.target(found.number)));
  if (found.isDefault) td.append(" ", element("em", "", "default"));
  for (const [number, when] of [[found.other, view.other], [found.diagnostic, view.diagnostic]]) {
    if (number !== undefined) td.append(element("span", "aside", `${number} ${view.name(number, table)} ${when}`));
  }
}

function comesBack(td, tr, view, key, found, table) {
  const back = cell((view.back(found.number) || [])[table]);
  if (!back) return td.append(element("span", "aside", "no way back"));
  tr.dataset.back = back.number;
  if (view.same(key, back.number)) return td.append("the same");
  td.className = "changed";
  td.append(marked("does not come back as it went: "), linked(back.number, view.backName(back.number, table), view.backTarget(back.number)));
}

function tableRow(view, key, table, packed, first) {
  const tr = element("tr");
  const found = cell(packed);
  tr.dataset.table = data.tables[table].name;
  const head = element("th", "", data.tables[table].name);
  head.scope = "row";
  const to = element("td");
  const back = element("td");
  tr.append(head, to, back);
  if (!found) {
    to.append(element("span", "aside", view === views.cause && !data.tables[table].to ? "maps from SIP only" : "no mapping"));
    return tr;
  }
  tr.dataset.number = found.number;
  if (found.isDefault) tr.dataset.default = "";
  if (found.other !== undefined) tr.dataset.other = found.other;
  if (found.diagnostic !== undefined) tr.dataset.diagnostic = found.diagnostic;
  if (found.number !== first) {
    tr.className = "differs";
    to.append(marked("differs: "));
  }
  becomes(to, view, found, table);
  comesBack(back, tr, view, key, found, table);
  return tr;
}

// Shows the tables for "486", "BYE", "CANCEL" or "q850-34". Returns whether there is something to show.
function compare(pick) {
  const isCause = /^q850-\d+$/.test(pick);
  const key = isCause ? pick.slice(5) : pick;
  const view = isCause ? views.cause : views.code;
  const known = isCause ? data.to[key] : /^[1-6]\d\d$/.test(key) || data.from[key];
  if (!known) return false;
  const row = view.row(key);
  const firstCell = row.map(cell).find(Boolean);
  $("rows").replaceChildren(...row.map((packed, table) => tableRow(view, key, table, packed, firstCell && firstCell.number)));
  $("pick").value = pick;
  const numbers = new Set(row.map(cell).filter(Boolean).map((one) => one.number));
  const what = isCause ? `Cause ${key}${causeText(key) ? `, ${causeText(key)}` : ""}` : isCode(Number(key)) ? line(key) : key;
  const unlisted = !isCause && !data.from[key] ? " No table lists this code." : "";
  const answers = numbers.size === 0 ? "no table has an answer" : numbers.size === 1 ? "all answers are the same" : `${numbers.size} different answers`;
  $("picked").textContent = `${what}: ${answers}.${unlisted}`;
  return true;
}

function option(value, text) {
  const made = element("option", "", text);
  made.value = value;
  return made;
}
function optionGroup(label, options) {
  const group = element("optgroup");
  group.label = label;
  group.append(...options);
  $("pick").append(group);
}
optionGroup("Responses", Object.keys(data.from).filter((key) => /^\d+$/.test(key)).sort().map((key) => option(key, line(key))));
optionGroup("Requests", ["BYE", "CANCEL"].map((key) => option(key, key)));
optionGroup("Q.850 causes", Object.keys(data.texts).map((key) => option(`q850-${key}`, `${key} ${data.texts[key]}`)));
optionGroup("FreeSWITCH's own causes", [...bySwitchNumber].filter(([number]) => !data.texts[number])
  .map(([number, card]) => option(`q850-${number}`, `${number} ${card.el.id}`)));
$("pick").addEventListener("change", () => compare($("pick").value));

// A card that opens shows its tables, too.
const pickOf = (card) => card.kind === "q850" ? card.el.id : `${card.kind === "freeswitch" ? "q850-" : ""}${card.number}`;
for (const card of cards) {
  card.el.addEventListener("toggle", () => { if (card.el.open) compare(pickOf(card)); });
}
