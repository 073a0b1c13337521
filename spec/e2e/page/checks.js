// Checks the page of codes from inside it, and writes Test Anything Protocol without numbers into the element #tap.
"use strict";
(async () => {
  const $ = (id) => document.getElementById(id);
  const expected = JSON.parse($("expected").textContent);
  const lines = [];
  const phone = innerWidth < 400;

  function check(name, problems) {
    lines.push(problems.length === 0 ? `ok ${name}` : `not ok ${name}`);
    for (const problem of problems.slice(0, 10)) lines.push(`# ${String(problem).replace(/\s+/g, " ")}`);
  }
  const unless = (held, problem) => held ? [] : [problem];
  const turn = () => new Promise((done) => setTimeout(done));
  const shown = (el) => el.offsetParent !== null;
  const resultIds = () => [...document.querySelectorAll("#results .card")].map((card) => card.id);
  const reading = () => [...document.querySelectorAll("#reading p")].map((one) => one.textContent);

  function type(text) {
    $("query").value = text;
    $("query").dispatchEvent(new Event("input", { bubbles: true }));
  }
  const filter = (kind) => document.querySelector(`.filters button[data-kind="${kind}"]`).click();
  const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  async function go(hash) {
    location.hash = hash;
    for (let i = 0; i < 100; i++) await turn();
  }

  // {input, the cards that come first}
  const questions = [
    ["486", "486"], ["busy here", "486"], ["BUSY_HERE", "486"], ["sip 488", "488"], ["sip:404", "404"],
    ["SIP/2.0 503 Service Unavailable", "503"], ["486,503", "486 503"], ["486 503", "486 503"],
    ["USER_BUSY", "USER_BUSY q850-17"], ["user_busy", "USER_BUSY q850-17"], ["user busy", "q850-17 USER_BUSY"], ["AST_CAUSE_NO_ROUTE_DESTINATION", "q850-3"],
    ["cause 34", "q850-34"], ["q850 cause 34", "q850-34"], ["Q.850 34", "q850-34"], ["34", "q850-34"], ["700", "CRASH"],
    ["NORMAL_CLEARING", "NORMAL_CLEARING"], ["normal call clearing", "q850-16"], ["what is 603 network blocked", "603plus"],
    ["603+", "603plus"], ["Request Timeout", "408"], ["request time", "408"], ["what does 480 mean?", "480"],
    ["Does not exist anywhere", "604"], ["loop", "482"], ["ALLOTTED_TIMEOUT", "ALLOTTED_TIMEOUT"],
    ["Q.850;cause=34;text=\"x\"", "q850-34"], ["Reason: SIP ;cause=200 ;text=\"Call completed elsewhere\"", "200"],
    ["SIP;cause=802;text=\"ALLOTTED_TIMEOUT\"", "ALLOTTED_TIMEOUT"], ["SIP;cause=486, Q.850;cause=17", "486 q850-17"],
    ["SIP;cause=603;text=\"v=analytics1;url=https://carrier.example/redress\";location=TN", "603plus 603"],
  ];

  function checkSearch() {
    for (const [input, first] of questions) {
      type(input);
      const ids = resultIds();
      const wanted = first.split(" ");
      check(`"${input}" finds ${first}`, unless(wanted.every((id, i) => ids[i] === id), `it finds ${ids.slice(0, 5).join(" ")}`));
    }
    type("service unavailable");
    const all = resultIds();
    filter("5xx");
    check("a filter narrows the search", unless(all.includes("q850-63") && resultIds().join() === "503", resultIds()));
    type("");
    check("a filter without a search shows one class", [...document.querySelectorAll(".card")]
      .filter((card) => shown(card) !== (card.dataset.kind === "5xx")).map((card) => card.id));
    filter("all");
    check("all cards are shown in the end", [...document.querySelectorAll(".card")].filter((card) => !shown(card)).map((card) => card.id));
    type("bsuy");
    check("a wrong spelling finds a near name", unless(/^Did you mean .*busy/.test(reading()[0]), reading()));
    document.querySelector("#reading button").click();
    check("which is one click away", unless(resultIds().length > 0 && $("query").value !== "bsuy", $("query").value));
    type("zzzzzzzzzz");
    check("nothing is found for nonsense", unless($("status").textContent === "Nothing found.", $("status").textContent));
    type("499");
    check("an unknown code is told", unless(reading()[0] === "499 is not a known code. Treat it as 400 Bad Request (RFC 3261 8.1.3.2)."
      && resultIds()[0] === "400", reading()));
    type("SIP/2.0 799 x");
    check("what is not a code is told", unless(reading()[0] === "799 is not a SIP response code: they are 100 to 699.", reading()));
    type("<img src=x onerror=alert(1)>;cause=1");
    check("the input is text, not markup", unless(!document.querySelector("main img"), "an element was made"));
    type("");
  }

  function checkReasons() {
    const problems = [];
    for (const { value, values } of expected.reasons) {
      type(value);
      const said = reading().filter((one) => one.startsWith("Reason value: "));
      const ok = said.length === values.length && values.every((one, i) => said[i]
        .startsWith(`Reason value: ${one.protocol} ${one.cause === undefined ? "without a cause." : `cause ${one.cause}`}`)
        && !/^\d/.test(said[i].slice(`Reason value: ${one.protocol} cause ${one.cause}`.length))
        && (one.text === undefined ? !said[i].includes("Its text is") : said[i].includes(`Its text is "${one.text}".`))
        && (one.location === undefined ? !said[i].includes("The location is") : said[i].includes(`The location is ${one.location}.`)));
      if (!ok) problems.push(`${value}: ${said.join(" / ") || "no Reason"}`);
    }
    check(`${expected.reasons.length} Reason values are read as the library reads them`,
      [...unless(expected.reasons.length > 30, "too few values"), ...problems]);
    type("");
  }

  // The rows of the comparison as the library gives them.
  const rowText = (tr) => tr.dataset.number === undefined ? tr.dataset.table : [tr.dataset.table,
    tr.children[1].querySelector("a").textContent, "default" in tr.dataset ? "default" : "", tr.dataset.other || "",
    tr.dataset.diagnostic || "", tr.dataset.back || ""].join("|");
  function compared(pick) {
    history.replaceState(null, "", `#map-${pick}`);
    dispatchEvent(new HashChangeEvent("hashchange"));
    return [...document.querySelectorAll("#rows tr")];
  }
  function compareProblems(rows, prefix) {
    const problems = [];
    for (const [key, wanted] of Object.entries(rows)) {
      const trs = compared(prefix + key);
      const numbers = trs.map((tr) => tr.dataset.number).filter((number) => number !== undefined);
      trs.forEach((tr, i) => {
        if (rowText(tr) !== wanted[i]) problems.push(`${key}: ${rowText(tr)}, not ${wanted[i]}`);
        const differs = tr.dataset.number !== undefined && tr.dataset.number !== numbers[0];
        if (tr.classList.contains("differs") !== differs || (tr.children[1].querySelector(".mark") !== null) !== differs) {
          problems.push(`${key} ${tr.dataset.table}: the mark is wrong`);
        }
        const changed = tr.dataset.back !== undefined && tr.dataset.back !== key;
        if (tr.children[2].classList.contains("changed") !== changed) problems.push(`${key} ${tr.dataset.table}: the way back is wrong`);
      });
      if (trs.length !== wanted.length) problems.push(`${key}: ${trs.length} rows`);
    }
    return problems;
  }
  function checkComparison() {
    const { from, to } = expected;
    check(`the tables agree with the library for ${Object.keys(from).length} codes and requests`, compareProblems(from, ""));
    check(`the tables agree with the library for ${Object.keys(to).length} causes`, compareProblems(to, "q850-"));
    $("pick").value = "q850-21";
    $("pick").dispatchEvent(new Event("change", { bubbles: true }));
    check("the list chooses, too", unless($("picked").textContent.startsWith("Cause 21, Call rejected: "), $("picked").textContent));
    for (const name of ["486", "q850-34", "CANCEL", "q850-802"]) {
      check(`the list has ${name}`, unless(document.querySelector(`#pick option[value="${name}"]`), "it has not"));
    }
  }

  // "table|number|default" of each answer in a card, from its groups.
  function answersOf(card, tables) {
    const list = [];
    for (const item of card.querySelectorAll("ul.becomes li")) {
      const number = parseInt(item.querySelector("a").textContent, 10);
      const said = item.querySelector("small").textContent;
      for (const name of said === "every table" ? tables : said.split(", ")) {
        list.push(`${name.replace(" (default)", "")}|${number}|${name.endsWith(" (default)") ? "default" : ""}`);
      }
    }
    return list.sort();
  }
  const answers = (rows) => rows.filter((one) => one.includes("|"))
    .map((one) => one.split("|")).map(([name, answer, by]) => `${name}|${parseInt(answer, 10)}|${by}`).sort();
  function checkCards() {
    const all = expected.tables.map((one) => one.name);
    const toSip = expected.tables.filter((one) => one.to_sip).map((one) => one.name);
    const problems = [];
    for (const card of document.querySelectorAll(".card")) {
      const { kind, number } = card.dataset;
      if (kind === "freeswitch" || card.id === "603plus") continue;
      const wanted = answers((kind === "q850" ? expected.to : expected.from)[number]);
      const said = answersOf(card, kind === "q850" ? toSip : all);
      if (wanted.join() !== said.join()) problems.push(`${card.id}: ${said}, not ${wanted}`);
    }
    check("each card says of every table what the library says", problems);
    check("each FreeSWITCH cause has a card", Object.entries(expected.switch)
      .filter(([name, number]) => !($(name) && $(name).dataset.number === String(number))).map(([name]) => name));
    check("each link leads to something on the page, or to an RFC", [...document.querySelectorAll("a[href]")]
      .map((link) => link.getAttribute("href")).filter((href) => !/^#map-|^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+#section-[\d.]+$/.test(href)
        && !$(href.slice(1))));
    const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
    check("no id stands twice", ids.filter((id, i) => ids.indexOf(id) !== i));
  }

  async function checkAnchors() {
    for (const id of ["486", "q850-34", "USER_BUSY", "603plus"]) {
      type("zzzz");
      await go(`#${id}`);
      const top = $(id).getBoundingClientRect().top;
      check(`#${id} opens its card`, unless($(id).open && shown($(id)) && top > -1 && top < innerHeight
        && document.activeElement === $(id).firstElementChild, `open ${$(id).open}, at ${top}`));
    }
    await go("#map-503");
    check("#map-503 compares", unless($("picked").textContent.startsWith("503 Service Unavailable: "), $("picked").textContent));
    $("404").open = true;
    await turn();
    check("a card that opens shows its tables", unless($("picked").textContent.startsWith("404 Not Found: "), $("picked").textContent));
  }

  function checkKeys() {
    document.activeElement.blur();
    press("/");
    check("/ goes to the search", unless(document.activeElement === $("query"), document.activeElement.tagName));
    type("busy");
    press("ArrowDown");
    const first = resultIds()[0];
    check("the arrow goes to the first card", unless(document.activeElement === $(first).firstElementChild, document.activeElement.tagName));
    press("ArrowDown");
    check("and to the next", unless(document.activeElement === $(resultIds()[1]).firstElementChild, document.activeElement.textContent));
    press("ArrowUp");
    press("ArrowUp");
    check("and back to the search", unless(document.activeElement === $("query"), document.activeElement.tagName));
    press("Enter");
    check("Enter opens the first result", unless($(first).open, first));
    press("Escape");
    check("Esc clears the search", unless($("query").value === "" && resultIds().length === 0, $("query").value));
    $("theme").click();
    const light = getComputedStyle(document.body).backgroundColor;
    $("theme").click();
    check("the colours change", unless(light !== getComputedStyle(document.body).backgroundColor, light));
  }

  // What is wider than the window, or cut off.
  async function checkWidth() {
    const problems = [];
    for (const card of document.querySelectorAll(".card")) card.open = true;
    await turn();
    for (const pick of ["486", "488", "q850-21", "q850-31"]) {
      compared(pick);
      if (document.documentElement.scrollWidth > innerWidth) problems.push(`${pick}: ${document.documentElement.scrollWidth} wide`);
    }
    for (const el of document.querySelectorAll(".card, .card *, button, input, select, p")) {
      const box = el.getBoundingClientRect();
      if (shown(el) && !el.classList.contains("sr") && (box.right > innerWidth + 1 || box.left < -1)) problems.push(`${el.tagName} ${el.textContent.slice(0, 40)}`);
    }
    check(`nothing is wider than ${innerWidth} px`, problems);
    const small = [...document.querySelectorAll("main *, footer *")].filter((el) => shown(el) && parseFloat(getComputedStyle(el).fontSize) < 11);
    check(`no letter is smaller than 11 px`, small.map((el) => `${el.tagName} ${el.className}`));
    for (const card of document.querySelectorAll(".card")) card.open = false;
  }

  // On a page with two cards of each kind, one of them open: axe needs seconds for all of them.
  async function checkAccess(theme) {
    document.documentElement.dataset.theme = theme;
    for (const list of document.querySelectorAll(".list")) {
      [...list.children].slice(2).forEach((card) => card.remove());
      list.firstElementChild.open = true;
    }
    const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    check(`axe finds nothing, ${theme}, ${innerWidth} px`, violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.length} times, as in ${one.nodes[0].html.slice(0, 200)}`));
  }

  try {
    while (document.readyState !== "complete") await turn();
    await turn();
    if (!phone) {
      checkSearch();
      checkReasons();
      checkComparison();
      checkCards();
      await checkAnchors();
      checkKeys();
      check("the page asks nothing of a network", performance.getEntriesByType("resource").map((one) => one.name));
    }
    await checkWidth();
    if (typeof axe !== "undefined") {
      await checkAccess("light");
      await checkAccess("dark");
    }
    check(`no script fails, ${innerWidth} px`, window.failures);
  } catch (failure) {
    check("the checks run to their end", [failure.stack]);
  }
  lines.push("# done");
  const tap = document.createElement("pre");
  tap.id = "tap";
  tap.textContent = `\n${lines.join("\n")}\n`;
  document.body.replaceChildren(tap);
})();
