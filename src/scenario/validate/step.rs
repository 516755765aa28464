//! Steps: one request, one `await` or one `never`.

use std::collections::BTreeSet;

use super::Validation;
use crate::scenario::template::is_name;
use crate::scenario::{At, Await, Capture, Edit, IcalPath, Outcomes, Step, XmlPath};

impl<'a> Validation<'a> {
    pub(super) fn steps(&mut self) {
        let scenario = self.scenario;
        if scenario.steps.is_empty() {
            self.report(&scenario.title, "a scenario without steps", None::<&str>);
        }
        let mut ids = BTreeSet::new();
        for step in &scenario.steps {
            if !is_name(&step.id) {
                let help = "expected small letters, digits and hyphens";
                self.report(
                    &step.id,
                    format!("`{}` is no id of a step", step.id.value),
                    Some(help),
                );
            }
            if !ids.insert(step.id.as_str()) {
                self.report(
                    &step.id,
                    format!("a second step `{}`", step.id.value),
                    Some("ids have to differ"),
                );
            }
            self.step(step);
            let outcomes = step.outcomes.iter().flat_map(|outcomes| &outcomes.any_of);
            self.outcomes.insert(
                step.id.as_str(),
                outcomes.map(|outcome| outcome.name.as_str()).collect(),
            );
            for (name, capture) in &step.capture {
                self.captured
                    .insert(name, matches!(capture.value, Capture::Body(_)));
            }
        }
    }

    fn step(&mut self, step: &'a Step) {
        self.looked_at.clear();
        self.role(&step.role);
        self.when(step.when.as_ref(), None);
        for earlier in &step.after {
            if !self.outcomes.contains_key(earlier.as_str()) {
                self.unknown_step(earlier, earlier);
            }
        }
        self.warn_by(step.warn_by.as_ref());
        let kinds = [step.request.is_some(), step.wait.is_some(), step.never.is_some()];
        if kinds.into_iter().filter(|kind| *kind).count() != 1 {
            let message = match kinds.contains(&true) {
                true => "a step that is several of `request`, `await` and `never`",
                false => "a step that is none of `request`, `await` and `never`",
            };
            self.report(&step.id, message, Some("expected exactly one of them"));
            return;
        }
        if let Some(request) = &step.request {
            self.request(step, request);
        }
        let only_sends = step.role.value.is_peer() && step.request.is_none();
        if only_sends
            || step
                .never
                .as_ref()
                .is_some_and(|never| never.sentinel.value.is_peer())
        {
            let help = "it sends requests; nothing at the target is its own to look at";
            self.report(&step.id, "a peer in an `await` or a `never`", Some(help));
        }
        if let Some(wait) = &step.wait {
            self.cites(&step.cites, "an `await`", (step.id.line, step.id.column));
            self.wait(wait);
        }
        if let Some(never) = &step.never {
            self.cites(&step.cites, "a `never`", (step.id.line, step.id.column));
            self.role(&never.sentinel);
            self.inbox(&never.inbox);
        }
        self.only_where_it_makes_sense(step);
        let names = self.outcome_names(step.outcomes.as_ref());
        if let Some(outcomes) = &step.outcomes {
            self.known_cites(&outcomes.cites);
            for outcome in &outcomes.any_of {
                for check in &outcome.matches {
                    self.condition(check);
                }
            }
        }
        for (name, capture) in &step.capture {
            self.capture(name, capture, step);
        }
        for check in &step.checks {
            self.check(check, (step.id.as_str(), &names));
        }
    }

    fn request(&mut self, step: &'a Step, request: &At<String>) {
        self.text(request);
        let is_request = request.split_once(' ').is_some_and(|(method, url)| {
            !method.is_empty()
                && method
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte == b'-')
                && !url.is_empty()
                && !url.contains(char::is_whitespace)
        });
        if !is_request {
            let message = format!("`{}` is no request", request.value);
            self.report(
                request,
                message,
                Some("expected a method and a URL: `PUT {organizer.calendar}{uid}.ics`"),
            );
        }
        for value in step.headers.values() {
            self.text(value);
        }
        self.body(step);
        for edit in &step.edit {
            self.edit(edit);
        }
        if let Some(cite) = step.cites.first() {
            self.report(
                cite,
                "`cites` of a request",
                Some("the step's checks cite, or its `outcomes`"),
            );
        }
    }

    fn edit(&mut self, edit: &'a Edit) {
        self.ical_path(&edit.at);
        for text in [&edit.set, &edit.add, &edit.instance, &edit.longer_than] {
            self.optional(text.as_ref());
        }
        let said = [
            edit.set.is_some(),
            edit.remove.is_some(),
            edit.add.is_some(),
            edit.instance.is_some(),
            edit.longer_than.is_some(),
        ];
        if said.into_iter().filter(|said| *said).count() != 1 {
            self.report(
                &edit.at,
                "an edit that does not do one thing",
                Some("expected one of set, remove, add, instance or longer-than"),
            );
        }
    }

    fn wait(&mut self, wait: &'a Await) {
        match wait {
            Await::Inbox(query) => self.inbox(query),
            Await::Calendar(query) | Await::Removed(query) => {
                self.text(&query.uid);
                query.until.iter().for_each(|check| self.condition(check));
            }
            Await::Resource(query) => {
                self.text(&query.url);
                query.until.iter().for_each(|check| self.condition(check));
                if query.until.is_empty() {
                    self.report(
                        &query.url,
                        "nothing to wait for",
                        Some("add conditions to `until`"),
                    );
                }
            }
        }
    }

    fn inbox(&mut self, query: &'a crate::scenario::InboxQuery) {
        self.text(&query.uid);
        self.optional(query.method.as_ref());
        self.optional(query.attendee.as_ref());
        query.until.iter().for_each(|check| self.condition(check));
    }

    fn only_where_it_makes_sense(&mut self, step: &'a Step) {
        let mut refuse = |there: bool, key: &str, why: &str| {
            if there {
                self.report(&step.id, format!("`{key}` without {why}"), None::<&str>);
            }
        };
        if step.request.is_none() {
            refuse(!step.headers.is_empty(), "headers", "a `request`");
            refuse(step.body.is_some(), "body", "a `request`");
            refuse(step.outcomes.is_some(), "outcomes", "a `request`");
        }
        if step.body.is_none() {
            refuse(!step.edit.is_empty(), "edit", "a `body`");
            refuse(!step.with.is_empty(), "with", "a `body`");
        }
        let nothing_comes = step.never.is_some() || matches!(step.wait, Some(Await::Removed(_)));
        if nothing_comes {
            let why = "an answer that it could look at: nothing comes here";
            refuse(!step.checks.is_empty(), "checks", why);
            refuse(!step.capture.is_empty(), "capture", why);
        }
    }

    fn outcome_names(&mut self, outcomes: Option<&'a Outcomes>) -> Vec<&'a str> {
        let mut names = Vec::new();
        for outcome in outcomes.into_iter().flat_map(|outcomes| &outcomes.any_of) {
            let name = outcome.name.as_str();
            if !is_name(name) {
                let help = "expected small letters, digits and hyphens";
                self.report(
                    &outcome.name,
                    format!("`{name}` is no name of an outcome"),
                    Some(help),
                );
            }
            if names.contains(&name) {
                self.report(&outcome.name, format!("a second outcome `{name}`"), None::<&str>);
            }
            if outcome.matches.is_empty() {
                self.report(
                    &outcome.name,
                    format!("the outcome `{name}` matches nothing"),
                    None::<&str>,
                );
            }
            names.push(name);
        }
        names
    }

    fn capture(&mut self, name: &str, capture: &At<Capture>, step: &Step) {
        let reserved = name == "uid" || name == "now-utc" || name.starts_with(|c: char| c.is_ascii_digit());
        if !is_name(name) || reserved {
            let help =
                "expected small letters, digits and hyphens, a letter first, and neither uid nor now-utc";
            self.report(capture, format!("`{name}` is no name of a capture"), Some(help));
        }
        match &capture.value {
            Capture::Header(_) | Capture::Body(_) => {}
            Capture::Xml(path) => {
                if let Err(why) = XmlPath::parse(path) {
                    self.bad_path(capture, path, "XML", why);
                }
            }
            Capture::Ical(path) => {
                if let Err(why) = IcalPath::parse(path) {
                    self.bad_path(capture, path, "iCalendar", why);
                }
                self.text_in(capture, path);
            }
            Capture::Href(_) => {
                if !matches!(step.wait, Some(Await::Inbox(_) | Await::Calendar(_))) {
                    self.report(
                        capture,
                        "`href` of a step that finds nothing",
                        Some("only `await` of inbox or calendar has one"),
                    );
                }
            }
        }
    }
}
