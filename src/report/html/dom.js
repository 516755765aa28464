// Elements from data: everything is a text node, nothing is parsed as markup.

function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    // Into this page, to another site, or to the report of a target beside a matrix.
    if (key === "href" && !/^(#|https:\/\/|[\w.-]+\/index\.html(#|$))/.test(value)) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key.startsWith("--")) element.style.setProperty(key, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) element.append(child);
  }
  return element;
}

// The data of the page, which is compressed where the page is published.
async function readData() {
  const { type, textContent } = document.getElementById("data");
  if (type !== "application/gzip") return JSON.parse(textContent);
  if (!globalThis.DecompressionStream) {
    document.body.prepend(h("p", { class: "remark" }, "This browser is too old to unpack the page: it has no DecompressionStream."));
    throw new Error("no DecompressionStream");
  }
  const octets = Uint8Array.from(atob(textContent), (character) => character.charCodeAt(0));
  return new Response(new Blob([octets]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

// Worst first.
const WORDS = ["fail", "warn", "error", "blocked", "pass", "info", "n/a", "untested"];
const groups = (list, key) => {
  const map = new Map();
  for (const item of list) {
    const name = key(item);
    if (map.has(name)) map.get(name).push(item);
    else map.set(name, [item]);
  }
  return map;
};

const verdictClass = (word) => `verdict v-${word === "n/a" ? "na" : word}`;
const badge = (word, expected) => h("span", { class: verdictClass(word) + (expected ? " expected" : ""), title: expected && "expected" }, word);
const known = (expected) => expected && h("span", { class: "known" }, "expected");

// The beginning of a text that could be of any length.
const cut = (text, length) => (text.length > length ? `${text.slice(0, length)}…` : text);
const whole = (text) =>
  text.length > 20000 ? `${text.slice(0, 20000)}… (${text.length} characters; run.jsonl has all)` : text;

function external(url, text) {
  return url ? h("a", { href: url, rel: "noreferrer", target: "_blank" }, text) : text;
}

function copyButton(text) {
  const button = h("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select and copy by hand";
    }
  });
  return button;
}

const duration = (micros) => (micros < 1e6 ? `${(micros / 1e3).toPrecision(3)} ms` : `${(micros / 1e6).toPrecision(3)} s`);
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
