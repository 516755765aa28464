//! What a scenario file says, as types. The YAML keys are the field names in kebab-case.
//!
//! Every value that a later stage may complain about is an [`At`], so that the complaint has a place.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::at::At;

/// One YAML file: one behaviour, told as steps. Its id is its path under `scenarios/` without `.yaml`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Scenario {
    /// The rule, as a sentence: "Creating an organizer object invites each attendee".
    pub title: At<String>,
    /// Anything a reader needs that title and steps do not say.
    #[serde(default)]
    pub about: Option<String>,
    /// Capabilities that the target must advertise; without one of them the scenario is n/a.
    #[serde(default)]
    pub needs: Vec<At<Capability>>,
    /// Roles. Each is bound to a calendar user of the target that nobody else uses meanwhile.
    pub users: Vec<At<Role>>,
    /// Parameter rows: the scenario runs once for each; `{row.KEY}` stands for a value.
    #[serde(default)]
    pub rows: Vec<Row>,
    pub steps: Vec<Step>,
}

/// What `needs` can ask for. Each is decided from what the target advertises; the evidence is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Capability {
    /// DAV token `calendar-access` (RFC 4791 section 5.1).
    CalendarAccess,
    /// DAV token `calendar-auto-schedule` (-10 section 3, RFC 6638 section 2).
    CalendarAutoSchedule,
    /// DAV token `calendar-schedule` (-03 section 2).
    CalendarSchedule,
    /// MKCALENDAR is allowed and works in the calendar home.
    Mkcalendar,
    /// VTODO is among the supported components of the default calendar.
    Vtodo,
    /// The Inbox has CALDAV:schedule-default-calendar-URL (-10 section 12.2).
    DefaultCalendar,
    /// The target file names an iSchedule URL or the well-known one answers.
    Ischedule,
    /// The target file says that its users' Inboxes may be lost: `expendable = true`.
    Expendable,
    /// The target has an iSchedule receiver, and its file lists under `peer-addresses` who may send messages to it without
    /// a signature.
    TrustedPeer,
}

/// A calendar user of the story. All but `peer` and `peer2` are users of the target; these two are elsewhere, have nothing
/// but an `address`, and send messages to the target's iSchedule receiver. They need `trusted-peer` and are not in `users`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Organizer,
    Attendee,
    Attendee2,
    Attendee3,
    Delegate,
    Stranger,
    Peer,
    Peer2,
}

impl Role {
    pub const ALL: [Role; 8] = [
        Role::Organizer,
        Role::Attendee,
        Role::Attendee2,
        Role::Attendee3,
        Role::Delegate,
        Role::Stranger,
        Role::Peer,
        Role::Peer2,
    ];

    /// Is it somebody outside of the target?
    pub fn is_peer(self) -> bool {
        matches!(self, Role::Peer | Role::Peer2)
    }

    /// As scenarios spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Organizer => "organizer",
            Role::Attendee => "attendee",
            Role::Attendee2 => "attendee2",
            Role::Attendee3 => "attendee3",
            Role::Delegate => "delegate",
            Role::Stranger => "stranger",
            Role::Peer => "peer",
            Role::Peer2 => "peer2",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = ();
    fn from_str(name: &str) -> Result<Self, ()> {
        Role::ALL.into_iter().find(|role| role.as_str() == name).ok_or(())
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// One parameter row: `name` is appended to the scenario's id, the rest are texts for `{row.KEY}`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Row(pub BTreeMap<String, At<Template>>);

/// A text with places to fill:
/// - `{uid}`: a UID of this scenario alone; `{uid.lunch}`: further ones, by name
/// - `{organizer.address}`: the calendar user address of a role. Absolute URLs of its places (collections end in `/`):
///   `.calendar` (a calendar of the scenario's own where the target has MKCALENDAR, else the default one), `.home`,
///   `.inbox`, `.outbox`, `.principal`; `.default-calendar` with the capability of that name
/// - `{20260601T090000Z}`, `{20260601T090000}`, `{20260601}`: moved to the weeks of the run, keeping weekday and DST
/// - `{target.ischedule}`: the URL of the target's iSchedule receiver
/// - `{now-utc}`: the time at which the request is sent, as iCalendar UTC date-time
/// - `{captured}`, `{row.KEY}`, `{body.KEY}` (from `with`)
pub type Template = String;

/// One request, one `await`, or one `never`.
///
/// A request is expected to succeed (2xx) unless the step has a `status` or `precondition` check or `outcomes`: another
/// answer is an error of the set-up, and the step's checks are blocked. Where a `status` check fails, the step's other
/// checks are blocked, not failed, except that `precondition` depends on the answer alone: it is judged on every 4xx,
/// and blocked on anything else, as nothing was refused.
///
/// A GET that follows an `await` of a message, with no change by any user in between, is repeated until its outcomes and checks
/// hold, at most as long as the target's deadline: the server may fill the Inbox first and change the calendar right after.
///
/// A request `as: peer` is an iSchedule message (CC/WD 51010 section 8.1): without these among `headers`, iSchedule-Version,
/// iSchedule-Message-ID, Cache-Control, Originator (the peer's address) and the parameters of Content-Type are filled in;
/// Recipient is the scenario's. Success is then that no recipient's request-status begins with 3, 4 or 5.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// Unique in the file; part of each check's id.
    pub id: At<String>,
    /// Who acts, or whose Inbox is watched.
    #[serde(rename = "as")]
    pub role: At<Role>,
    /// Only if an earlier step came out so (`create.refused`, see `outcomes`) or in these rows (`row.message=CANCEL`,
    /// `row.message!=none`). Else its checks are n/a.
    #[serde(default)]
    pub when: Option<At<String>>,
    /// Earlier steps without which this one says nothing: where one of them failed, this one is blocked. A request that
    /// fails blocks all that follows in any case; this is for what follows from an `await` or a `never`.
    #[serde(default)]
    pub after: Vec<At<String>>,
    /// `METHOD {url}`.
    #[serde(default)]
    pub request: Option<At<Template>>,
    /// Sends the request without credentials: `as` says whose resources are meant, the server cannot know who asks.
    #[serde(default)]
    pub anonymous: bool,
    #[serde(default)]
    pub headers: BTreeMap<String, At<Template>>,
    /// A file of `fixtures/ical/` or `fixtures/xml/` (a name that ends in `.ics` or `.xml`), or the text itself.
    /// Without a Content-Type among `headers`, iCalendar goes as text/calendar, XML as application/xml, both in UTF-8.
    #[serde(default)]
    pub body: Option<At<Template>>,
    /// Changes to an iCalendar body, in order, as a client makes them that edits what it fetched: a server may
    /// refuse an attendee's object that differs in more than the attendee is entitled to change.
    #[serde(default)]
    pub edit: Vec<Edit>,
    /// Texts for `{body.KEY}` in a body that several scenarios share.
    #[serde(default)]
    pub with: BTreeMap<String, At<Template>>,
    /// Waits until this is so, at most as long as the target's deadline.
    #[serde(default, rename = "await")]
    pub wait: Option<Await>,
    /// Nothing of this kind may arrive; a sentinel ends the quiet window.
    #[serde(default)]
    pub never: Option<Never>,
    /// What an `await` or `never` itself is evidence for; as [`Check::cites`].
    #[serde(default)]
    pub cites: Vec<At<Template>>,
    /// As [`Check::warn_by`], for the `await` or `never` itself and for `outcomes`.
    #[serde(default)]
    pub warn_by: Option<At<String>>,
    /// Acceptable outcomes in order, where the text leaves a choice; the first whose matchers all hold names it.
    /// `cites` are judged by whether any holds; a MAY is reported as info with the outcome's name.
    #[serde(default)]
    pub outcomes: Option<Outcomes>,
    /// Values to keep for later steps.
    #[serde(default)]
    pub capture: BTreeMap<String, At<Capture>>,
    /// What must hold of the answer (of the message found, for an `await`).
    #[serde(default)]
    pub checks: Vec<Check>,
}

/// One change to iCalendar data. Exactly one key beside `at`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Edit {
    /// As [`IcalMatcher::at`]; everything selected is changed. Selecting nothing is an error of the set-up, except
    /// that `set` adds a missing property or parameter to what carries it, and `remove` may find nothing.
    pub at: At<Template>,
    /// The new value of the property or parameter.
    #[serde(default)]
    pub set: Option<At<Template>>,
    /// Takes the component, property or parameter away.
    #[serde(default)]
    pub remove: Option<At<Whole>>,
    /// Content lines (properties, components) for the end of the component; `at: VCALENDAR` for the object itself.
    #[serde(default)]
    pub add: Option<At<Template>>,
    /// Adds an overridden instance, a copy of the selected master component without its recurrence rules: the one that
    /// starts at this date, written as the master's DTSTART is (same TZID or UTC).
    #[serde(default)]
    pub instance: Option<At<Template>>,
    /// Makes the whole body longer than this number of octets, by an X- property of the component.
    #[serde(default)]
    pub longer_than: Option<At<Template>>,
}

/// Named acceptable outcomes of one step.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcomes {
    /// As [`Check::cites`]. May be empty: then nothing is judged, and the outcome only names the way for `when`. No
    /// outcome at all is then an error of the set-up.
    #[serde(default)]
    pub cites: Vec<At<Template>>,
    /// In the order in which they are tried.
    pub any_of: Vec<Outcome>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Outcome {
    pub name: At<String>,
    /// All of them must hold.
    pub matches: Vec<Check>,
}

/// What an `await` waits for. The answer to a GET of the message or object found is what the step's checks and captures
/// look at (body, ETag, Schedule-Tag); `removed` has none.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Await {
    /// A scheduling message in the user's Inbox that no earlier step has seen.
    Inbox(InboxQuery),
    /// A calendar object resource with this UID in any calendar of the user; `{href}` can be captured from it.
    Calendar(CalendarQuery),
    /// GET of this URL until all of `until` hold.
    Resource(ResourceQuery),
    /// No calendar of the user has an object with this UID any more.
    Removed(CalendarQuery),
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InboxQuery {
    pub uid: At<Template>,
    /// iTIP METHOD; any if absent.
    #[serde(default)]
    pub method: Option<At<Template>>,
    /// Only messages of this calendar user (replies): an ATTENDEE of every component that has any, who answers or is alone there.
    #[serde(default)]
    pub attendee: Option<At<Template>>,
    /// Further conditions on the message.
    #[serde(default)]
    pub until: Vec<Check>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CalendarQuery {
    pub uid: At<Template>,
    #[serde(default)]
    pub until: Vec<Check>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ResourceQuery {
    pub url: At<Template>,
    pub until: Vec<Check>,
}

/// What must not arrive in the Inbox of the step's user. Messages that earlier steps awaited, or that
/// broke the quiet of an earlier step, do not count.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Never {
    pub inbox: InboxQuery,
    /// Who sends the sentinel: an invitation of its own from this user to the step's user. When it has
    /// arrived and nothing else has, the quiet window has passed.
    pub sentinel: At<Role>,
}

/// Where a captured value comes from.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Capture {
    /// A response header.
    Header(String),
    /// The text of the first element at this path (see [`XmlMatcher::at`]).
    Xml(String),
    /// The value at this path (see [`IcalMatcher::at`]).
    Ical(String),
    /// The whole body.
    Body(Whole),
    /// The URL that an `await` found the object or message at.
    Href(Whole),
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Whole {
    Whole,
}

/// One assertion: exactly one matcher, and the requirements it is evidence for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Check {
    /// Requirement ids; where the rows are the lines of a table, `{row.KEY}` stands for one. Empty only inside
    /// `until` and `matches`.
    #[serde(default)]
    pub cites: Vec<At<Template>>,
    /// The reading (`R12`, `T18`) by which not holding is a warning at most, whatever the level of what is cited.
    #[serde(default)]
    pub warn_by: Option<At<String>>,
    /// As [`Step::when`]; may also name an outcome of this very step.
    #[serde(default)]
    pub when: Option<At<String>>,
    /// Said in the failure card, for the person who has to fix the server.
    #[serde(default)]
    pub hint: Option<String>,
    #[serde(default)]
    pub status: Option<At<Vec<At<StatusPattern>>>>,
    #[serde(default)]
    pub header: Option<Box<At<HeaderMatcher>>>,
    #[serde(default)]
    pub xml: Option<Box<At<XmlMatcher>>>,
    #[serde(default)]
    pub prop: Option<Box<At<PropMatcher>>>,
    #[serde(default)]
    pub precondition: Option<Box<At<PreconditionMatcher>>>,
    #[serde(default)]
    pub ical: Option<Box<At<IcalMatcher>>>,
    #[serde(default)]
    pub schedule_response: Option<Box<At<ScheduleResponseMatcher>>>,
    #[serde(default)]
    pub relation: Option<Box<At<RelationMatcher>>>,
}

impl Check {
    /// The names of its matchers and where they stand (line, column). One that is valid has exactly one.
    pub fn matchers(&self) -> Vec<(&'static str, u32, u32)> {
        fn place<T>(name: &'static str, at: Option<&At<T>>) -> Option<(&'static str, u32, u32)> {
            at.map(|at| (name, at.line, at.column))
        }
        [
            place("status", self.status.as_ref()),
            place("header", self.header.as_deref()),
            place("xml", self.xml.as_deref()),
            place("prop", self.prop.as_deref()),
            place("precondition", self.precondition.as_deref()),
            place("ical", self.ical.as_deref()),
            place("schedule-response", self.schedule_response.as_deref()),
            place("relation", self.relation.as_deref()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Line and column of the first value in it.
    pub fn place(&self) -> (u32, u32) {
        let matchers = self
            .matchers()
            .into_iter()
            .map(|(_, line, column)| (line, column));
        let others = self.cites.iter().chain(&self.warn_by).chain(&self.when);
        let others = others.map(|at| (at.line, at.column));
        matchers.chain(others).min().unwrap_or((1, 1))
    }
}

/// `201`, or a class: `2xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusPattern {
    Code(u16),
    Class(u8),
}

// What a selected value must be. Exactly one key, beside `of`.
// Negative ones (`is: absent`, `count: 0`, `not`) hold only where the parent exists.
macro_rules! matcher {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* pub $field:ident : $ty:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $ty,)*
            /// A kind of value.
            #[serde(default)]
            pub is: Option<At<Kind>>,
            /// This text (calendar addresses, hrefs and dates compare by meaning, not by spelling).
            #[serde(default)]
            pub equals: Option<At<Template>>,
            /// Any of these texts.
            #[serde(default)]
            pub one_of: Option<At<Vec<Template>>>,
            /// Present, and not this text.
            #[serde(default)]
            pub not: Option<At<Template>>,
            /// Has this text in it.
            #[serde(default)]
            pub contains: Option<At<Template>>,
            /// Starts with this text.
            #[serde(default)]
            pub starts_with: Option<At<Template>>,
            /// A whole number, this or a smaller one.
            #[serde(default)]
            pub at_most: Option<At<u64>>,
            /// So many are selected.
            #[serde(default)]
            pub count: Option<At<u32>>,
            /// Where several are selected: must any, all or exactly one of them satisfy it?
            #[serde(default)]
            pub of: Option<At<Quantifier>>,
        }

        impl $name {
            /// The keys that say what the selected value must be.
            pub fn expectation(&self) -> Expectation<'_> {
                Expectation {
                    is: self.is.as_ref(),
                    equals: self.equals.as_ref(),
                    one_of: self.one_of.as_ref(),
                    not: self.not.as_ref(),
                    contains: self.contains.as_ref(),
                    starts_with: self.starts_with.as_ref(),
                    at_most: self.at_most.as_ref(),
                    count: self.count.as_ref(),
                    of: self.of.as_ref(),
                }
            }
        }
    };
}

/// The part that all value matchers share, borrowed from one of them.
#[derive(Debug, Clone, Copy)]
pub struct Expectation<'a> {
    pub is: Option<&'a At<Kind>>,
    pub equals: Option<&'a At<Template>>,
    pub one_of: Option<&'a At<Vec<Template>>>,
    pub not: Option<&'a At<Template>>,
    pub contains: Option<&'a At<Template>>,
    pub starts_with: Option<&'a At<Template>>,
    pub at_most: Option<&'a At<u64>>,
    pub count: Option<&'a At<u32>>,
    pub of: Option<&'a At<Quantifier>>,
}

/// Kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Present,
    Absent,
    /// `"…"` without a weakness prefix (Schedule-Tag: -10 section 11.2).
    OpaqueTag,
    /// A strong entity tag (RFC 9110 section 8.8.3).
    StrongEtag,
    /// A URI or an absolute path.
    Href,
    /// iCalendar UTC date-time.
    UtcDateTime,
    /// Present and empty.
    Empty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quantifier {
    Any,
    All,
    One,
}

matcher! {
    /// A response header. A header sent twice is two values.
    pub struct HeaderMatcher {
        /// Case does not matter.
        pub name: At<String>,
    }
}

matcher! {
    /// Elements of the XML answer.
    pub struct XmlMatcher {
        /// From the root, prefixes `D:` (DAV:), `C:` (CalDAV), `CS:` (calendarserver.org), `I:` (iSchedule):
        /// `D:multistatus/D:response/D:href`; `//C:recipient` at any depth, `C:response//D:href` at any depth below;
        /// `D:supported-privilege[D:privilege/C:schedule-send]`: only those that have this path below them.
        pub at: At<String>,
    }
}

matcher! {
    /// A property in a multistatus, of the resource that was asked for or of `of-resource`.
    pub struct PropMatcher {
        /// `C:schedule-inbox-URL`; a path below it may follow: `C:schedule-inbox-URL/D:href`.
        pub name: At<String>,
        /// The resource in the answer; the one that was asked for if absent.
        pub of_resource: Option<At<Template>>,
    }
}

matcher! {
    /// iCalendar data: of the body, or of a CALDAV:calendar-data element in it.
    pub struct IcalMatcher {
        /// `VEVENT/ATTENDEE[{attendee.address}];PARTSTAT`: component, selector, property, selector, parameter.
        /// Component selectors: `[master]` (no RECURRENCE-ID), `[{date}]` (that RECURRENCE-ID), `[*]`.
        /// Property selectors: a value (ATTENDEE, ORGANIZER by calendar address), `[*]`.
        /// Components nest (`VEVENT/VALARM/TRIGGER`), and the path may end at one (`VEVENT[{date}]`); `*` is any
        /// component but VTIMEZONE. `VCALENDAR/METHOD`: a property of the object itself.
        /// EXDATE and RDATE are one value for each date, however many a line has.
        pub at: At<Template>,
        /// In the CALDAV:calendar-data of this recipient's CALDAV:response in a CALDAV:schedule-response.
        #[serde(default)]
        pub of_recipient: Option<At<Template>>,
        /// In the CALDAV:calendar-data of this resource in a multistatus.
        #[serde(default)]
        pub of_resource: Option<At<Template>>,
    }
}

/// A DAV:error body with this element among its children, whatever else it has.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PreconditionMatcher {
    /// Any of these elements: `C:valid-organizer`.
    pub any_of: Vec<At<String>>,
    /// Judges the element's content instead, which must be empty; where the element is missing, nothing can be said.
    #[serde(default)]
    pub empty: bool,
}

/// The CALDAV:response of one recipient in a CALDAV:schedule-response (-10 section 14).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScheduleResponseMatcher {
    pub recipient: At<Template>,
    /// REQUEST-STATUS code or its beginning: `2.`, `3.7`. Any of them.
    #[serde(default)]
    pub request_status: Vec<At<String>>,
    /// Is there CALDAV:calendar-data?
    #[serde(default)]
    pub calendar_data: Option<At<Presence>>,
    /// There is exactly this many CALDAV:response for the recipient.
    #[serde(default)]
    pub count: Option<At<u32>>,
    /// Periods (`{20260601T090000Z}/{20260601T100000Z}`) that are busy from begin to end, by FREEBUSY of any FBTYPE but
    /// FREE, however they are split, joined or written.
    #[serde(default)]
    pub busy: Vec<At<Template>>,
    /// Periods of which nothing is busy. Holds only where there is calendar-data.
    #[serde(default)]
    pub free: Vec<At<Template>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    Present,
    Absent,
}

/// How the answer's iCalendar data relates to what an earlier step captured with `body: whole`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RelationMatcher {
    /// The capture to compare with.
    pub to: At<String>,
    #[serde(default)]
    pub dtstamp: Option<At<Relation>>,
    /// Absent SEQUENCE counts as 0.
    #[serde(default)]
    pub sequence: Option<At<Relation>>,
    #[serde(default)]
    pub uid: Option<At<Relation>>,
    /// Octet by octet.
    #[serde(default)]
    pub body: Option<At<Relation>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    Same,
    Different,
    /// Later (DTSTAMP), greater (SEQUENCE).
    Newer,
    /// The same or newer.
    NotOlder,
}

impl<'de> Deserialize<'de> for StatusPattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for StatusPattern {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl std::str::FromStr for StatusPattern {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is no HTTP status: expected a code such as 201 or a class such as 2xx");
        match text.as_bytes() {
            [digit @ b'1'..=b'5', b'x', b'x'] => Ok(StatusPattern::Class(digit - b'0')),
            [b'1'..=b'5', _, _] => text.parse().map(StatusPattern::Code).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

impl std::fmt::Display for StatusPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StatusPattern::Code(code) => write!(f, "{code}"),
            StatusPattern::Class(class) => write!(f, "{class}xx"),
        }
    }
}

impl StatusPattern {
    /// Is this HTTP status meant?
    pub fn matches(self, status: u16) -> bool {
        match self {
            StatusPattern::Code(code) => code == status,
            StatusPattern::Class(class) => u16::from(class) == status / 100,
        }
    }
}

impl JsonSchema for StatusPattern {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StatusPattern".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [
                {"type": "integer", "minimum": 100, "maximum": 599},
                {"type": "string", "pattern": "^[1-5]xx$"}
            ]
        })
    }
}
