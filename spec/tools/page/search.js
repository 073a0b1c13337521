// Finding the cards that have the words, and names that are spelt almost like them.

const IGNORED = new Set(["what", "is", "a", "an", "the", "does", "do", "mean", "means", "sip", "code", "codes",
  "response", "error", "status", "q", "850", "q850", "cause", "why", "of", "in", "for"]);

function wordScore(card, word) {
  if (card.number === word || card.el.id === word) return 100;
  if (card.own.includes(word)) return 25;
  if (card.names.includes(word)) return 20;
  if (card.names.some((name) => name.startsWith(word))) return 10;
  if (card.text.includes(word)) return 4;
  return card.text.some((one) => one.startsWith(word)) ? 2 : 0;
}

// The cards that have every word, the best first.
function found(text, kind) {
  const whole = plain(text);
  const all = wordsOf(text);
  const words = all.filter((word) => !IGNORED.has(word));
  const asked = words.length > 0 ? words : all;
  const hits = [];
  for (const card of cards) {
    if (kind !== "all" && card.kind !== kind) continue;
    let score = card.called.includes(whole) ? 1000 : card.called.some((name) => name.startsWith(whole)) ? 50 : 0;
    if (card.el.id.toLowerCase() === text.toLowerCase()) score += 500;
    const scores = asked.map((word) => wordScore(card, word));
    if (score === 0 && scores.includes(0)) continue;
    for (const one of scores) score += one;
    hits.push({ card, score });
  }
  return hits.sort((a, b) => b.score - a.score || a.card.order - b.card.order).map((hit) => hit.card);
}

// Changes of a letter, swaps of neighbours included, that make one word of the other.
function distance(a, b) {
  const rows = [[...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
  }
  return rows[a.length][b.length];
}

// Up to three names that are spelt almost like the text.
function nearNames(text) {
  const wanted = plain(text);
  const limit = Math.max(1, Math.floor(wanted.length / 4));
  const near = new Map();
  for (const card of cards) {
    for (const name of [...card.called, ...card.names]) {
      const away = Math.abs(name.length - wanted.length) > limit ? limit + 1 : distance(wanted, name);
      if (away <= limit && !(near.get(name) <= away)) near.set(name, away);
    }
  }
  return [...near].sort((a, b) => a[1] - b[1]).slice(0, 3).map(([name]) => name);
}
