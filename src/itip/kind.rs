//! Kinds of components and methods.

use std::fmt;

/// A kind of component that RFC 5545 defines; anything else is an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Calendar,
    Event,
    Todo,
    Journal,
    FreeBusy,
    Alarm,
    TimeZone,
    /// STANDARD or DAYLIGHT.
    Observance,
    Extension,
}

impl Kind {
    /// The kinds that a message can be about.
    pub const SCHEDULED: [Kind; 4] = [Kind::Event, Kind::Todo, Kind::Journal, Kind::FreeBusy];

    /// The kind of a component of this name, in any case.
    pub fn of(name: &str) -> Kind {
        const NAMES: [(&str, Kind); 9] = [
            ("VEVENT", Kind::Event),
            ("VALARM", Kind::Alarm),
            ("VTIMEZONE", Kind::TimeZone),
            ("STANDARD", Kind::Observance),
            ("DAYLIGHT", Kind::Observance),
            ("VTODO", Kind::Todo),
            ("VJOURNAL", Kind::Journal),
            ("VFREEBUSY", Kind::FreeBusy),
            ("VCALENDAR", Kind::Calendar),
        ];
        let found = NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(Kind::Extension, |(_, kind)| *kind)
    }

    /// Its name; the first of several.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Calendar => "VCALENDAR",
            Kind::Event => "VEVENT",
            Kind::Todo => "VTODO",
            Kind::Journal => "VJOURNAL",
            Kind::FreeBusy => "VFREEBUSY",
            Kind::Alarm => "VALARM",
            Kind::TimeZone => "VTIMEZONE",
            Kind::Observance => "STANDARD",
            Kind::Extension => "X-COMPONENT",
        }
    }

    /// Whether a message can be about it.
    pub fn is_scheduled(self) -> bool {
        Kind::SCHEDULED.contains(&self)
    }
}

/// A method of RFC 5546.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    Publish,
    Request,
    Reply,
    Add,
    Cancel,
    Refresh,
    Counter,
    DeclineCounter,
}

impl Method {
    pub const ALL: [Method; 8] = [
        Method::Publish,
        Method::Request,
        Method::Reply,
        Method::Add,
        Method::Cancel,
        Method::Refresh,
        Method::Counter,
        Method::DeclineCounter,
    ];

    /// The method of this name, in any case.
    pub fn of(name: &str) -> Option<Method> {
        Method::ALL
            .into_iter()
            .find(|method| method.name().eq_ignore_ascii_case(name))
    }

    pub fn name(self) -> &'static str {
        match self {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Reply => "REPLY",
            Method::Add => "ADD",
            Method::Cancel => "CANCEL",
            Method::Refresh => "REFRESH",
            Method::Counter => "COUNTER",
            Method::DeclineCounter => "DECLINECOUNTER",
        }
    }

    /// Whether the organizer sends it (RFC 5546, section 1.4); an attendee sends the others, and REQUEST to delegate.
    pub fn is_of_organizer(self) -> bool {
        matches!(
            self,
            Method::Publish | Method::Request | Method::Add | Method::Cancel | Method::DeclineCounter
        )
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
