// What is open: a cause, a requirement, a check, a scenario or an exchange.

function statement(requirement, verdict) {
  const { contested, readings } = requirement;
  return h("div", { class: "statement" },
    h("p", {}, verdict && [badge(verdict), " "], link("requirement", requirement.id, requirement.id), " ", h("b", {}, requirement.level),
      ", ", external(requirement.url, `section ${requirement.section}`), ` ${requirement.title}`,
      requirement.rfc6638 && [", in RFC 6638 ", external(requirement.rfc6638_url, `section ${requirement.rfc6638}`)]),
    h("p", {}, whole(requirement.text)),
    requirement.implied && h("p", { class: "soft" }, `Implied: the document has no RFC 2119 word here; ${requirement.confirmed ? "a second reading of the text has confirmed it." : "at most a warning."}`),
    contested.length > 0 && h("p", { class: "soft" }, `Contested reading: ${contested.join(", ")}; at most a warning`),
    readings.length > 0 && h("p", { class: "soft" }, `Readings that apply: ${readings.join(", ")}`));
}

function resultFields(check, result) {
  const fields = h("dl", { class: "fields" });
  const field = (name, text, strong) => text && fields.append(h("dt", {}, name), h("dd", { class: strong && "strong" }, whole(text)));
  field("expected", result?.expected);
  field("actual", result?.actual, true);
  for (const note of result?.notes ?? []) field("note", note);
  if (!result) field("reason", check.reason ?? "the run did not come to it");
  const entry = expectation(check.expected);
  if (entry) fields.append(h("dt", {}, "known"), h("dd", {}, whole(entry.reason), " ", h("span", { class: "soft" }, `${results.expectations.file}:${entry.line}`, entry.expires && `, until ${entry.expires}`), entry.link && [" ", /^https:/.test(entry.link) ? external(entry.link, entry.link) : h("code", {}, entry.link)]));
  if (check.unstable) field("unstable", check.results.map((it) => `${it.round}: ${it.verdict}`).join(", "));
  return fields;
}

function placeParts(check) {
  const scenario = scenarios.get(check.scenario);
  const snippet = data.snippets[`${scenario?.file}:${check.line}`];
  return [
    h("h3", {}, "Scenario"),
    h("p", {}, scenario ? link("scenario", scenario.id, `${scenario.file}${check.line ? `:${check.line}` : ""}`) : check.scenario, scenario && ` ${scenario.title}`),
    snippet && h("pre", {}, snippet.split("\n").map((line, at) => [h("span", { class: "no" }, String(check.line + at)), line, "\n"])),
  ];
}

function checkParts(check, statements) {
  const result = decisive(check);
  const exchange = result && exchanges.get(result.exchange);
  const story = storyUntil(storyOf(check.scenario, result?.round ?? 1), result?.exchange);
  const comparisons = diffParts(data.diffs[check.id]);
  return [
    statements,
    resultFields(check, result),
    placeParts(check),
    comparisons.length > 0 && [h("h3", {}, "Difference"), comparisons],
    exchange && [h("h3", {}, "Exchange ", link("exchange", exchange.id, String(exchange.id))), exchangeParts(exchange)],
    storyParts(story, result?.exchange),
  ];
}

const checkLinks = (some) =>
  h("ul", { class: "links" }, some.map((check) => h("li", {}, badge(check.verdict, check.expected !== null), link("check", check.id, cut(check.id, 300)))));

const details = {
  cause(id) {
    const cause = data.causes[Number(id) - 1];
    if (!cause) return undefined;
    if (!cause.checks.length) {
      const some = cause.scenarios.map((it) => scenarios.get(it)).filter(Boolean);
      return ["Finding", h("p", {}, badge(cause.verdict), " ", whole(cause.reason || "no reason is recorded")),
        h("ul", { class: "links" }, some.map((it) => h("li", {}, badge(it.verdict), link("scenario", it.id, it.id))))];
    }
    const [place, ...others] = cause.places.map((ids) => ids.map((it) => checks.get(it)).filter(Boolean));
    const statements = place.map((check) => statement({ ...unknown, id: check.requirement, ...requirementOf(check) }, check.verdict));
    return [place[0].requirement, checkParts(place[0], statements),
      others.length > 0 && [h("h3", {}, `The same in ${others.length} more`), checkLinks(others.map(([first]) => first))]];
  },
  check(id) {
    const check = checks.get(id);
    if (!check) return undefined;
    return [id, checkParts(check, statement({ ...unknown, id: check.requirement, ...requirementOf(check) }, check.verdict))];
  },
  requirement(id) {
    const requirement = requirements.get(id);
    if (!requirement) return undefined;
    const some = [...(checksOfRequirement.get(id) ?? [])].sort((a, b) => WORDS.indexOf(a.verdict) - WORDS.indexOf(b.verdict));
    // What made the verdict is told at once, unless all is well.
    const worst = some.find((check) => ["fail", "warn", "error"].includes(check.verdict));
    return [id, statement(requirement, requirement.verdict), h("h3", {}, "Checks"), checkLinks(some),
      worst && [h("h3", {}, link("check", worst.id, cut(worst.id, 300))), checkParts(worst)]];
  },
  scenario(id) {
    const scenario = scenarios.get(id);
    if (!scenario) return undefined;
    const steps = (exchangesOfScenario.get(id) ?? []).filter((it) => it.purpose !== "clean-up");
    return [scenario.title || id, h("p", {}, badge(scenario.verdict, scenarioExpected(scenario)), " ", h("code", {}, scenario.file || id)),
      scenario.reason && h("p", {}, whole(scenario.reason)),
      (storiesOfScenario.get(id) ?? []).map((story, _, all) => [all.length > 1 && h("h3", {}, `Round ${story.round}`), storyParts(story)]),
      h("h3", {}, "Checks"), checkLinks(checksOfScenario.get(id) ?? []),
      h("h3", {}, "Exchanges"),
      h("ul", { class: "links" }, steps.slice(0, 500).map((it) =>
        h("li", {}, h("span", { class: "mono" }, String(it.status ?? "none")), link("exchange", it.id, `${cut(it.method, 20)} ${cut(path(it.url), 200)}`), h("span", { class: "soft" }, cut(it.step, 100)))))];
  },
  exchange(id) {
    const exchange = exchanges.get(Number(id));
    if (!exchange) return undefined;
    const some = [...(checksOfExchange.get(exchange.id) ?? [])];
    const at = exchangesOfScenario.get(exchange.scenario) ?? [];
    const number = at.indexOf(exchange);
    return [`Exchange ${exchange.id}`,
      exchange.scenario && h("p", {}, link("scenario", exchange.scenario, exchange.scenario),
        at[number - 1] && [" ", link("exchange", at[number - 1].id, "← before")], at[number + 1] && [" ", link("exchange", at[number + 1].id, "after →")]),
      exchangeParts(exchange),
      some.length > 0 && [h("h3", {}, "Checks"), checkLinks(some)]];
  },
};

const panes = document.getElementById("panes");
const detail = document.getElementById("detail");

function renderDetail() {
  const at = state.open.indexOf(":");
  const [kind, id] = [state.open.slice(0, at), state.open.slice(at + 1)];
  const shown = Object.hasOwn(details, kind) ? details[kind](id) : undefined;
  const open = state.open !== "";
  panes.classList.toggle("split", open);
  document.body.classList.toggle("opened", open);
  detail.hidden = !open;
  if (!open) return detail.replaceChildren();
  const [title, ...parts] = shown ?? ["Not in this run", h("p", {}, "This report has nothing of that name.")];
  const close = h("button", { type: "button", class: "close", onclick: () => go({ open: "" }) }, "Close");
  detail.replaceChildren(close, h("h2", { tabindex: "-1" }, cut(title, 300)), ...parts.flat(Infinity).filter(Boolean));
  detail.scrollTop = 0;
}
