// Showing the results.

const results = $("results");
const sections = [...document.querySelectorAll(".lists section[data-kinds]")];
let kind = "all";
const LIMIT = 40; // more cards than that cost time at every key

function showReading(read, near) {
  const box = $("reading");
  box.replaceChildren(...read.sentences.map((sentence) => element("p", "", sentence)));
  for (const code of read.maps) {
    const link = element("a", "", `Compare what the tables make of ${code}`);
    link.href = `#map-${code}`;
    box.append(element("p"));
    box.lastChild.append(link);
  }
  if (near.length > 0) {
    const asked = element("p", "", "Did you mean ");
    near.forEach((name, i) => {
      const button = element("button", "", name);
      button.type = "button";
      button.addEventListener("click", () => { query.value = name; search(); query.focus(); });
      asked.append(button, " ");
    });
    asked.append("?");
    box.append(asked);
  }
}

function showAll() {
  for (const card of cards) if (card.el.parentNode !== card.home) card.home.append(card.el);
  for (const home of new Set(cards.map((card) => card.home))) {
    home.append(...cards.filter((card) => card.home === home).map((card) => card.el));
  }
  results.hidden = true;
  for (const section of sections) section.hidden = kind !== "all" && !section.dataset.kinds.split(" ").includes(kind);
  $("status").textContent = "";
  $("reading").replaceChildren();
}

function search() {
  const text = query.value.trim();
  if (text === "") return showAll();
  const read = readInput(text);
  const list = [...new Set([...read.ids.map((id) => byId.get(id)), ...(read.words ? found(text, kind) : [])])];
  for (const card of results.querySelectorAll(".card")) byId.get(card.id).home.append(card);
  results.replaceChildren(...list.slice(0, LIMIT).map((card) => card.el));
  results.hidden = false;
  for (const section of sections) section.hidden = true;
  showReading(read, list.length === 0 && read.sentences.length === 0 ? nearNames(text) : []);
  const count = list.length === 1 ? "1 result" : `${list.length} results`;
  $("status").textContent = list.length === 0 ? "Nothing found." : list.length > LIMIT ? `${count}, the first ${LIMIT}` : count;
}

query.addEventListener("input", search);
for (const button of document.querySelectorAll(".filters button")) {
  button.addEventListener("click", () => {
    kind = button.dataset.kind;
    for (const each of document.querySelectorAll(".filters button")) each.setAttribute("aria-pressed", String(each === button));
    search();
  });
}
