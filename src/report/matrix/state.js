// What is shown stands in the fragment of the address, so that every view can be linked to.

const data = await readData();
const { targets } = data;
const state = { q: "", l: "", s: "", t: "", v: new Set(), differs: false, must: false, all: false, x: new Set() };

function readState() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  for (const key of ["q", "l", "s", "t"]) state[key] = fragment.get(key) ?? "";
  for (const key of ["differs", "must", "all"]) state[key] = fragment.has(key);
  state.v = new Set((fragment.get("v") ?? "").split(",").filter((word) => WORDS.includes(word)));
  // Rows that are not as folded as they were by themselves.
  state.x = new Set(fragment.getAll("x"));
}

// The address of the present state with some of it changed.
function address(changes) {
  const next = { ...state, ...changes };
  const fragment = new URLSearchParams();
  for (const key of ["q", "l", "s", "t"]) if (next[key]) fragment.set(key, next[key]);
  for (const key of ["differs", "must", "all"]) if (next[key]) fragment.set(key, "1");
  if (next.v.size) fragment.set("v", WORDS.filter((word) => next.v.has(word)).join(","));
  next.x.forEach((key) => fragment.append("x", key));
  return `#${fragment.toString().replaceAll("%2C", ",")}`;
}

// Another filter starts with rows as they fold by themselves.
function filterBy(changes) {
  history.replaceState(null, "", address({ x: new Set(), ...changes }));
  show();
}

const filtered = () => Boolean(state.q || state.l || state.v.size || state.differs || state.must);

// The place in the report of a target that a cell leads to.
function placeOf(target, requirement) {
  const fragment = new URLSearchParams({ view: "requirements", open: `requirement:${requirement.id}` });
  return `${target.directory}/index.html#${fragment}`;
}
