//! Scheduling messages.

use crate::ical::Document;

/// The iTIP methods of automatic scheduling (section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Request,
    Add,
    Cancel,
    Reply,
}

impl Method {
    pub fn parse(text: &str) -> Option<Method> {
        [Method::Request, Method::Add, Method::Cancel, Method::Reply]
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text.trim()))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Add => "ADD",
            Method::Cancel => "CANCEL",
            Method::Reply => "REPLY",
        }
    }

    /// Whether an attendee sends it: schedule-send-reply and schedule-deliver-reply are needed then, else
    /// schedule-send-invite and schedule-deliver-invite (appendix A).
    pub fn is_reply(self) -> bool {
        self == Method::Reply
    }
}

/// A scheduling message for one recipient.
#[derive(Debug, Clone)]
pub struct Message {
    pub method: Method,
    /// The calendar user address it is from: the ORGANIZER, or the ATTENDEE that replies.
    pub originator: String,
    /// The calendar user address it goes to.
    pub recipient: String,
    /// As it is delivered.
    pub document: Document,
    /// It only tells how other attendees answered (6.2): its delivery leaves no SCHEDULE-STATUS.
    pub participation_only: bool,
}

impl Message {
    /// A message that came from elsewhere, with its METHOD; `None` when that is not one of these.
    pub fn from_document(document: Document, originator: &str, recipient: &str) -> Option<Message> {
        let method = Method::parse(&document.calendar()?.text("METHOD")?)?;
        Some(Message {
            method,
            originator: originator.to_owned(),
            recipient: recipient.to_owned(),
            document,
            participation_only: false,
        })
    }
}
