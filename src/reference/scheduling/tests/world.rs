//! A little world for the tests: users with one object each, and messages that go round until none is left.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ical::{Component, Document, Property, read};
use crate::reference::policy::Policy;
use crate::reference::scheduling::{
    Change, Delivery, Incoming, Message, Method, Owner, Plan, Refusal, Stored, Tag, Write, plan_write,
    process, record,
};

/// Users are `a` to `d` and `o`, each with the address mailto:{name}@example.com.
pub struct World {
    pub policy: Policy,
    pub objects: BTreeMap<String, Stored>,
    pub inboxes: BTreeMap<String, Vec<Message>>,
    /// What has become of the Schedule-Tag of each user's object: how often it changed.
    pub tags: BTreeMap<String, u32>,
    pub now: Timestamp,
}

pub fn owner(user: &str) -> Owner {
    Owner::new([
        format!("mailto:{user}@example.com"),
        format!("mailto:{user}.alias@example.com"),
    ])
}

pub fn document(text: &str) -> Document {
    let text = text
        .trim()
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\r\n")
        + "\r\n";
    read(text.as_bytes()).unwrap()
}

/// A VCALENDAR of these components.
pub fn calendar(components: &str) -> Document {
    document(&format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Test//EN\n{components}\nEND:VCALENDAR"
    ))
}

/// A VEVENT by O with these lines.
pub fn event(lines: &str) -> String {
    let base = "UID:1\nDTSTAMP:20300101T000000Z\nORGANIZER:mailto:o@example.com";
    format!("BEGIN:VEVENT\n{base}\n{lines}\nEND:VEVENT")
}

/// A simple event by O with these ATTENDEE lines (parameters and user, as in `;SCHEDULE-AGENT=NONE a`).
pub fn meeting(attendees: &[&str]) -> Document {
    let times = "DTSTART:20300601T100000Z\nDTEND:20300601T110000Z\nSUMMARY:Lunch\n";
    calendar(&event(&format!("{times}{}", attendee_lines(attendees))))
}

pub fn attendee_lines(attendees: &[&str]) -> String {
    let line = |attendee: &&str| {
        let (params, user) = attendee.rsplit_once(' ').unwrap_or(("", attendee));
        format!("ATTENDEE{params}:mailto:{user}@example.com")
    };
    attendees.iter().map(line).collect::<Vec<_>>().join("\n")
}

impl World {
    pub fn new() -> World {
        World::with(Policy::default())
    }

    pub fn with(policy: Policy) -> World {
        World {
            policy,
            objects: BTreeMap::new(),
            inboxes: BTreeMap::new(),
            tags: BTreeMap::new(),
            now: "2030-01-02T00:00:00Z".parse().unwrap(),
        }
    }

    /// Lets time go by.
    pub fn later(&mut self) {
        self.now += jiff::SignedDuration::from_mins(1);
    }

    fn plan(
        &self,
        user: &str,
        new: Option<Document>,
        tag_matched: bool,
        reply: bool,
    ) -> Result<Plan, Refusal> {
        plan_write(Write {
            owner: &owner(user),
            old: self.objects.get(user),
            new,
            tag_matched,
            schedule_reply: reply,
            same_uid: None,
            now: self.now,
            policy: &self.policy,
        })
    }

    /// Stores the object for the user and delivers what that sends. Gives the messages, also those it led to.
    pub fn put(&mut self, user: &str, new: Document) -> Result<Vec<Message>, Refusal> {
        self.write(user, Some(new), false, true)
    }

    /// The same with a matching If-Schedule-Tag-Match.
    pub fn put_merged(&mut self, user: &str, new: Document) -> Result<Vec<Message>, Refusal> {
        self.write(user, Some(new), true, true)
    }

    pub fn delete(&mut self, user: &str) -> Vec<Message> {
        self.write(user, None, false, true).unwrap()
    }

    pub fn delete_silently(&mut self, user: &str) -> Vec<Message> {
        self.write(user, None, false, false).unwrap()
    }

    fn write(
        &mut self,
        user: &str,
        new: Option<Document>,
        tag_matched: bool,
        reply: bool,
    ) -> Result<Vec<Message>, Refusal> {
        self.later();
        let plan = self.plan(user, new, tag_matched, reply)?;
        self.change(user, plan.stored, plan.tag);
        Ok(self.deliver(user, plan.messages))
    }

    fn change(&mut self, user: &str, stored: Option<Stored>, tag: Tag) {
        match stored {
            Some(stored) => self.objects.insert(user.to_owned(), stored),
            None => self.objects.remove(user),
        };
        if tag == Tag::New {
            *self.tags.entry(user.to_owned()).or_default() += 1;
        }
    }

    fn deliver(&mut self, from: &str, messages: Vec<Message>) -> Vec<Message> {
        let mut all = Vec::new();
        for message in messages {
            if self.policy.deviations().next().is_none() {
                assert_eq!(super::itip::faults(&message), Vec::<String>::new(), "{message:?}");
            }
            let status = match self.user(&message.recipient) {
                None => Delivery::UnknownUser,
                Some(user) => {
                    let (status, more) = self.receive(&user, &message);
                    all.extend(more);
                    status
                }
            };
            if let Some(stored) = self.objects.get_mut(from) {
                record(&mut stored.document, &message, status.code(), &self.policy);
            }
            all.push(message);
        }
        all
    }

    /// Processes a message at its recipient and delivers what that sends.
    pub fn receive(&mut self, user: &str, message: &Message) -> (Delivery, Vec<Message>) {
        let outcome = process(Incoming {
            recipient: &owner(user),
            message,
            existing: self.objects.get(user),
            cancelled: None,
            now: self.now,
            policy: &self.policy,
        });
        match outcome.change {
            Change::Nothing => {}
            Change::Store(stored) => self.change(user, Some(*stored), outcome.tag),
            Change::Remove => self.change(user, None, Tag::Absent),
        }
        let more = self.deliver(user, outcome.messages);
        if outcome.inbox {
            self.inboxes
                .entry(user.to_owned())
                .or_default()
                .push(message.clone());
        }
        (outcome.status, more)
    }

    fn user(&self, address: &str) -> Option<String> {
        ["a", "b", "c", "d", "o"]
            .into_iter()
            .find(|user| owner(user).has(address))
            .map(str::to_owned)
    }

    pub fn document(&self, user: &str) -> Document {
        self.objects[user].document.clone()
    }

    /// The user's object as text, without what changes from run to run.
    pub fn text(&self, user: &str) -> String {
        String::from_utf8(self.objects[user].document.to_bytes())
            .unwrap()
            .replace("\r\n ", "")
            .replace("\r\n", "\n")
    }

    /// The component of the user's object: the master, or the one whose RECURRENCE-ID has this value.
    pub fn component(&self, user: &str, id: Option<&str>) -> Component {
        component(&self.objects[user].document, id).unwrap_or_else(|| panic!("{user} has no {id:?}"))
    }

    /// PARTSTAT of one attendee in the object of a user.
    pub fn partstat(&self, user: &str, id: Option<&str>, who: &str) -> String {
        attendee(&self.component(user, id), who)
            .param("PARTSTAT")
            .unwrap_or("NEEDS-ACTION")
            .to_owned()
    }

    /// SCHEDULE-STATUS of one attendee in the object of a user; empty where there is none.
    pub fn status(&self, user: &str, who: &str) -> String {
        let component = self.component(user, None);
        let param = attendee(&component, who).find_param("SCHEDULE-STATUS").cloned();
        let values = param.map(|param| {
            param
                .values
                .iter()
                .map(|value| value.text.clone())
                .collect::<Vec<_>>()
        });
        values.unwrap_or_default().join(",")
    }

    /// Changes the user's object by replacing text in it.
    pub fn edited(&self, user: &str, changes: &[(&str, &str)]) -> Document {
        let mut text = self.text(user);
        for (from, to) in changes {
            assert!(text.contains(from), "no {from:?} in\n{text}");
            text = text.replace(from, to);
        }
        document(&text)
    }
}

pub fn component(document: &Document, id: Option<&str>) -> Option<Component> {
    let mut components = document
        .calendar()
        .unwrap()
        .components()
        .filter(|c| !c.is("VTIMEZONE"));
    components
        .find(|c| c.text("RECURRENCE-ID").as_deref() == id)
        .cloned()
}

pub fn attendee(component: &Component, who: &str) -> Property {
    let address = format!("mailto:{who}@example.com");
    component
        .properties_named("ATTENDEE")
        .find(|p| p.value == address)
        .unwrap_or_else(|| panic!("no {who}"))
        .clone()
}

/// Who is sent what, as in `a REQUEST`, sorted.
pub fn sent(messages: &[Message]) -> Vec<String> {
    let mut sent: Vec<String> = messages.iter().map(line).collect();
    sent.sort();
    sent
}

fn line(message: &Message) -> String {
    let name = message.recipient.trim_start_matches("mailto:");
    format!(
        "{} {}",
        name.split('@').next().unwrap_or(name),
        message.method.as_str()
    )
}

pub fn to<'a>(messages: &'a [Message], who: &str, method: Method) -> &'a Message {
    let wanted = format!("{who} {}", method.as_str());
    messages
        .iter()
        .find(|message| line(message) == wanted)
        .unwrap_or_else(|| panic!("no {wanted} in {:?}", sent(messages)))
}
