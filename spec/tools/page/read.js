// Reading what was typed or pasted.

const TOKEN = "[A-Za-z0-9.!%*_+`'~-]+";
const pieces = (text, separator) =>
  text.match(new RegExp(`(?:[^"${separator}]|"(?:[^"\\\\]|\\\\[^])*(?:"|$))+`, "g")) || [];
const unquoted = (text) => text.startsWith('"')
  ? text.replace(/^"|"$/g, "").replace(/\r?\n[ \t]+/g, " ").replace(/\\([^])/g, "$1") : text;

// The values of a Reason field: {protocol, cause, text, location}.
function readReason(text) {
  const values = [];
  for (const piece of pieces(text, ",")) {
    const [first, ...params] = pieces(piece, ";");
    const protocol = first && first.trim();
    if (!protocol || !new RegExp(`^${TOKEN}$`).test(protocol)) continue;
    const value = { protocol };
    for (const param of params) {
      const parts = param.match(new RegExp(`^\\s*(${TOKEN})\\s*=\\s*([^]*?)\\s*$`));
      const name = parts && parts[1].toLowerCase();
      if (name === "cause" && value.cause === undefined && /^("?)\d+\1$/.test(parts[2])) {
        const cause = Number(unquoted(parts[2]));
        if (cause <= 2147483647) value.cause = cause;
      } else if ((name === "text" || name === "location") && value[name] === undefined && parts[2] !== "") {
        value[name] = unquoted(parts[2]);
      }
    }
    values.push(value);
  }
  return values;
}

const treatAs = (code) => data.phrases[code] ? code : code < 200 ? 183 : code - code % 100;
const isCode = (number) => number >= 100 && number <= 699;
const causeText = (number) => data.texts[number];
const line = (code) => `${code} ${data.phrases[code] || data.titles[Math.floor(code / 100)]}`;

// The cards of a code, with a sentence if the code is not a known one.
function readCode(code, read) {
  if (!isCode(code)) {
    read.sentences.push(`${code} is not a SIP response code: they are 100 to 699.`);
  } else if (data.phrases[code]) {
    read.ids.push(String(code));
  } else {
    read.sentences.push(`${code} is not a known code. Treat it as ${line(treatAs(code))} (RFC 3261 8.1.3.2).`);
    read.maps.push(String(code));
    read.ids.push(String(treatAs(code)));
  }
}

function readCause(number, read) {
  if (byId.has(`q850-${number}`)) {
    read.ids.push(`q850-${number}`);
  } else if (bySwitchNumber.has(String(number))) {
    read.ids.push(bySwitchNumber.get(String(number)).el.id);
  } else {
    read.sentences.push(`${number} is not a known Q.850 cause.`);
  }
}

// What a 603+ says in its text.
function blockingText(value) {
  const isBlocking = (value.protocol.toUpperCase() === "SIP" && value.cause === 603)
    || (value.protocol.toUpperCase() === "Q.850" && value.cause === 21);
  return isBlocking && /^v=analytics1(;|$)/.test(value.text || "");
}

function meaningOf(protocol, cause) {
  const known = data.protocols.find((one) => one.name.toLowerCase() === protocol.toLowerCase());
  if (!known) return null;
  if (known.name === "SIP") return data.phrases[cause];
  if (known.name === "Q.850") return causeText(cause);
  return known.causes && known.causes[cause];
}

function readValue(value, read) {
  const meaning = value.cause !== undefined && meaningOf(value.protocol, value.cause);
  let sentence = `Reason value: ${value.protocol}`;
  sentence += value.cause === undefined ? " without a cause." : ` cause ${value.cause}${meaning ? `, ${meaning}` : ""}.`;
  if (value.text !== undefined) sentence += ` Its text is "${value.text}".`;
  if (value.location !== undefined) sentence += ` The location is ${value.location}.`;
  read.sentences.push(sentence);
  if (blockingText(value)) {
    read.sentences.push("With the phrase \"Network Blocked\" this is a 603+ call-blocking notification.");
    read.ids.push("603plus");
  }
  const protocol = value.protocol.toUpperCase();
  if (protocol === "Q.850" && value.cause !== undefined) readCause(value.cause, read);
  if (protocol === "SIP" && value.cause !== undefined) {
    if (isCode(value.cause)) readCode(value.cause, read);
    else if (bySwitchNumber.has(String(value.cause))) read.ids.push(bySwitchNumber.get(String(value.cause)).el.id);
  }
}

// What the input is, if it is more than words: {ids, sentences, maps, words}.
function readInput(text) {
  const read = { ids: [], sentences: [], maps: [], words: true };
  const reason = text.replace(/^\s*reason\s*:/i, "");
  const statusLine = text.match(/^\s*SIP\/\d+\.\d+\s+(\d{3})(?!\d)/i);
  const uri = text.match(/^\s*sips?:\s*(\d{3})$/i);
  const named = text.match(/^\s*(?:q\.?850|isdn|isup)?[\s;:]*(?:cause)?[\s=:]*(\d{1,3})\s*$/i);
  const numbers = text.match(/^\s*\d{1,3}(?:\s*[,;\s]\s*\d{1,3})+\s*$/) && text.match(/\d+/g).map(Number);
  if (/^[^;]+;[^]*=/.test(reason) && readReason(reason).length > 0) {
    read.words = false;
    for (const value of readReason(reason)) readValue(value, read);
  } else if (statusLine || uri) {
    read.words = false;
    readCode(Number((statusLine || uri)[1]), read);
  } else if (numbers) {
    read.words = false;
    for (const number of numbers) (number >= 200 ? readCode : readCause)(number, read);
  } else if (named && !/^\s*\d/.test(text)) {
    read.words = false;
    readCause(Number(named[1]), read);
  } else if (/^\s*\d{3}\s*$/.test(text) && isCode(Number(text)) && !byId.has(text.trim())) {
    readCode(Number(text), read);
  }
  return read;
}
