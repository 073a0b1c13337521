// What the other files of the script share: the data, the cards, and making elements.
const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const query = $("query");
const root = document.documentElement;

// Text as it is compared: lower case, with one blank for what is not a letter, a digit or a plus.
const plain = (text) => text.toLowerCase().replace(/[^a-z0-9+]+/g, " ").trim();
const wordsOf = (text) => plain(text).split(" ").filter(Boolean);
const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

// What a card is called, and the words of all that it says.
const cards = [...document.querySelectorAll(".card")].map((el, order) => {
  const called = [el.querySelector(".name"), ...el.querySelectorAll(".also")].map((one) => plain(one.textContent));
  const said = [el.querySelector(".gist"), ...el.querySelectorAll("dd")].map((one) => one.textContent).join(" ");
  return {
    el, order, home: el.parentNode, kind: el.dataset.kind, number: el.dataset.number, called, own: called[0].split(" "),
    names: [...new Set(called.join(" ").split(" "))], text: [...new Set(wordsOf(said))],
  };
});
const byId = new Map(cards.map((card) => [card.el.id, card]));
const bySwitchNumber = new Map(cards.filter((card) => card.kind === "freeswitch").map((card) => [card.number, card]));
