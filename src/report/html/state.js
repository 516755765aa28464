// What is shown stands in the fragment of the address, so that every view can be linked to.

const state = { view: "", v: new Set(), l: "", s: "", e: "", q: "", open: "" };
const VIEWS = ["causes", "requirements", "checks", "scenarios", "exchanges"];

function readState() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const view = fragment.get("view");
  state.view = VIEWS.includes(view) ? view : data.causes.length ? "causes" : "requirements";
  state.v = new Set((fragment.get("v") ?? "").split(",").filter((word) => WORDS.includes(word)));
  state.l = fragment.get("l") ?? "";
  state.s = fragment.get("s") ?? "";
  state.e = ["yes", "no"].includes(fragment.get("e")) ? fragment.get("e") : "";
  state.q = fragment.get("q") ?? "";
  state.open = fragment.get("open") ?? "";
}

// The address of the present state with some of it changed.
function address(changes) {
  const next = { ...state, ...changes };
  const fragment = new URLSearchParams();
  fragment.set("view", next.view);
  if (next.v.size) fragment.set("v", WORDS.filter((word) => next.v.has(word)).join(","));
  for (const key of ["l", "s", "e", "q", "open"]) if (next[key]) fragment.set(key, next[key]);
  // What needs no escape in a fragment is left readable.
  return `#${fragment.toString().replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":")}`;
}

// Filters replace the entry of the history, opening something adds one.
function filterBy(changes) {
  history.replaceState(null, "", address(changes));
  show();
}
function go(changes) {
  location.hash = address(changes);
}

const link = (kind, id, ...children) =>
  h("a", { href: address({ open: `${kind}:${id}` }), "data-open": `${kind}:${id}` }, ...children);

function levelMatches(level) {
  return !state.l || level === state.l;
}
// A specification, a section with its subsections, or one requirement.
function specificationMatches({ specification, section, id }) {
  const wanted = state.s;
  if (!wanted || specification === wanted || id === wanted) return true;
  const at = `${specification}-${section}`;
  return at === wanted || at.startsWith(`${wanted}.`);
}
