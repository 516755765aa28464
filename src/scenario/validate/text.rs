//! Texts with places.

use std::collections::BTreeMap;

use super::Validation;
use super::rows::place_names;
use crate::scenario::problem::suggest;
use crate::scenario::template::is_file_name;
use crate::scenario::{At, Attribute, Capability, Piece, Place, Step, Template, pieces};

/// The keys of `with` that `{body.KEY}` may name; none outside bodies.
pub(super) type Keys<'k> = Option<&'k BTreeMap<String, At<Template>>>;

impl<'a> Validation<'a> {
    /// Looks at every place of a text of this step.
    pub(super) fn text(&mut self, at: &At<String>) {
        self.text_at(at, None);
    }

    /// The same, for a text that is part of `at`: an item of a list.
    pub(super) fn text_in<T>(&mut self, at: &At<T>, text: &str) {
        self.text(&At {
            value: text.to_owned(),
            line: at.line,
            column: at.column,
        });
    }

    pub(super) fn optional(&mut self, at: Option<&At<String>>) {
        if let Some(at) = at {
            self.text(at);
        }
    }

    pub(super) fn text_at(&mut self, at: &At<String>, keys: Keys<'_>) {
        if pieces(at).iter().any(|piece| matches!(piece, Piece::Unclosed(_))) {
            self.report(at, "a `{` without its `}`", Some("write `{{` for a brace"));
        }
        for (name, place) in place_names(at) {
            match self.place(name, place, keys) {
                Err((message, help)) => self.report_part(at, &format!("{{{name}}}"), message, help),
                Ok(Place::Row(key)) => {
                    self.row_key(at, key);
                    self.row_values(key, keys);
                }
                Ok(_) => {}
            }
        }
    }

    /// Does the place stand for something? Rows are looked at by the caller.
    fn place<'t>(
        &self,
        name: &str,
        place: Result<Place<'t>, String>,
        keys: Keys<'_>,
    ) -> Result<Place<'t>, (String, Option<String>)> {
        let place = place.map_err(|why| (format!("`{{{name}}}` stands for nothing"), Some(why)))?;
        match place {
            Place::User(role, attribute) => {
                self.known_role(role)
                    .map_err(|(message, help)| (message, Some(help)))?;
                if role.is_peer() && attribute != Attribute::Address {
                    return Err((
                        format!("a peer has no `{attribute}`"),
                        Some("it has an address, and nothing at the target".to_owned()),
                    ));
                }
                if attribute == Attribute::DefaultCalendar && !self.needs(Capability::DefaultCalendar) {
                    return Err((
                        format!("`{{{name}}}` without the capability"),
                        Some("add default-calendar to `needs`".to_owned()),
                    ));
                }
            }
            Place::Receiver if !self.needs(Capability::TrustedPeer) && !self.needs(Capability::Ischedule) => {
                return Err((
                    format!("`{{{name}}}` without the capability"),
                    Some("add ischedule or trusted-peer to `needs`".to_owned()),
                ));
            }
            Place::Body(key) => match keys {
                None => {
                    let help = "only shared bodies have it: a file, and `with` in the step";
                    return Err((
                        format!("`{{{name}}}` outside a shared body"),
                        Some(help.to_owned()),
                    ));
                }
                Some(keys) if !keys.contains_key(key) => {
                    let help = match keys.is_empty() {
                        true => format!("add `with: {{{key}: ...}}` to the step"),
                        false => suggest(key, keys.keys().map(String::as_str)),
                    };
                    return Err((format!("`with` has no `{key}`"), Some(help)));
                }
                Some(_) => {}
            },
            Place::Capture(capture) if !self.captured.contains_key(capture) => {
                let later = self
                    .scenario
                    .steps
                    .iter()
                    .find(|step| step.capture.contains_key(capture));
                return Err(match later {
                    Some(step) => (
                        format!("`{{{name}}}` is not captured yet"),
                        Some(format!(
                            "the step `{}` captures it, for later steps",
                            step.id.value
                        )),
                    ),
                    None => {
                        let known = self.captured.keys().copied().chain(["uid", "now-utc"]);
                        (
                            format!("no step captures `{{{name}}}`"),
                            Some(suggest(name, known)),
                        )
                    }
                });
            }
            _ => {}
        }
        Ok(place)
    }

    /// The body of a request: a shared file, or the text itself.
    pub(super) fn body(&mut self, step: &'a Step) {
        let Some(body) = &step.body else { return };
        self.text(body);
        let mut used = String::new();
        let mut missing = false;
        for file in self.expanded(body) {
            if !is_file_name(&file) {
                continue;
            }
            match self.around.bodies.get(&file) {
                None => {
                    missing = true;
                    let known = self.around.bodies.keys().map(String::as_str);
                    let help = match crate::scenario::problem::nearest(&file, known) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "bodies are in fixtures/ical/ and fixtures/xml/".to_owned(),
                    };
                    self.report(body, format!("there is no body `{file}`"), Some(help));
                }
                Some(text) => {
                    self.shared_body(body, &file, text, step);
                    used.push_str(text);
                }
            }
        }
        for (key, value) in &step.with {
            self.text(value);
            if !missing && !used.contains(&format!("{{body.{key}}}")) {
                self.report(value, format!("the body has no `{{body.{key}}}`"), None::<&str>);
            }
        }
    }

    fn shared_body(&mut self, at: &At<String>, file: &str, text: &str, step: &'a Step) {
        for (index, line) in text.lines().enumerate() {
            if pieces(line)
                .iter()
                .any(|piece| matches!(piece, Piece::Unclosed(_)))
            {
                let help = format!("line {} of {file}; write `{{{{` for a brace", index + 1);
                self.report(at, "a `{` without its `}`", Some(help));
            }
            for (name, place) in place_names(line) {
                match self.place(name, place, Some(&step.with)) {
                    Err((message, help)) => {
                        let place = format!("line {} of {file}", index + 1);
                        let help = help.map_or(place.clone(), |help| format!("{place}; {help}"));
                        self.report(at, message, Some(help));
                    }
                    Ok(Place::Row(key)) => {
                        self.row_key(at, key);
                        self.row_values(key, Some(&step.with));
                    }
                    Ok(_) => {}
                }
            }
        }
    }
}
