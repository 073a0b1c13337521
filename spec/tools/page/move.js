// Anchors, keys and colours.

function open(card) {
  if (results.hidden ? card.home.closest("[hidden]") : card.el.parentNode !== results) {
    query.value = "";
    document.querySelector('.filters button[data-kind="all"]').click();
  }
  card.el.open = true;
  compare(pickOf(card));
  card.el.scrollIntoView();
  card.el.querySelector("summary").focus({ preventScroll: true });
}

function follow() {
  const target = decodeURIComponent(location.hash.slice(1));
  if (target.startsWith("map-") && compare(target.slice(4))) {
    $("map").scrollIntoView({ block: "nearest" });
    $("pick").focus({ preventScroll: true });
  } else if (byId.has(target)) {
    open(byId.get(target));
  }
}
window.addEventListener("hashchange", follow);
// A second click on the link of the page's own anchor opens the card again.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && link.hash && link.getAttribute("href") === location.hash) follow();
});

function step(by) {
  const summaries = [...document.querySelectorAll(".card > summary")].filter((one) => one.offsetParent !== null);
  const at = summaries.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== query) return false;
  const next = at + by;
  (next < 0 ? query : summaries[Math.min(next, summaries.length - 1)] || query).focus();
  return true;
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (event.key === "/" && !typing) {
    query.focus();
    query.select();
  } else if (event.key === "Escape" && query.value !== "") {
    query.value = "";
    search();
    query.focus();
  } else if (event.key === "Enter" && document.activeElement === query && !results.hidden && results.firstChild) {
    open(byId.get(results.firstChild.id));
  } else if (!((event.key === "ArrowDown" && step(1)) || (event.key === "ArrowUp" && document.activeElement !== query && step(-1)))) {
    return;
  }
  event.preventDefault();
});

const themes = { auto: ["Auto", "as the system"], light: ["Light", "light"], dark: ["Dark", "dark"] };
function setTheme(theme) {
  root.dataset.theme = theme;
  $("theme").textContent = themes[theme][0];
  $("theme").setAttribute("aria-label", `Colours: ${themes[theme][1]}`);
}
$("theme").addEventListener("click", () => {
  const order = Object.keys(themes);
  setTheme(order[(order.indexOf(root.dataset.theme || "auto") + 1) % order.length]);
});

compare("486");
// Not before: the browser itself follows the anchor when the page is complete, and takes the focus away.
window.addEventListener("load", follow);
