// Filters, keys and the first view.

const search = document.getElementById("search");
const level = document.getElementById("level");
const specification = document.getElementById("specification");
const expected = document.getElementById("expected");
const help = document.getElementById("help");
const filter = document.getElementById("filter");

function option(select, value, text, parent = select) {
  parent.append(h("option", { value }, text));
}
const levels = [...new Set(results.requirements.map((requirement) => requirement.level))];
option(level, "", "all levels");
levels.forEach((name) => option(level, name, name));
option(specification, "", "all specifications");
for (const { id, sections } of results.specifications) {
  const group = h("optgroup", { label: id });
  option(specification, id, id || "(unknown)", group);
  sections.forEach(({ section, title }) => option(specification, `${id}-${section}`, cut(`${section} ${title}`, 60), group));
  specification.append(group);
}

option(expected, "", "expected or not");
option(expected, "no", "not expected");
option(expected, "yes", "expected");
expected.hidden = !results.expectations;

function tabs() {
  const shown = VIEWS.map((name) =>
    h("a", { href: address({ view: name }), "aria-current": state.view === name && "page" }, views[name].name, " ", h("small", {}, String(views[name].items.length))));
  document.getElementById("tabs").replaceChildren(...shown);
}

let listed = "";
function show() {
  readState();
  const { open, ...rest } = state;
  const key = JSON.stringify({ ...rest, v: [...state.v] });
  tabs();
  if (key !== listed) {
    listed = key;
    if (document.activeElement !== search) search.value = state.q;
    level.value = state.l;
    specification.value = state.s;
    expected.value = state.e;
    renderList();
  }
  renderDetail();
  mark();
}

function mark() {
  rows.querySelector(".at")?.classList.remove("at");
  const at = shownItems.findIndex((item) => `${KIND[state.view]}:${item.id}` === state.open);
  if (at < 0) return;
  renderRows(at + 1);
  const row = rows.children[at];
  row.classList.add("at");
  row.scrollIntoView({ block: "nearest" });
}

// The row that the keys start from: the one in focus, else the one that is open.
function current() {
  const focused = document.activeElement?.closest?.(".row");
  return [...rows.children].indexOf(focused ?? rows.querySelector(".at"));
}

function move(step) {
  const next = Math.max(0, Math.min(shownItems.length - 1, current() + step));
  renderRows(next + 1);
  const anchor = rows.children[next]?.querySelector("a.main");
  if (!anchor) return;
  anchor.focus({ preventScroll: true });
  rows.children[next].scrollIntoView({ block: "nearest" });
  if (state.open && matchMedia("(min-width: 70rem)").matches) {
    history.replaceState(null, "", address({ open: anchor.dataset.open }));
    show();
  }
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  "/": () => { search.focus(); search.select(); },
  "?": () => help.showModal(),
  Escape: () => {
    if (!state.open) return filterBy({ v: new Set(), l: "", s: "", e: "", q: "" });
    const key = state.open;
    go({ open: "" });
    show();
    [...rows.children].find((row) => row.dataset.key === key)?.querySelector("a.main")?.focus();
  },
};
VIEWS.forEach((view, at) => { keys[String(at + 1)] = () => go({ view, open: "" }); });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const typing = event.target.closest("input, select, textarea");
  if (typing) {
    if (event.key === "Escape" || (event.key === "Enter" && typing === search)) {
      event.preventDefault();
      typing.blur();
      if (event.key === "Enter") move(1);
    }
    return;
  }
  if (event.key.startsWith("Arrow") && event.target.closest("#detail")) return;
  const action = Object.hasOwn(keys, event.key) && keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

search.addEventListener("input", () => filterBy({ q: search.value }));
level.addEventListener("change", () => filterBy({ l: level.value }));
specification.addEventListener("change", () => filterBy({ s: specification.value }));
expected.addEventListener("change", () => filterBy({ e: expected.value }));
document.getElementById("keys").addEventListener("click", () => help.showModal());
document.querySelectorAll(".fold").forEach((button) =>
  button.addEventListener("click", () => {
    const open = button.closest("tbody").classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  }));
addEventListener("hashchange", show);
new ResizeObserver(() => document.body.style.setProperty("--bar", `${filter.offsetHeight}px`)).observe(filter);
// Not every browser has it.
globalThis.requestIdleCallback ??= (work) => setTimeout(() => work({ timeRemaining: () => 8 }), 1);
globalThis.cancelIdleCallback ??= clearTimeout;
show();
