// The data of the run and the ways from one thing to another.

const data = await readData();
const { results } = data;

const byId = (list) => new Map(list.map((item) => [item.id, item]));

const requirements = byId(results.requirements);
const scenarios = byId(results.scenarios);
const checks = byId(results.checks);
const exchanges = byId(data.exchanges);
const checksOfRequirement = groups(results.checks, (check) => check.requirement);
const checksOfScenario = groups(results.checks, (check) => check.scenario);
const exchangesOfScenario = groups(data.exchanges, (exchange) => exchange.scenario);
const storiesOfScenario = groups(data.stories, (story) => story.scenario);
const unknown = { specification: "", section: "", level: "", text: "", title: "", contested: [], readings: [] };
const requirementOf = (check) => requirements.get(check.requirement) ?? unknown;
const decisive = (check) => check.results.find((result) => result.verdict === check.verdict);
// A scenario is as it was expected where what is worst of it is.
const scenarioExpected = (scenario) => {
  if (scenario.expected !== null) return true;
  const worst = (checksOfScenario.get(scenario.id) ?? []).filter((check) => check.verdict === scenario.verdict);
  return worst.some((check) => check.expected !== null) && worst.every((check) => check.expected !== null);
};
const expectation = (line) => results.expectations?.entries.find((entry) => entry.line === line);
const worstOf = (words) => WORDS.find((word) => words.has(word)) ?? "untested";

// Worst verdict of the checks that point at an exchange, by its number.
const verdictOfExchange = new Map();
const checksOfExchange = new Map();
for (const check of results.checks) {
  for (const { exchange, verdict } of check.results) {
    if (exchange === undefined) continue;
    const known = verdictOfExchange.get(exchange);
    verdictOfExchange.set(exchange, known ? worstOf(new Set([known, verdict])) : verdict);
    if (!checksOfExchange.has(exchange)) checksOfExchange.set(exchange, new Set());
    checksOfExchange.get(exchange).add(check);
  }
}

data.causes.forEach((cause, number) => {
  cause.id = String(number + 1);
  cause.checks = cause.places.flat().map((id) => checks.get(id)).filter(Boolean);
});

// `organizer (user01)`, as far as the story tells the role.
function who(story, user) {
  const role = Object.entries(story?.users ?? {}).find(([, name]) => name === user)?.[0];
  return role ? `${role} (${user})` : (user ?? "");
}
const storyOf = (scenario, round) => storiesOfScenario.get(scenario)?.find((story) => story.round === round);
