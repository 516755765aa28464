// Filters, keys and the first view.

const control = (id) => document.getElementById(id);
const [search, help, filter] = ["search", "help", "filter"].map(control);

function option(select, value, text) {
  control(select).append(h("option", { value }, cut(text, 60)));
}
const distinct = (key) => [...new Set(data.requirements.map((requirement) => requirement[key]))];
option("level", "", "all levels");
distinct("level").forEach((name) => option("level", name, name));
option("specification", "", "all specifications");
distinct("specification").forEach((name) => option("specification", name, name || "(unknown)"));
option("target", "", "of any target");
targets.forEach((target, at) => option("target", String(at), `of ${nameOf(target)}`));

function renderVerdicts(all) {
  const numbers = new Map();
  for (const requirement of all) {
    for (const word of new Set(counted(requirement).map(wordOf))) numbers.set(word, (numbers.get(word) ?? 0) + 1);
  }
  const present = WORDS.filter((word) => numbers.has(word) || state.v.has(word));
  control("verdicts").replaceChildren(...present.map((word) => {
    const pressed = state.v.has(word);
    const toggle = () => {
      const v = new Set(state.v);
      if (pressed) v.delete(word);
      else v.add(word);
      filterBy({ v });
      document.querySelector(`#verdicts [data-word="${word}"]`)?.focus();
    };
    return h("button", { type: "button", "aria-pressed": String(pressed), "data-word": word, class: verdictClass(word), onclick: toggle }, `${word} ${numbers.get(word) ?? 0}`);
  }));
}

const SWITCHES = ["differs", "must", "all"];
function show() {
  readState();
  if (document.activeElement !== search) search.value = state.q;
  control("level").value = state.l;
  control("specification").value = state.s;
  control("target").value = state.t;
  SWITCHES.forEach((name) => control(name).setAttribute("aria-pressed", String(state[name])));
  renderGrid();
}

const current = () => [...rows.children].indexOf(document.activeElement?.closest?.(".row"));
function focusRow(at) {
  renderRows(at + 1);
  const row = rows.children[at];
  row?.querySelector(".toggle, a")?.focus({ preventScroll: true });
  row?.scrollIntoView({ block: "nearest" });
}
function move(step) {
  let at = Math.max(-1, current()) + step;
  if (shownItems[at]?.level === 4) at += step;
  if (at >= 0 && at < shownItems.length) focusRow(at);
}

// To the right: unfold, then along the cells. To the left: back, then fold, then to what the row is in.
function sideways(step) {
  const at = current();
  if (at < 0) return;
  const item = shownItems[at];
  const stops = [...rows.children[at].querySelectorAll(".toggle, a")];
  const stop = stops.indexOf(document.activeElement);
  if (stop > 0 || (step > 0 && (item.level > 3 || isOpen(item)))) return stops[stop + step]?.focus();
  if (step > 0 || (item.level < 4 && isOpen(item))) return toggleItem(item);
  const parent = shownItems.findLastIndex((it, place) => place < at && it.level < item.level);
  if (parent >= 0) focusRow(parent);
}

const switchOver = (name) => filterBy({ [name]: !state[name] });
const keys = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  ArrowRight: () => sideways(1),
  ArrowLeft: () => sideways(-1),
  d: () => switchOver("differs"),
  m: () => switchOver("must"),
  a: () => switchOver("all"),
  "/": () => { search.focus(); search.select(); },
  "?": () => help.showModal(),
  Escape: () => filterBy({ q: "", l: "", s: "", t: "", v: new Set(), differs: false, must: false, all: false }),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const typing = event.target.closest("input, select");
  if (typing) {
    if (event.key === "Escape" || (event.key === "Enter" && typing === search)) {
      event.preventDefault();
      typing.blur();
      if (event.key === "Enter") focusRow(0);
    }
    return;
  }
  const action = Object.hasOwn(keys, event.key) && keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

search.addEventListener("input", () => filterBy({ q: search.value }));
for (const [id, key] of [["level", "l"], ["specification", "s"], ["target", "t"]]) {
  control(id).addEventListener("change", () => filterBy({ [key]: control(id).value }));
}
SWITCHES.forEach((name) => control(name).addEventListener("click", () => switchOver(name)));
control("keys").addEventListener("click", () => help.showModal());
addEventListener("hashchange", show);
new ResizeObserver(() => document.body.style.setProperty("--bar", `${filter.offsetHeight}px`)).observe(filter);
control("grid").style.setProperty("--targets", targets.length);
document.body.classList.toggle("many", targets.length > 6);
// Not every browser has it.
globalThis.requestIdleCallback ??= (work) => setTimeout(() => work({ timeRemaining: () => 8 }), 1);
globalThis.cancelIdleCallback ??= clearTimeout;
headRow();
show();
