// The rows of the grid.

const rows = document.getElementById("rows");
const count = document.getElementById("count");
const AT_ONCE = 100;
let shownItems = [];
let pending = 0;

const firstLine = (text) => cut(text, 300).split("\n", 1)[0];
const span = (kind, ...children) => h("span", { class: kind }, ...children);

function headRow() {
  const cells = targets.map((target) =>
    h("a", { role: "columnheader", class: "head-cell", href: `${target.directory}/index.html`, title: nameOf(target) },
      h("b", {}, cut(nameOf(target), 60)), span("soft", cut(target.run.product_version ?? "", 40))));
  document.getElementById("heads").replaceChildren(h("span", { role: "columnheader", class: "corner" }, h("span", { class: "sr" }, "Requirement")), ...cells);
}

// A share of the width for each kind of verdict, and the numbers that matter.
function totalCell(totals, target) {
  const number = (word) => totals.get(word) ?? 0;
  const all = [...totals.values()].reduce((a, b) => a + b, 0);
  const inRun = all - number("");
  const parts = WORDS.filter(number).map((word) => `${number(word)} ${word}`);
  const bad = number("fail") + number("error");
  const stops = {};
  let at = 0;
  for (const [kind, amount] of [["fail", bad], ["warn", number("warn")], ["pass", number("pass")], ["info", number("info")]]) {
    at += (100 * amount) / all;
    stops[`--${kind}-end`] = `${at}%`;
  }
  return h("span", { role: "gridcell", class: "total", title: `${nameOf(target)}: ${parts.join(", ") || "not in this run"}` },
    inRun > 0 && h("span", { class: "shares", ...stops }),
    inRun > 0 && [bad > 0 && span("bad", String(bad)), number("warn") > 0 && span("iffy", String(number("warn"))), !bad && !number("warn") && span("fine", number("pass") ? String(number("pass")) : "–")],
    h("span", { class: "sr" }, parts.join(", ") || "not in this run"));
}

function verdictCell(requirement, cell, at) {
  const target = targets[at];
  if (!cell) return h("span", { role: "gridcell", class: "none", title: `${nameOf(target)}: not in this run` });
  const word = cell.not_taken ? "not taken" : cell.verdict;
  const told = `${nameOf(target)}: ${word}${cell.unstable ? ", unstable" : ""}${cell.expected ? ", expected" : ""}${cell.finding ? `\n${firstLine(cell.finding)}` : ""}`;
  return h("span", { role: "gridcell" },
    h("a", { class: `${verdictClass(cell.verdict)}${cell.not_taken ? " not-taken" : ""}${cell.expected ? " expected" : ""}`, href: placeOf(target, requirement), title: told }, word, cell.unstable && "~"));
}

function details(requirement) {
  const { contested } = requirement;
  return h("div", { role: "gridcell", class: "details" },
    h("p", {}, h("code", {}, requirement.id), " ", h("b", {}, requirement.level), ", ", external(requirement.url, `section ${requirement.section}`), ` ${requirement.title}`,
      requirement.rfc6638 && [", in RFC 6638 ", external(requirement.rfc6638_url, `section ${requirement.rfc6638}`)]),
    h("p", {}, whole(requirement.text)),
    contested.length > 0 && h("p", { class: "soft" }, `Contested reading: ${contested.join(", ")}; at most a warning`),
    h("ul", { class: "links" }, requirement.cells.map((cell, at) => h("li", {},
      cell ? badge(cell.verdict, cell.expected) : span("soft", "not in this run"),
      cell ? h("a", { href: placeOf(targets[at], requirement) }, nameOf(targets[at])) : nameOf(targets[at]),
      cell?.finding && span("soft", cell.finding)))));
}

function rowOf(item) {
  const open = isOpen(item);
  const attributes = { role: "row", class: `row level-${item.level}`, "aria-level": item.level, "data-key": item.key };
  if (item.level === 4) return h("div", attributes, details(item.requirement));
  attributes["aria-expanded"] = String(open);
  const toggle = (...children) =>
    h("button", { type: "button", class: "toggle", onclick: () => toggleItem(item) }, ...children);
  if (item.level === 3) {
    const { requirement } = item;
    return h("div", attributes,
      h("span", { role: "rowheader" }, toggle(span("id", requirement.id), span("soft level", requirement.level), span("text", firstLine(requirement.text)))),
      requirement.cells.map((cell, at) => verdictCell(requirement, cell, at)));
  }
  const name = item.level === 1 ? [h("b", {}, item.name || "(unknown)")] : [span("id", item.name), span("text", firstLine(item.title))];
  return h("div", attributes,
    h("span", { role: "rowheader" }, toggle(name, span("soft", String(item.all.length)))),
    totalsOf(item).map((totals, at) => totalCell(totals, targets[at])));
}

function renderGrid() {
  const all = candidates();
  const list = withVerdict(all);
  renderVerdicts(all);
  count.textContent = list.length === data.requirements.length
    ? plural(list.length, "requirement")
    : `${list.length} of ${data.requirements.length} requirements`;
  shownItems = treeOf(list).flatMap((item) => [item, ...below(item)]);
  rows.replaceChildren();
  if (!list.length) rows.append(h("p", { class: "empty" }, "Nothing matches. ", h("a", { href: "#" }, "Show everything")));
  else renderRows(AT_ONCE);
  renderRest();
}

function renderRows(until) {
  const part = document.createDocumentFragment();
  for (const item of shownItems.slice(rows.childElementCount, until)) part.append(rowOf(item));
  rows.append(part);
}

// The rest is added while nothing else is to be done.
function renderRest() {
  cancelIdleCallback(pending);
  const more = (deadline) => {
    while (rows.childElementCount < shownItems.length && deadline.timeRemaining() > 4) renderRows(rows.childElementCount + 20);
    renderRest();
  };
  if (shownItems.length && rows.childElementCount < shownItems.length) pending = requestIdleCallback(more);
}

// Only what stands below the row is made or taken away, so that everything else stays where it is.
function toggleItem(item) {
  const at = shownItems.indexOf(item);
  const before = below(item);
  if (!state.x.delete(item.key)) state.x.add(item.key);
  history.replaceState(null, "", address({}));
  const after = below(item);
  shownItems.splice(at + 1, before.length, ...after);
  rows.children[at].setAttribute("aria-expanded", String(isOpen(item)));
  for (let left = before.length; left > 0; left -= 1) rows.children[at + 1]?.remove();
  const part = document.createDocumentFragment();
  after.forEach((it) => part.append(rowOf(it)));
  rows.children[at].after(part);
  renderRest();
}
