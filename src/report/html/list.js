// The list at the left: one kind of thing, filtered.

const firstLine = (text) => cut(text, 400).split("\n", 1)[0];
const checkText = (check) => {
  const result = decisive(check);
  return result?.actual || result?.notes?.[0] || check.reason || "";
};
const cell = (kind, ...children) => h("span", { class: kind }, ...children);
const main = (kind, id, text) => {
  const anchor = link(kind, id, text);
  anchor.className = "main";
  return anchor;
};

const views = {
  causes: {
    name: "Findings",
    items: data.causes,
    verdict: (cause) => cause.verdict,
    expected: (cause) => cause.expected,
    about: (cause) => cause.checks.map(requirementOf),
    words: (cause) => [cause.reason, ...cause.scenarios, ...cause.checks.flatMap((c) => [c.id, checkText(c), decisive(c)?.expected ?? "", requirementOf(c).text])],
    row(cause) {
      const first = cause.checks[0];
      const requirement = first && requirementOf(first);
      const places = cause.places.length || cause.scenarios.length;
      return [
        badge(cause.verdict, cause.expected),
        cell("id", main("cause", cause.id, first ? first.requirement : cut(cause.scenarios[0] ?? "", 200))),
        first
          ? cell("text", known(cause.expected), firstLine(requirement.text), " ", cell("soft", firstLine(checkText(first))))
          : cell("text", known(cause.expected), firstLine(cause.reason || "no reason is recorded")),
        cell("number soft", places > 1 ? `${places} places` : ""),
      ];
    },
  },
  requirements: {
    name: "Requirements",
    items: results.requirements,
    verdict: (requirement) => requirement.verdict,
    expected: (requirement) => requirement.expected,
    about: (requirement) => [requirement],
    words: (requirement) => [requirement.id, requirement.text, requirement.title],
    row: (requirement) => [
      badge(requirement.verdict, requirement.expected),
      cell("id", main("requirement", requirement.id, requirement.id)),
      cell("soft", requirement.level),
      cell("text", known(requirement.expected), firstLine(requirement.text)),
      cell("number soft", plural(checksOfRequirement.get(requirement.id)?.length ?? 0, "check")),
    ],
  },
  checks: {
    name: "Checks",
    items: results.checks,
    verdict: (check) => check.verdict,
    expected: (check) => check.expected !== null,
    about: (check) => [requirementOf(check)],
    words: (check) => [check.id, checkText(check), requirementOf(check).text],
    row: (check) => [
      badge(check.verdict, check.expected !== null),
      cell("id", main("check", check.id, cut(check.id, 300))),
      cell("text soft", known(check.expected !== null), firstLine(checkText(check))),
    ],
  },
  scenarios: {
    name: "Scenarios",
    items: results.scenarios,
    verdict: (scenario) => scenario.verdict,
    expected: scenarioExpected,
    about: (scenario) => (checksOfScenario.get(scenario.id) ?? []).map(requirementOf),
    words: (scenario) => [scenario.id, scenario.title, scenario.reason ?? ""],
    row: (scenario) => [
      badge(scenario.verdict, scenarioExpected(scenario)),
      cell("id", main("scenario", scenario.id, cut(scenario.id, 300))),
      cell("text", known(scenarioExpected(scenario)), firstLine(scenario.title), scenario.reason && cell("soft", ` ${firstLine(scenario.reason)}`)),
    ],
  },
  exchanges: {
    name: "Exchanges",
    items: data.exchanges,
    verdict: (exchange) => verdictOfExchange.get(exchange.id) ?? "untested",
    expected: () => undefined,
    about: (exchange) => [...(checksOfExchange.get(exchange.id) ?? [])].map(requirementOf),
    words: (exchange) => [exchange.method, exchange.url, exchange.scenario, exchange.step, exchange.user ?? "", String(exchange.status)],
    row: (exchange) => [
      verdictOfExchange.has(exchange.id) ? badge(verdictOfExchange.get(exchange.id)) : cell("soft", "not judged"),
      cell("number", exchange.status ?? "none"),
      cell("mono", cut(exchange.method, 20)),
      cell("id", main("exchange", exchange.id, cut(path(exchange.url), 300))),
      cell("text soft", `${cut(exchange.scenario, 200) || exchange.purpose} ${exchange.scenario ? cut(exchange.step, 100) : ""}`),
    ],
  },
};

function path(url) {
  const base = results.run.base_url.replace(/\/$/, "");
  return base && url.startsWith(base) ? url.slice(base.length) || "/" : url;
}

const haystacks = new WeakMap();
function haystack(view, item) {
  if (!haystacks.has(item)) haystacks.set(item, view.words(item).map((text) => cut(text, 4000)).join("\n").toLowerCase());
  return haystacks.get(item);
}

// Everything but the verdict, so that the counts on the verdicts stay.
function candidates(view) {
  const needles = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  const filtered = state.l || state.s;
  return view.items.filter((item) => {
    if (state.e && view.expected(item) !== undefined && view.expected(item) !== (state.e === "yes")) return false;
    if (filtered && !view.about(item).some((it) => levelMatches(it.level) && specificationMatches(it))) return false;
    return !needles.length || needles.every((needle) => haystack(view, item).includes(needle));
  });
}

const list = document.getElementById("list");
const rows = document.getElementById("rows");
const count = document.getElementById("count");
const KIND = { causes: "cause", requirements: "requirement", checks: "check", scenarios: "scenario", exchanges: "exchange" };
const AT_ONCE = 120;
let shownItems = [];
let pending = 0;

function renderList() {
  const view = views[state.view];
  const all = candidates(view);
  shownItems = state.v.size ? all.filter((item) => state.v.has(view.verdict(item))) : all;
  renderChips(view, all);
  count.textContent = shownItems.length === view.items.length
    ? plural(view.items.length, KIND[state.view] === "cause" ? "finding" : KIND[state.view])
    : `${shownItems.length} of ${view.items.length} ${view.name.toLowerCase()}`;
  list.className = `list ${state.view}`;
  cancelIdleCallback(pending);
  rows.replaceChildren();
  if (!shownItems.length) rows.append(h("p", { class: "empty" }, "Nothing matches. ", h("a", { href: address({ v: new Set(), l: "", s: "", e: "", q: "" }) }, "Show everything")));
  renderRows(AT_ONCE);
  // The rest is added while nothing else is to be done.
  const more = (deadline) => {
    while (rows.childElementCount < shownItems.length && deadline.timeRemaining() > 4) renderRows(rows.childElementCount + 40);
    if (rows.childElementCount < shownItems.length) pending = requestIdleCallback(more);
  };
  if (rows.childElementCount < shownItems.length && shownItems.length) pending = requestIdleCallback(more);
}

function renderRows(until) {
  const view = views[state.view];
  const part = document.createDocumentFragment();
  for (const item of shownItems.slice(rows.childElementCount, until)) {
    const key = `${KIND[state.view]}:${item.id}`;
    part.append(h("div", { class: "row", role: "listitem", "data-key": key }, view.row(item)));
  }
  rows.append(part);
}

function renderChips(view, all) {
  const counts = groups(all, view.verdict);
  const present = WORDS.filter((word) => counts.has(word) || state.v.has(word));
  document.getElementById("verdicts").replaceChildren(
    ...present.map((word) => {
      const pressed = state.v.has(word);
      const toggle = () => {
        const v = new Set(state.v);
        if (pressed) v.delete(word);
        else v.add(word);
        filterBy({ v });
        document.querySelector(`#verdicts [data-word="${word}"]`)?.focus();
      };
      const label = state.view === "exchanges" && word === "untested" ? "not judged" : word;
      return h("button", { type: "button", "aria-pressed": String(pressed), "data-word": word, class: verdictClass(word), onclick: toggle }, `${label} ${counts.get(word)?.length ?? 0}`);
    }),
  );
}
