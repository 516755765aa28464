// A scenario as a sequence between the users, with the server among them.

function storyParts(story, upto) {
  if (!story?.messages.length) return [];
  const users = Object.entries(story.users ?? {}).map(([role, user]) => ({ role, user }));
  for (const { user } of story.messages) {
    if (!users.some((known) => known.user === user)) users.push({ role: user, user });
  }
  // The organizer at the left, the server beside it, the others at the right.
  users.sort((a, b) => (b.role === "organizer") - (a.role === "organizer"));
  const lanes = [users[0], { role: "server" }, ...users.slice(1)];
  const server = 1;
  const lane = (user) => lanes.findIndex((it) => it.user === user);
  const lines = () => lanes.map((_, at) => gridAt(h("i", { class: "lane", "aria-hidden": "true" }), at, at));
  const head = h("li", { "--lanes": String(lanes.length) },
    lanes.map(({ role, user }, at) => gridAt(h("span", { class: "name" }, cut(role, 40), h("small", {}, user && user !== role ? cut(user, 40) : "")), at, at)));
  const items = story.messages.map((message) => {
    const wrote = message.direction === "wrote";
    const at = lane(message.user);
    const [from, to] = wrote ? [at, server] : [server, at];
    const [left, right] = [Math.min(from, to), Math.max(from, to)];
    const states = message.attendees.map(([name, partstat]) => `${cut(name, 60)} ${cut(partstat, 40)}`).join(", ");
    const what = `${cut(message.method, 40)}${message.sequence === null ? "" : `, SEQUENCE ${message.sequence}`}`;
    const label = message.exchange === null ? h("b", {}, what) : link("exchange", message.exchange, h("b", {}, what));
    const said = h("span", { class: "said" },
      h("span", { class: "sr" }, `${who(story, message.user)} ${wrote ? "wrote" : "received"} `),
      h("span", {}, label),
      h("small", {}, states));
    const arrow = h("span", { class: `arrow ${from < to ? "right" : "left"}`, "aria-hidden": "true", "--inset": `${50 / (right - left + 1)}%` });
    const now = upto !== undefined && message.exchange === upto;
    const item = h("li", { class: now && "now", "--lanes": String(lanes.length) }, lines(), gridAt(said, left, right), gridAt(arrow, left, right));
    return { at: message.exchange ?? 0, item };
  });
  for (const { at, check } of faults(story)) {
    const note = h("span", { class: "fault" }, badge(check.verdict), " ", link("check", check.id, cut(check.id.slice(check.id.indexOf("#") + 1), 100)));
    items.push({ at, item: h("li", { "--lanes": String(lanes.length) }, lines(), gridAt(note, 0, lanes.length - 1)) });
  }
  items.sort((a, b) => a.at - b.at);
  return [h("h3", {}, "Story"), h("ol", { class: "story" }, head, items.map(({ item }) => item))];
}

// What went wrong in this round, and after which exchange.
function faults(story) {
  const bad = (result) => result.round === story.round && ["fail", "warn", "error"].includes(result.verdict);
  return (checksOfScenario.get(story.scenario) ?? []).flatMap((check) => {
    const result = check.results.find(bad);
    const at = result && (result.exchange ?? Infinity);
    return result && at <= (story.end ?? Infinity) ? [{ at, check }] : [];
  });
}

function gridAt(element, left, right) {
  element.style.gridColumn = `${left + 1} / ${right + 2}`;
  return element;
}

// The messages until this exchange.
function storyUntil(story, exchange) {
  if (!story || exchange === undefined) return story;
  return { ...story, end: exchange, messages: story.messages.filter((message) => message.exchange === null || message.exchange <= exchange) };
}
