//! Damages for the matchers that say what a selected value must be.

use super::super::value::{Nature, Slot, Value, Wanted};
use super::super::{Change, Scope, Subject, header, meaning};
use super::{Altered, Damaged};
use crate::scenario::{At, Expectation, HeaderMatcher, Kind, Quantifier};

/// How many of several slots and values are damaged one by one.
const MOST: usize = 8;
/// A value that nothing accepts.
const NONSENSE: &str = "calconform damage";

/// An answer of which the values that a matcher selects can be changed.
pub(super) trait Editable {
    /// What is damaged, in words.
    fn what(&self) -> String;
    /// The slots, as the matcher sees them.
    fn slots(&self) -> Vec<Slot>;
    /// The answer with a change in these slots: of all their values, or of the one at an index.
    fn changed(&self, slots: &[usize], value: Option<usize>, change: Change) -> Option<Altered>;
    /// Further ways in which all values get lost, each with its name.
    fn losses(&self) -> Vec<Damaged>;
}

/// Every damage that this expectation must notice.
pub(super) fn damages(expectation: Expectation<'_>, scope: &Scope, editable: &dyn Editable) -> Vec<Damaged> {
    let Ok(wanted) = Wanted::new(expectation, scope) else {
        return Vec::new();
    };
    let slots = editable.slots();
    let plan = Plan {
        of: expectation.of.map_or(Quantifier::All, |of: &At<Quantifier>| **of),
        all: (0..slots.len()).collect(),
        default_is_fine: slots
            .iter()
            .any(|slot| slot.default.is_some() && wanted.accepts(None, slot.default)),
        slots,
        editable,
        damaged: Vec::new(),
    };
    plan.carry_out(&wanted)
}

struct Plan<'a> {
    of: Quantifier,
    all: Vec<usize>,
    slots: Vec<Slot>,
    /// What the want of a value means is accepted too.
    default_is_fine: bool,
    editable: &'a dyn Editable,
    damaged: Vec<Damaged>,
}

impl Plan<'_> {
    fn carry_out(mut self, wanted: &Wanted) -> Vec<Damaged> {
        match wanted {
            Wanted::Is(Kind::Absent) | Wanted::Count(0) => self.add(),
            Wanted::Count(_) => {
                self.lose();
                let first = self.slots.iter().position(|slot| !slot.values.is_empty());
                if let Some(slot) = first {
                    self.change("repeated", &[slot], Some(0), Change::Repeat);
                    self.change("once less", &[slot], Some(0), Change::Remove);
                }
            }
            Wanted::Is(Kind::Present) => self.lose(),
            Wanted::Not(text) => {
                // Without its parent it would be blocked, not broken.
                if !self.default_is_fine {
                    let all = self.all.clone();
                    self.change("dropped", &all, None, Change::Remove);
                }
                self.give(|_| vec![text.clone()]);
            }
            wanted => {
                self.lose();
                self.give(|value| wrong_texts(wanted, value));
                if self.of == Quantifier::One {
                    self.repeat_the_good_one(wanted);
                }
            }
        }
        self.damaged
    }

    fn change(&mut self, how: &str, slots: &[usize], value: Option<usize>, change: Change) {
        if let Some(altered) = self.editable.changed(slots, value, change) {
            let what = format!("{} {how}", self.editable.what());
            self.damaged.push((what, altered));
        }
    }

    /// What must not be there is there.
    fn add(&mut self) {
        let all = self.all.clone();
        if self.of != Quantifier::All {
            return self.change("added in all places", &all, None, Change::Add(NONSENSE));
        }
        for slot in all.into_iter().take(MOST) {
            self.change(
                &format!("added (place {})", slot + 1),
                &[slot],
                None,
                Change::Add(NONSENSE),
            );
        }
    }

    /// What must be there is not.
    fn lose(&mut self) {
        let all = self.all.clone();
        if !self.default_is_fine {
            self.change("dropped", &all, None, Change::Remove);
        }
        let losses = self.editable.losses();
        self.damaged.extend(losses);
        if self.of == Quantifier::All && all.len() > 1 && !self.default_is_fine {
            let filled = |slot: &usize| !self.slots[*slot].values.is_empty();
            let filled: Vec<usize> = all.into_iter().filter(filled).take(MOST).collect();
            for slot in filled {
                self.change(
                    &format!("dropped (place {})", slot + 1),
                    &[slot],
                    None,
                    Change::Remove,
                );
            }
        }
    }

    /// Values that are not accepted: one at a time where all must be good, else everywhere.
    fn give(&mut self, texts: impl Fn(&Value) -> Vec<String>) {
        if self.of != Quantifier::All {
            let values = self.slots.iter().flat_map(|slot| &slot.values).take(MOST);
            let texts: Vec<String> = values.flat_map(texts).collect();
            let all = self.all.clone();
            // Where there is no value the default would still be good.
            let texts = if self.default_is_fine { Vec::new() } else { texts };
            for text in &texts {
                let how = format!("changed to `{text}` everywhere");
                self.change(&how, &all, None, Change::Set(text));
            }
            return;
        }
        for slot in self.all.clone().into_iter().take(MOST) {
            let values = &self.slots[slot].values;
            if values.is_empty() {
                let text = texts(&Value::new("", Nature::Exact)).pop().unwrap_or_default();
                self.change(
                    &format!("added (place {})", slot + 1),
                    &[slot],
                    None,
                    Change::Add(&text),
                );
                continue;
            }
            let texts: Vec<Vec<String>> = values.iter().take(MOST).map(&texts).collect();
            for (index, text) in texts
                .iter()
                .enumerate()
                .flat_map(|(i, texts)| texts.iter().map(move |t| (i, t)))
            {
                let how = format!("changed to `{text}` (place {}, value {})", slot + 1, index + 1);
                self.change(&how, &[slot], Some(index), Change::Set(text));
            }
        }
    }

    fn repeat_the_good_one(&mut self, wanted: &Wanted) {
        let good = self.slots.iter().enumerate().find_map(|(slot, found)| {
            let index = found
                .values
                .iter()
                .position(|value| wanted.accepts(Some(value), None))?;
            Some((slot, index))
        });
        if let Some((slot, index)) = good {
            self.change("repeated", &[slot], Some(index), Change::Repeat);
        }
    }
}

/// Texts near this value, and far from it, that the expectation must not accept.
fn wrong_texts(wanted: &Wanted, value: &Value) -> Vec<String> {
    let text = value.text.as_str();
    let near: Vec<String> = match wanted {
        Wanted::Equals(texts) => {
            let mut near = vec![format!("x{text}")];
            // A media type may have more parameters than are wanted.
            if !matches!(value.nature, Nature::MediaType) {
                near.push(format!("{text}1"));
            }
            near.retain(|near| !texts.contains(near));
            near
        }
        Wanted::Contains(token) => vec![without(text, token, &value.nature)],
        Wanted::StartsWith(_) => vec![format!("x{text}")],
        Wanted::Is(Kind::OpaqueTag | Kind::StrongEtag) => vec![format!("W/{text}"), text.replace('"', "")],
        Wanted::Is(Kind::UtcDateTime) => vec![text.trim_end_matches('Z').to_string()],
        Wanted::Is(Kind::Href) => vec![text.trim_start_matches('/').replace(':', " ")],
        _ => Vec::new(),
    };
    let mut texts = [near, vec![NONSENSE.to_string()]].concat();
    texts.dedup();
    texts
}

/// The text with the wanted part taken out; in a list of tokens, with the token made a longer one.
fn without(text: &str, part: &str, nature: &Nature) -> String {
    if let Nature::List = nature {
        let tokens = text.split(',').map(str::trim);
        let changed = tokens.map(|token| {
            if meaning::has_token(token, part) {
                format!("{token}-x")
            } else {
                token.to_string()
            }
        });
        return changed.collect::<Vec<_>>().join(", ");
    }
    let (lower, part) = (text.to_lowercase(), part.to_lowercase());
    if part.is_empty() || lower.len() != text.len() {
        return NONSENSE.to_string();
    }
    lower.replace(&part, "")
}

/// Damages of a header: dropped, changed, repeated, under another name.
pub(super) fn header(matcher: &HeaderMatcher, subject: &Subject, scope: &Scope) -> Vec<Damaged> {
    damages(
        matcher.expectation(),
        scope,
        &Headers {
            name: &matcher.name,
            subject,
        },
    )
}

struct Headers<'a> {
    name: &'a str,
    subject: &'a Subject<'a>,
}

impl Headers<'_> {
    fn is_meant(&self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.name)
    }
}

impl Editable for Headers<'_> {
    fn what(&self) -> String {
        format!("header {}", self.name)
    }

    fn slots(&self) -> Vec<Slot> {
        header::select(self.name, self.subject).slots
    }

    fn changed(&self, _: &[usize], value: Option<usize>, change: Change) -> Option<Altered> {
        let is_list = self
            .slots()
            .iter()
            .flat_map(|slot| &slot.values)
            .any(|value| matches!(value.nature, Nature::List));
        if is_list && matches!(change, Change::Repeat) {
            return None;
        }
        let mut altered = Altered::copy(self.subject);
        let joined = self.slots().iter().map(|slot| slot.values.len()).sum::<usize>() == 1;
        let mut index = 0;
        let mut headers = Vec::new();
        for (name, text) in altered.headers {
            if !self.is_meant(&name) {
                headers.push((name, text));
                continue;
            }
            // Lines of a list are one value.
            let is_this = value.is_none_or(|value| value == index || joined);
            index += 1;
            match change {
                Change::Remove if is_this => {}
                Change::Set(new) if is_this => headers.push((name, new.to_string())),
                Change::Repeat if is_this => headers.extend([(name.clone(), text.clone()), (name, text)]),
                _ => headers.push((name, text)),
            }
        }
        if let Change::Add(text) = change {
            headers.push((self.name.to_string(), text.to_string()));
        }
        altered.headers = headers;
        Some(altered)
    }

    fn losses(&self) -> Vec<Damaged> {
        let mut altered = Altered::copy(self.subject);
        for (name, _) in &mut altered.headers {
            if self.is_meant(name) {
                *name = format!("X-{name}");
            }
        }
        vec![(format!("{} renamed", self.what()), altered)]
    }
}
