use std::collections::BTreeMap;

use rstest::rstest;

use super::*;

const HEAD: &str = "title: A rule
needs: [calendar-auto-schedule]
users: [organizer, attendee]
";

/// A file that has nothing wrong with it.
const GOOD: &str = "rows:
  - {name: one, agent: SERVER, url: \"{organizer.inbox}\"}
  - {name: two, agent: CLIENT, url: \"{etag}\"}
steps:
  - id: create
    as: organizer
    request: PUT {organizer.calendar}{uid}.ics
    body: shared.ics
    with: {agent: \"{row.agent}\"}
    outcomes:
      cites: [caldav-sched-10-5.2.1.2-20]
      any-of:
        - name: stored
          matches: [{status: [201, 2xx]}]
        - name: refused
          matches: [{status: [4xx]}]
    capture: {etag: {header: ETag}, sent: {body: whole}}
    checks:
      - header: {name: ETag, is: strong-etag}
        when: create.stored
        warn-by: R12
        cites: [caldav-sched-10-8-7]
  - id: look
    as: organizer
    when: create.stored
    request: GET {row.url}
    body: |
      literal {{brace {20090602T140000} {now-utc} {uid.lunch}
    checks:
      - ical: {at: \"VEVENT/ATTENDEE[{attendee.address}];PARTSTAT\", equals: NEEDS-ACTION}
        when: row.agent=SERVER
        cites: [caldav-sched-10-B.1-1, caldav-sched-10-5.2.1.1-4]
      - relation: {to: sent, uid: same}
        cites: [caldav-sched-10-5.2.5-1]
  - id: delivered
    as: attendee
    await: {inbox: {uid: \"{uid}\", method: REQUEST, until: [{prop: {name: D:getetag, is: present}}]}}
    cites: [caldav-sched-10-5.2.1.1-1]
    capture: {message: {href: whole}}
  - id: quiet
    as: attendee
    never: {inbox: {uid: \"{uid}\", method: CANCEL}, sentinel: organizer}
    cites: [caldav-sched-10-5.2.1.2-12]
";

fn problems(source: &str) -> Vec<Problem> {
    let bodies = BTreeMap::from([(
        "shared.ics".to_owned(),
        "BEGIN:VCALENDAR\nX;A={body.agent}:{organizer.address}\n".to_owned(),
    )]);
    let around = Surroundings {
        register: Register::embedded(),
        bodies: &bodies,
    };
    read(source, around).err().unwrap_or_default()
}

#[test]
fn a_good_file_has_no_problems() {
    assert_eq!(problems(&format!("{HEAD}{GOOD}")), Vec::new());
}

/// One change to the good file, what stands where the problem is, and what it is (with help).
#[rstest]
#[case::unknown_key(
    "    as: attendee\n    never",
    "    fro: attendee\n    never",
    "fro",
    "unknown key `fro` (expected id, as, when, after, request, anonymous, headers, body, edit, with, await, never, cites, warn-by, outcomes, capture or checks)"
)]
#[case::unknown_matcher(
    "- relation: {",
    "- relations: {",
    "relations",
    "unknown matcher or key of a check `relations` (did you mean `relation`? known are cites, warn-by, when, hint, status, header, xml, prop, precondition, ical, schedule-response, relation)"
)]
#[case::unknown_matcher_without_a_neighbour(
    "- relation: {",
    "- body: {",
    "body",
    "unknown matcher or key of a check `body` (expected status, header, xml, prop, precondition, ical, schedule-response or relation)"
)]
#[case::no_matcher(
    "      - relation: {to: sent, uid: same}\n        cites",
    "      - cites",
    "caldav-sched-10-5.2.5-1",
    "a check without a matcher (expected one of status, header, xml, prop, precondition, ical, schedule-response or relation)"
)]
#[case::two_matchers(
    "{to: sent, uid: same}\n",
    "{to: sent, uid: same}\n        status: [200]\n",
    "{to",
    "a second matcher `relation` beside `status` (write one check for each)"
)]
#[case::a_peer_that_is_not_asked_for(
    "{attendee.address}",
    "{peer.address}",
    "{peer.address}",
    "`peer` without the capability (add trusted-peer to `needs`)"
)]
#[case::unknown_role(
    "users: [organizer, attendee]",
    "users: [organizer, guest]",
    "guest",
    "`guest` is not known here (expected organizer, attendee, attendee2, attendee3, delegate, stranger, peer or peer2)"
)]
#[case::role_of_another_target(
    "as: attendee\n    never",
    "as: b.attendee\n    never",
    "b.attendee",
    "`b.attendee` is not known here (roles of another target are not supported yet)"
)]
#[case::role_not_a_user(
    "as: attendee\n    never",
    "as: delegate\n    never",
    "delegate",
    "`delegate` is not among the scenario's users (`users` has organizer or attendee)"
)]
#[case::sentinel_not_a_user(
    "sentinel: organizer",
    "sentinel: stranger",
    "stranger}",
    "`stranger` is not among the scenario's users (`users` has organizer or attendee)"
)]
#[case::place_of_no_user(
    "{attendee.address}",
    "{stranger.address}",
    "{stranger",
    "`stranger` is not among the scenario's users (`users` has organizer or attendee)"
)]
#[case::unknown_place(
    "GET {row.url}",
    "GET {nobody.inbox}",
    "{nobody",
    "`{nobody.inbox}` stands for nothing (`nobody` is neither uid, row, body nor a role (organizer, attendee, attendee2, attendee3, delegate, stranger, peer, peer2))"
)]
#[case::unknown_capture(
    "GET {row.url}",
    "GET {row.url}{tag}",
    "{tag}",
    "no step captures `{tag}` (did you mean `etag`?)"
)]
#[case::capture_too_early(
    "GET {row.url}",
    "GET {row.url}{message}",
    "{message}",
    "`{message}` is not captured yet (the step `delivered` captures it, for later steps)"
)]
#[case::row_with_capture_too_early(
    "PUT {organizer.calendar}{uid}.ics",
    "PUT {row.url}",
    "{etag}\"",
    "`{etag}` is not captured yet (the step `create` captures it, for later steps)"
)]
#[case::no_such_date(
    "20090602T140000",
    "20090631T140000",
    "{20090631",
    "`{20090631T140000}` stands for nothing (no such date: expected one such as 20090602, 20090602T140000 or 20090602T180000Z)"
)]
#[case::open_brace(
    "GET {row.url}",
    "GET {row.url",
    "GET {row.url",
    "a `{` without its `}` (write `{{` for a brace)"
)]
#[case::row_lacks_key(
    ", url: \"{etag}\"",
    "",
    "row.url}",
    "the row `two` has no `url` (every row has to have it)"
)]
#[case::unknown_row_key(
    "{row.agent}",
    "{row.agnt}",
    "row.agnt",
    "the row `one` has no `agnt` (did you mean `agent`?)"
)]
#[case::circle(
    "url: \"{etag}\"",
    "url: \"{row.url}\"",
    "\"{row.url}",
    "rows that name each other in a circle"
)]
#[case::row_without_name(
    "{name: two, agent",
    "{agent",
    "CLIENT",
    "a row without a name (add `name: some-name`)"
)]
#[case::duplicate_row(
    "{name: two",
    "{name: one",
    "one, agent: CLIENT",
    "a second row `one` (rows need different names)"
)]
#[case::duplicate_step(
    "- id: look",
    "- id: create",
    "create",
    "a second step `create` (ids have to differ)"
)]
#[case::no_kind_of_step(
    "    request: GET {row.url}\n    body",
    "    headers: {A: b}\n    body",
    "look",
    "a step that is none of `request`, `await` and `never` (expected exactly one of them)"
)]
#[case::two_kinds_of_step(
    "    never:",
    "    request: GET {organizer.inbox}\n    never:",
    "quiet",
    "a step that is several of `request`, `await` and `never` (expected exactly one of them)"
)]
#[case::no_request(
    "GET {row.url}",
    "\"{row.url}\"",
    "\"{row.url}",
    "`{row.url}` is no request (expected a method and a URL: `PUT {organizer.calendar}{uid}.ics`)"
)]
#[case::check_without_cites(
    "\n        cites: [caldav-sched-10-5.2.5-1]",
    "",
    "{to",
    "a check that cites nothing (add `cites` with the ids of the requirements that it is evidence for)"
)]
#[case::await_without_cites(
    "    cites: [caldav-sched-10-5.2.1.1-1]\n",
    "",
    "delivered",
    "an `await` that cites nothing (add `cites` with the ids of the requirements that it is evidence for)"
)]
#[case::condition_with_cites(
    "[{status: [4xx]}]",
    "[{status: [4xx], cites: [caldav-sched-10-8-7]}]",
    "caldav-sched-10-8-7]}]",
    "a condition that cites (conditions of `until` and `matches` judge nothing: the step cites)"
)]
#[case::example_alone(
    "[caldav-sched-10-B.1-1, caldav-sched-10-5.2.1.1-4]",
    "[caldav-sched-10-B.1-1]",
    "caldav-sched-10-B",
    "an example is cited alone (examples are no rules: cite the statement that the example illustrates too)"
)]
#[case::number_too_high(
    "caldav-sched-10-5.2.5-1]",
    "caldav-sched-10-5.2.5-7]",
    "caldav-sched-10-5.2.5-7",
    "no requirement `caldav-sched-10-5.2.5-7` (section 5.2.5 has caldav-sched-10-5.2.5-1 to caldav-sched-10-5.2.5-4)"
)]
#[case::section_for_requirement(
    "caldav-sched-10-5.2.5-1]",
    "caldav-sched-10-5.2.5]",
    "caldav-sched-10-5.2.5]",
    "no requirement `caldav-sched-10-5.2.5` (section 5.2.5 has caldav-sched-10-5.2.5-1 to caldav-sched-10-5.2.5-4)"
)]
#[case::misspelt_requirement(
    "caldav-sched-10-5.2.5-1]",
    "caldav-sched-10-5.2.5--1]",
    "caldav-sched-10-5.2.5--1",
    "no requirement `caldav-sched-10-5.2.5--1` (did you mean `caldav-sched-10-5.2.5-1`?)"
)]
#[case::no_specification(
    "caldav-sched-10-5.2.5-1]",
    "rfc6639-1-1]",
    "rfc6639",
    "no requirement `rfc6639-1-1` (ids begin with rfc5546, caldav-sched-10, rfc6638, caldav-sched-06, caldav-sched-03, ischedule, rfc5545 or rfc4791)"
)]
#[case::absent_in_06(
    "caldav-sched-10-5.2.5-1]",
    "caldav-sched-06-1.2-5]",
    "caldav-sched-06",
    "`caldav-sched-06-1.2-5` says that this document has no such statement (the statement is caldav-sched-10-1.5-2)"
)]
#[case::unknown_reading(
    "warn-by: R12",
    "warn-by: R99",
    "R99",
    "no reading `R99` (expected the id of a reading, such as R12 or T18)"
)]
#[case::missing_body(
    "body: shared.ics",
    "body: share.ics",
    "share.ics",
    "there is no body `share.ics` (did you mean `shared.ics`?)"
)]
#[case::body_lacks_with(
    "    with: {agent: \"{row.agent}\"}\n",
    "",
    "shared.ics",
    "`with` has no `agent` (line 2 of shared.ics; add `with: {agent: ...}` to the step)"
)]
#[case::with_unused(
    "{agent: \"{row.agent}\"}",
    "{agent: A, time: B}",
    "B}",
    "the body has no `{body.time}`"
)]
#[case::body_place_outside(
    "GET {row.url}",
    "GET {body.agent}",
    "{body.agent}",
    "`{body.agent}` outside a shared body (only shared bodies have it: a file, and `with` in the step)"
)]
#[case::when_no_condition(
    "when: row.agent=SERVER",
    "when: agent=SERVER",
    "agent=SERVER",
    "`agent=SERVER` is no condition: expected STEP.OUTCOME, row.KEY=TEXT or row.KEY!=TEXT"
)]
#[case::when_unknown_step(
    "    when: create.stored\n    request",
    "    when: creat.stored\n    request",
    "creat.",
    "there is no step `creat` (did you mean `create`?)"
)]
#[case::after_unknown_step(
    "    when: create.stored\n    request",
    "    after: [creat]\n    request",
    "creat]",
    "there is no step `creat` (did you mean `create`?)"
)]
#[case::when_unknown_outcome(
    "    when: create.stored\n    request",
    "    when: create.store\n    request",
    "create.store",
    "the step `create` has no outcome `store` (did you mean `stored`?)"
)]
#[case::when_later_step(
    "when: row.agent=SERVER",
    "when: quiet.stored",
    "quiet.stored",
    "the step `quiet` does not come before this (expected an earlier step)"
)]
#[case::after_a_later_step(
    "    never:",
    "    after: [create, quiet]\n    never:",
    "quiet]",
    "the step `quiet` does not come before this (expected an earlier step)"
)]
#[case::when_unknown_value(
    "when: row.agent=SERVER",
    "when: row.agent=NONE",
    "row.agent=NONE",
    "no row has `NONE` as its `agent` (expected CLIENT or SERVER)"
)]
#[case::bad_ical_path(
    "VEVENT/ATTENDEE[{attendee.address}];PARTSTAT",
    "VEVENT/ATTENDEE[{attendee.address};PARTSTAT",
    "\"VEVENT/",
    "this is no path into iCalendar data (`VEVENT/ATTENDEE[{attendee.address};PARTSTAT` is no path such as `VEVENT[master]/ATTENDEE[{attendee.address}];PARTSTAT`: a `[` without its `]`)"
)]
#[case::row_in_path(
    "VEVENT/ATTENDEE[{attendee.address}];PARTSTAT",
    "VEVENT/{row.agent}",
    "\"VEVENT/",
    "this is no path into iCalendar data (`VEVENT/{row.agent}` is no path such as `VEVENT[master]/ATTENDEE[{attendee.address}];PARTSTAT`: `{ROW.AGENT}` is no name of a property; places are filled in selectors only, in square brackets)"
)]
#[case::bad_prop("name: D:getetag", "name: getetag", "getetag", "")]
#[case::nothing_expected(
    ", is: strong-etag}",
    "}",
    "{name: ETag}",
    "nothing is said of the value (expected one of is, equals, one-of, not, contains, starts-with, at-most or count)"
)]
#[case::too_much_expected(
    "is: strong-etag}",
    "is: strong-etag, count: 1}",
    "{name: ETag",
    "too much is said of the value (expected one of is, equals, one-of, not, contains, starts-with, at-most or count)"
)]
#[case::relation_to_nothing(
    "{to: sent,",
    "{to: snt,",
    "snt",
    "no earlier step captures `snt` (did you mean `sent`?)"
)]
#[case::relation_to_no_body(
    "{to: sent,",
    "{to: etag,",
    "etag, uid",
    "`etag` is no whole body (capture it with `{body: whole}`)"
)]
#[case::no_status(
    "[201, 2xx]",
    "[201, 6xx]",
    "6xx",
    "`6xx` is no HTTP status (expected a code such as 201 or a class such as 2xx)"
)]
#[case::unquoted(
    "method: REQUEST",
    "method: {uid}",
    "{uid}",
    "expected a text (a text that starts with `{` has to stand in quotation marks)"
)]
#[case::twice(
    "    as: organizer\n    when",
    "    as: organizer\n    as: attendee\n    when",
    "as: attendee",
    "`as` occurs twice (one of them has to go)"
)]
#[case::outcomes_of_an_await(
    "    cites: [caldav-sched-10-5.2.1.1-1]\n    capture",
    "    cites: [caldav-sched-10-5.2.1.1-1]\n    outcomes: {any-of: [{name: here, matches: [{status: [200]}]}]}\n    capture",
    "delivered\n    as: attendee",
    "`outcomes` without a `request`"
)]
#[case::no_yaml("users: [organizer, attendee]", "users: [organizer, attendee", "", "")]
fn one_mistake_one_problem(#[case] from: &str, #[case] to: &str, #[case] at: &str, #[case] expected: &str) {
    let good = format!("{HEAD}{GOOD}");
    assert!(good.contains(from), "the good file has no `{from}`");
    let source = good.replacen(from, to, 1);
    let found = problems(&source);
    let [problem] = found.as_slice() else {
        panic!("one problem: {found:#?}");
    };
    if expected.is_empty() {
        return;
    }
    let help = problem.help.iter().map(|help| format!(" ({help})"));
    assert_eq!(problem.message.clone() + &help.collect::<String>(), expected);
    let rest = source
        .lines()
        .nth(problem.line as usize - 1)
        .expect("the line is there");
    let rest: String = rest.chars().skip(problem.column as usize - 1).collect();
    let first = at.lines().next().unwrap_or_default();
    assert!(rest.starts_with(first), "at line {}: {rest}", problem.line);
}

#[test]
fn all_problems_are_told_in_order() {
    let source = format!(
        "{HEAD}steps:\n  - id: A\n    as: delegate\n    request: GET {{x}}\n    checks:\n      - status: []\n"
    );
    let lines: Vec<u32> = problems(&source).iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [5, 6, 7, 9, 9]);
}

#[test]
fn statuses_come_from_numbers_and_texts_with_their_places() {
    let source = format!(
        "{HEAD}steps:\n  - id: a\n    as: organizer\n    request: GET {{organizer.inbox}}\n    checks:\n      - status: [201, 2xx, '404']\n        cites: [caldav-sched-10-8-7]\n"
    );
    let scenario = super::super::parse::parse(&source).expect("it is right");
    let status = scenario.steps[0].checks[0].status.as_ref().expect("it is there");
    let found: Vec<_> = status
        .value
        .iter()
        .map(|at| (at.value.to_string(), at.line, at.column))
        .collect();
    assert_eq!(
        found,
        [
            ("201".to_owned(), 9, 18),
            ("2xx".to_owned(), 9, 23),
            ("404".to_owned(), 9, 28)
        ]
    );
}
