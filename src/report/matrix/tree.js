// Requirements by specification and section, filtered.

const nameOf = ({ run }) => run.product ?? run.target;
const wordOf = (cell) => (cell ? cell.verdict : "");
const isFirstOf = (list, at, key) => at === 0 || list[at - 1][key] !== list[at][key];

const haystacks = new WeakMap();
function haystack(requirement) {
  if (!haystacks.has(requirement)) {
    const findings = requirement.cells.map((cell) => cell?.finding ?? "");
    const words = [requirement.id, requirement.section, requirement.title, requirement.text, requirement.level, ...findings];
    haystacks.set(requirement, words.join("\n").toLowerCase());
  }
  return haystacks.get(requirement);
}

// The cells whose verdicts count: those of one target, or of all.
function counted(requirement) {
  const at = state.t === "" ? -1 : Number(state.t);
  return targets[at] ? [requirement.cells[at]] : requirement.cells;
}

// Everything but the verdict, so that the counts on the verdicts stay.
function candidates() {
  const needles = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  return data.requirements.filter((it) =>
    (!state.s || it.specification === state.s) &&
    (!state.l || it.level === state.l) &&
    (!state.must || it.must) &&
    (!state.differs || it.differs) &&
    needles.every((needle) => haystack(it).includes(needle)));
}

const withVerdict = (list) =>
  state.v.size ? list.filter((it) => counted(it).some((cell) => state.v.has(wordOf(cell)))) : list;

// Specifications, in them sections, in them requirements.
function treeOf(list) {
  const tree = [];
  list.forEach((requirement, at) => {
    const { specification, section, title } = requirement;
    const isNew = isFirstOf(list, at, "specification");
    if (isNew) tree.push({ key: specification, level: 1, name: specification, sections: [], all: [] });
    const top = tree.at(-1);
    if (isNew || top.sections.at(-1).name !== section) {
      top.sections.push({ key: `${specification}-${section}`, level: 2, name: section, title, all: [] });
    }
    top.all.push(requirement);
    top.sections.at(-1).all.push({ key: requirement.id, level: 3, requirement });
  });
  return tree;
}

// Sections are folded unless something was asked for; statements always are.
const opensItself = (item) => item.level === 1 || (item.level === 2 && (state.all || filtered()));
const isOpen = (item) => opensItself(item) !== state.x.has(item.key);

// What stands below an item as long as that is open.
function below(item) {
  if (!isOpen(item)) return [];
  if (item.level === 1) return item.sections.flatMap((section) => [section, ...below(section)]);
  if (item.level === 2) return item.all.flatMap((requirement) => [requirement, ...below(requirement)]);
  if (item.level === 3) return [{ key: `${item.key} `, level: 4, requirement: item.requirement }];
  return [];
}

// How many requirements of an item came to each verdict, for each target.
function totalsOf(item) {
  item.totals ??= targets.map((_, at) => {
    const totals = new Map();
    for (const it of item.all) {
      const word = wordOf((it.requirement ?? it).cells[at]);
      totals.set(word, (totals.get(word) ?? 0) + 1);
    }
    return totals;
  });
  return item.totals;
}
