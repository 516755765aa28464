// One exchange, its bodies, and what differs between two objects.

function httpPart(first, headers, bodyId) {
  const body = bodyId && data.bodies[bodyId];
  const noise = (name) => /^(date|server|connection|keep-alive|vary|cache-control|calconform-step|content-length)$/i.test(name);
  const lines = (some) => some.map(([name, value]) => `${cut(name, 200)}: ${cut(value, 2000)}`).join("\n");
  const loud = headers.filter(([name]) => !noise(name));
  const quiet = headers.filter(([name]) => noise(name));
  return h("div", { class: "http" },
    h("p", {}, first),
    headers.length > 0 && h("pre", { class: "headers", title: lines(quiet) }, lines(loud) || "no headers"),
    body && h("pre", {}, body.text || "(empty)", body.cut && h("span", { class: "soft" }, `\n… ${body.length} octets; run.jsonl has more`)),
  );
}

function exchangeParts(exchange) {
  const story = storyOf(exchange.scenario, exchange.round);
  const [kind, message] = exchange.failure ?? [];
  const answer = exchange.status ? String(exchange.status) : `no answer: ${kind ?? "unknown"} ${cut(message ?? "", 2000)}`;
  const command = data.curls[exchange.id];
  return [
    h("p", { class: "soft" },
      exchange.user ? `${who(story, exchange.user)}, ` : "",
      exchange.scenario ? `step ${cut(exchange.step, 200)}, ` : `${exchange.purpose}, `,
      duration(exchange.micros)),
    httpPart(`${cut(exchange.method, 100)} ${cut(exchange.url, 2000)}`, exchange.sent, exchange.sent_body),
    httpPart(answer, exchange.got, exchange.got_body),
    command && h("details", {}, h("summary", {}, "As a curl command"), copyButton(command), h("pre", {}, command)),
  ];
}

function diffParts(comparisons) {
  return (comparisons ?? []).map((comparison) => {
    const lines = comparison.lines.map((line) =>
      h("span", { class: `dl ${line.mark}`, "--depth": String(line.depth) },
        line.pieces.map((piece) => {
          if (line.mark !== "changed") return piece.text;
          return piece.mark === "gone" ? h("del", {}, piece.text) : piece.mark === "new" ? h("ins", {}, piece.text) : piece.text;
        })));
    const pre = h("pre", { class: "diff only" }, lines);
    const all = h("button", { type: "button", class: "copy", "aria-pressed": "false" }, "All lines");
    all.addEventListener("click", () => {
      const only = pre.classList.toggle("only");
      all.setAttribute("aria-pressed", String(!only));
    });
    return [
      all,
      h("p", {}, h("span", { class: "older" }, comparison.older), ", ", h("span", { class: "newer" }, comparison.newer), `: ${plural(comparison.differences, "difference")}`),
      comparison.differences ? pre : h("p", { class: "soft" }, "The same but for the order of lines."),
    ];
  });
}
