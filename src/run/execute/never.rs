//! A step that says that something does not arrive.

use jiff::{Timestamp, ToSpan};

use super::super::plan::PlannedStep;
use super::super::poll::Poll;
use super::super::shelf::Item;
use super::await_::Wanted;
use super::judge::Said;
use super::{Actor, State, Story, context};
use crate::client::{Answer, Request};
use crate::event::{Judgement, Purpose};
use crate::ical::{Component, Document, Property};
use crate::scenario::{Check, Never, Step};

/// How the quiet window ended.
enum Window {
    /// The sentinel came and nothing else.
    Quiet,
    /// What must not come came: in words, and all that did.
    Broken(String, Vec<Answer>),
    Blocked(String),
}

impl Story<'_> {
    pub(super) async fn never(&mut self, step: &Step, never: &Never, cites: &PlannedStep) -> State {
        let id = step.id.value.as_str();
        let actors = self
            .actor(step.role.value)
            .and_then(|to| Ok((to, self.actor(never.sentinel.value)?)));
        let (to, from) = match actors {
            Ok(actors) => actors,
            Err(why) => {
                self.all(cites, Judgement::Error, &why);
                return State::Unknown;
            }
        };
        let wanted = match self.wanted(&never.inbox) {
            Ok(wanted) => wanted,
            Err(error) => {
                self.all(cites, Judgement::Blocked, &self.unfilled(&error));
                return State::Unknown;
            }
        };
        let mut said = Said {
            expected: format!("not {wanted} in the Inbox, while a later invitation arrives there"),
            ..Said::default()
        };
        let mut came = Vec::new();
        let (judgement, state) = match self
            .quiet_window(id, &to, &from, &wanted, &never.inbox.until)
            .await
        {
            Window::Quiet => {
                said.actual = "only the later invitation arrived".into();
                (Judgement::Holds, State::Came(None))
            }
            Window::Broken(what, messages) => {
                said.actual = what;
                said.exchange = messages.first().map(|answer| answer.exchange);
                came = messages;
                (Judgement::Broken { absent: false }, State::Unknown)
            }
            Window::Blocked(why) => {
                said.notes.push(why);
                (Judgement::Blocked, State::Unknown)
            }
        };
        for cite in &cites.own {
            self.say(cite, judgement, said.clone());
        }
        came.iter().for_each(|answer| self.answered(step, answer));
        self.all_checks(cites, Judgement::Blocked, "there is no message to look at");
        for answer in &came {
            self.tell_of_message(id, &to, answer);
        }
        self.lint_messages(step, cites, &to, &came.iter().collect::<Vec<_>>());
        state
    }

    async fn quiet_window(
        &mut self,
        step: &str,
        to: &Actor,
        from: &Actor,
        wanted: &Wanted,
        until: &[Check],
    ) -> Window {
        let sentinel = match self.send_sentinel(step, to, from).await {
            Ok(uid) => uid,
            Err(why) => return Window::Blocked(format!("the sentinel could not be sent: {why}")),
        };
        let sentinel = Wanted {
            uid: sentinel,
            method: None,
            attendee: None,
        };
        let mut poll = Poll::new(self.shared.target.delivery);
        loop {
            let trouble = match self.look_into_inbox(step, Purpose::Sentinel, to).await {
                Ok(items) => {
                    let came: Vec<&Item> = items
                        .iter()
                        .filter(|item| self.is_wanted(to, wanted, item))
                        .filter(|item| self.all_hold(until, &item.answer, &item.url).is_ok())
                        .collect();
                    if let Some(item) = came.first() {
                        let method = item.head.as_ref().ok().and_then(|head| head.method.as_deref());
                        let what = format!("{} with this UID", method.unwrap_or("a message"));
                        let messages = came.iter().map(|item| item.answer.clone()).collect();
                        // Said once: a later step asks for what came after.
                        for item in came {
                            self.have_seen(to, &item.url, &item.answer);
                        }
                        return Window::Broken(what, messages);
                    }
                    if items.iter().any(|item| self.is_wanted(to, &sentinel, item)) {
                        return Window::Quiet;
                    }
                    "the sentinel did not arrive, so nothing is known of what did not".to_string()
                }
                Err(trouble) => format!("the Inbox cannot be looked at: {trouble}"),
            };
            if !poll.again().await {
                return Window::Blocked(format!("{trouble} ({})", poll.tried()));
            }
        }
    }

    /// An invitation of its own by the same way; clean-up finds it by its UID.
    async fn send_sentinel(&mut self, step: &str, to: &Actor, from: &Actor) -> Result<String, String> {
        self.sentinels += 1;
        let uid = format!("{}-sentinel-{}", self.uid, self.sentinels);
        let address = |actor: &Actor| {
            let addresses = &actor.user.addresses;
            let mailto = addresses
                .iter()
                .find(|address| address.to_ascii_lowercase().starts_with("mailto:"));
            mailto
                .or(addresses.first())
                .cloned()
                .ok_or_else(|| format!("{} has no address", actor.user.name))
        };
        let calendar = from.calendar.as_ref().ok_or("its sender has no calendar")?;
        let url = calendar
            .join(&format!("{uid}.ics"))
            .map_err(|error| error.to_string())?;
        let body = invitation(&uid, &address(from)?, &address(to)?);
        let request = Request::new("PUT", url.clone())
            .header("If-None-Match", "*")
            .header("Content-Type", "text/calendar; charset=utf-8")
            .body(body);
        self.ledger.before(from.index, "PUT", &url);
        let place = context(&self.planned.id, step, Purpose::Sentinel, from);
        let answer = self
            .shared
            .client
            .send(place, from.user.credentials.as_ref(), request)
            .await
            .map_err(|failure| failure.message)?;
        if answer.is_success() {
            Ok(uid)
        } else {
            Err(format!("PUT was answered with {}", answer.status))
        }
    }
}

/// Far ahead and transparent, so that it is in no other step's way.
fn invitation(uid: &str, organizer: &str, attendee: &str) -> Vec<u8> {
    let now = Timestamp::now();
    let utc = |time: Timestamp| time.strftime("%Y%m%dT%H%M%SZ").to_string();
    let start = now.checked_add((24 * 500).hours()).unwrap_or(now);
    let mut event = Component::new("VEVENT");
    for (name, value) in [
        ("UID", uid),
        ("DTSTAMP", &utc(now)),
        ("DTSTART", &utc(start)),
        ("DURATION", "PT30M"),
        ("SUMMARY", "calconform sentinel"),
        ("TRANSP", "TRANSPARENT"),
        ("ORGANIZER", organizer),
    ] {
        event.push(Property::new(name, value));
    }
    event.push(Property::new("ATTENDEE", organizer).with_param("PARTSTAT", "ACCEPTED"));
    event.push(
        Property::new("ATTENDEE", attendee)
            .with_param("PARTSTAT", "NEEDS-ACTION")
            .with_param("RSVP", "TRUE"),
    );
    let mut calendar = Component::new("VCALENDAR");
    calendar.push(Property::new("VERSION", "2.0"));
    calendar.push(Property::new("PRODID", "-//calconform//sentinel//EN"));
    calendar.push_component(event);
    Document::new(calendar).to_bytes()
}
