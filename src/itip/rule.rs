//! The requirements that findings are about, by number.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use super::table;
use crate::event::CitedRequirement;
use crate::spec::Register;

/// A requirement that some check of this room judges.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rule(u16);

/// What must be known of a rule to judge by it.
struct Known {
    id: &'static str,
    cited: CitedRequirement,
}

/// All rules: those that code names, then those that the tables do.
struct Book {
    known: Vec<Known>,
    by_id: HashMap<&'static str, Rule>,
}

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let mut book = Book {
        known: Vec::new(),
        by_id: HashMap::new(),
    };
    let register = Register::embedded();
    for id in NAMED.iter().copied().chain(table::requirements()) {
        if book.by_id.contains_key(id) {
            continue;
        }
        // A test holds all ids against the register.
        let Some(requirement) = register.requirement(id) else {
            continue;
        };
        book.by_id.insert(id, Rule(book.known.len() as u16));
        book.known.push(Known {
            id,
            cited: CitedRequirement::of(register, requirement),
        });
    }
    book
});

impl Rule {
    /// The rule of a requirement, if there is one.
    pub fn of(id: &str) -> Option<Rule> {
        BOOK.by_id.get(id).copied()
    }

    /// All of them.
    pub fn all() -> impl Iterator<Item = Rule> {
        (0..BOOK.known.len()).map(|number| Rule(number as u16))
    }

    /// The requirement's id.
    pub fn id(self) -> &'static str {
        BOOK.known[usize::from(self.0)].id
    }

    /// Whether code names it for messages after others.
    pub(super) fn needs_thread(self) -> bool {
        (FIRST_NEEDS_ACTION..=NEW_ORGANIZER).contains(&self)
    }

    /// The requirement as verdicts need it.
    pub fn cited(self) -> &'static CitedRequirement {
        &BOOK.known[usize::from(self.0)].cited
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A set of rules.
#[derive(Debug, Clone, Default)]
pub struct Rules(Vec<u64>);

impl Rules {
    /// Puts a rule in; whether it was not there.
    pub fn insert(&mut self, rule: Rule) -> bool {
        let (word, bit) = (usize::from(rule.0) / 64, 1 << (rule.0 % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    pub fn contains(&self, rule: Rule) -> bool {
        let word = self.0.get(usize::from(rule.0) / 64).copied().unwrap_or(0);
        word & (1 << (rule.0 % 64)) != 0
    }

    /// In the order of the rules.
    pub fn iter(&self) -> impl Iterator<Item = Rule> + '_ {
        Rule::all().filter(|rule| self.contains(*rule))
    }
}

// Rule numbers are places in NAMED: each name is used once, as a test sees to.
macro_rules! rules {
    ($($name:ident = $id:literal;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "variants only count")]
        enum Number { $($name,)* }
        $(pub(super) const $name: Rule = Rule(Number::$name as u16);)*
        /// Ids that code names.
        const NAMED: &[&str] = &[$($id,)*];
    };
}

rules! {
    // RFC 5545: lines, names, characters.
    LINE_END = "rfc5545-3.1-1";
    LINE_LENGTH = "rfc5545-3.1-2";
    CONTENT_LINE = "rfc5545-3.1-3";
    FOLD = "rfc5545-3.1-4";
    NAME = "rfc5545-3.1-5";
    CONTROL = "rfc5545-3.1-6";
    UTF8 = "rfc5545-3.1.4-1";
    // Parameters.
    PARAM_QUOTE = "rfc5545-3.2-1";
    PARAM_FORM = "rfc5545-3.2-2";
    PARAM_TWICE = "rfc5545-3.2-3";
    PARAM_UNKNOWN = "rfc5545-3.2-4";
    PARAM_PLACE = "rfc5545-3.2-5";
    BINARY_ENCODING = "rfc5545-3.2.7-1";
    PARTSTAT = "rfc5545-3.2.12-1";
    TZID_DEFINED = "rfc5545-3.2.19-1";
    TZID_PLACE = "rfc5545-3.2.19-2";
    VALUE_TYPE = "rfc5545-3.2.20-1";
    // Values.
    BINARY = "rfc5545-3.3.1-1";
    BOOLEAN = "rfc5545-3.3.2-1";
    ADDRESS = "rfc5545-3.3.3-1";
    DATE = "rfc5545-3.3.4-1";
    DATE_TIME = "rfc5545-3.3.5-1";
    DURATION = "rfc5545-3.3.6-1";
    FLOAT = "rfc5545-3.3.7-1";
    INTEGER = "rfc5545-3.3.8-1";
    PERIOD = "rfc5545-3.3.9-1";
    RECUR = "rfc5545-3.3.10-1";
    FREQ_FIRST = "rfc5545-3.3.10-2";
    UNTIL_TYPE = "rfc5545-3.3.10-3";
    UNTIL_ZONE = "rfc5545-3.3.10-4";
    BY_TIME = "rfc5545-3.3.10-5";
    BY_DAY = "rfc5545-3.3.10-6";
    BY_PLACE = "rfc5545-3.3.10-7";
    BY_SET_POS = "rfc5545-3.3.10-8";
    SEPARATORS = "rfc5545-3.3.11-1";
    BACKSLASH = "rfc5545-3.3.11-2";
    TIME = "rfc5545-3.3.12-1";
    URI = "rfc5545-3.3.13-1";
    UTC_OFFSET = "rfc5545-3.3.14-1";
    // Components.
    OBJECT = "rfc5545-3.4-1";
    OBJECT_PROPERTIES = "rfc5545-3.6-1";
    OBJECT_COMPONENTS = "rfc5545-3.6-2";
    BEGIN_END = "rfc5545-3.6-3";
    COMPONENT_UNKNOWN = "rfc5545-3.6-4";
    NESTING = "rfc5545-3.6-5";
    EVENT = "rfc5545-3.6.1-1";
    EVENT_START = "rfc5545-3.6.1-2";
    EVENT_END = "rfc5545-3.6.1-3";
    DAY_DURATION = "rfc5545-3.6.1-4";
    TODO = "rfc5545-3.6.2-1";
    TODO_END = "rfc5545-3.6.2-2";
    JOURNAL = "rfc5545-3.6.3-1";
    FREE_BUSY = "rfc5545-3.6.4-1";
    FREE_BUSY_RANGE = "rfc5545-3.6.4-2";
    TIME_ZONE = "rfc5545-3.6.5-1";
    OBSERVANCE = "rfc5545-3.6.5-2";
    OBSERVANCE_START = "rfc5545-3.6.5-3";
    OBSERVANCE_UNTIL = "rfc5545-3.6.5-4";
    TIME_ZONE_UNIQUE = "rfc5545-3.6.5-5";
    ALARM = "rfc5545-3.6.6-1";
    ALARM_ACTION = "rfc5545-3.6.6-2";
    ALARM_REPEAT = "rfc5545-3.6.6-3";
    ALARM_PLACE = "rfc5545-3.6.6-4";
    // Properties.
    VERSION = "rfc5545-3.7.4-1";
    PROPERTY_PLACE = "rfc5545-3.8-1";
    GEO = "rfc5545-3.8.1.6-1";
    PERCENT = "rfc5545-3.8.1.8-1";
    PRIORITY = "rfc5545-3.8.1.9-1";
    STATUS = "rfc5545-3.8.1.11-1";
    COMPLETED_UTC = "rfc5545-3.8.2.1-1";
    DTEND_TYPE = "rfc5545-3.8.2.2-1";
    DTEND_LATER = "rfc5545-3.8.2.2-2";
    DUE_TYPE = "rfc5545-3.8.2.3-1";
    DUE_LATER = "rfc5545-3.8.2.3-2";
    FREEBUSY_UTC = "rfc5545-3.8.2.6-1";
    TRANSP = "rfc5545-3.8.2.7-1";
    ATTENDEE_PARAMS = "rfc5545-3.8.4.1-1";
    RECURRENCE_ID_TYPE = "rfc5545-3.8.4.4-1";
    RRULE_START = "rfc5545-3.8.5.3-1";
    REPEAT = "rfc5545-3.8.6.2-1";
    TRIGGER_UTC = "rfc5545-3.8.6.3-1";
    CREATED_UTC = "rfc5545-3.8.7.1-1";
    DTSTAMP_UTC = "rfc5545-3.8.7.2-1";
    LAST_MODIFIED_UTC = "rfc5545-3.8.7.3-1";
    SEQUENCE = "rfc5545-3.8.7.4-1";
    PROPERTY_UNKNOWN = "rfc5545-3.8.8.1-1";
    REQUEST_STATUS = "rfc5545-3.8.8.3-1";

    // RFC 5546: the message as a whole.
    ONE_TYPE = "rfc5546-1.4-2";
    MEDIA_TYPE = "rfc5546-3-1";
    METHOD = "rfc5546-3-2";
    METHOD_DEFINED = "rfc5546-3-3";
    LEGEND = "rfc5546-3-4";
    EXTENSIONS = "rfc5546-3-5";
    METHODS = "rfc5546-7.2-1";
    ITIP_VERSION = "rfc5546-3.1.1-2";
    ZONES = "rfc5546-3.1.2-1";
    ZONE_OBSERVANCE = "rfc5546-3.1.2-3";
    ZONE_START = "rfc5546-3.1.2-4";
    ZONE_RDATE = "rfc5546-3.1.2-5";
    ALARM_PAIR = "rfc5546-3.1.3-2";
    NO_EXRULE = "rfc5546-A.2-1";
    NO_PROCEDURE = "rfc5546-A.2-2";
    NO_PRIOR = "rfc5546-A.2-3";
    // Attendees and delegation.
    SEVERAL_DELEGATES = "rfc5546-2.1.2-1";
    OTHER_CHAIR = "rfc5546-2.1.3-2";
    EMPTY_TEXT = "rfc5546-3.2.2-5";
    ASSIGNEES = "rfc5546-3.4.2-1";
    DELEGATE_INVITED = "rfc5546-3.2.2.3-3";
    DELEGATED_PARTSTAT = "rfc5546-3.2.2.3-4";
    DELEGATED_TO = "rfc5546-3.2.2.3-5";
    DELEGATE_LISTED = "rfc5546-3.2.2.3-6";
    DELEGATED_TO_SHOULD = "rfc5546-3.2.3-1";
    DELEGATED_TO_EXAMPLE = "rfc5546-4.2.5-3";
    DELEGATE_LISTED_EXAMPLE = "rfc5546-4.2.5-4";
    TODO_DELEGATE_INVITED = "rfc5546-3.4.2.3-3";
    TODO_DELEGATED_TO = "rfc5546-3.4.2.3-5";
    TODO_DELEGATED_TO_TOO = "rfc5546-3.4.3-2";
    // Busy time.
    NO_FREE = "rfc5546-3.3-1";
    NO_DUPLICATES = "rfc5546-3.3-5";
    OVERLAP = "rfc5546-3.3-6";
    SORTED = "rfc5546-3.3-7";
    ANYONE = "rfc5546-3.3.1-1";
    SEVERAL_BUSY = "rfc5546-3.3.1-3";
    OVERLAP_TYPES = "rfc5546-A.1-1";
    // REQUEST-STATUS.
    STATUS_CODES = "rfc5546-3.6-1";
    FURTHER_CODES = "rfc5546-3.6-4";
    ONE_CLASS = "rfc5546-3.6-6";
    CLASS_5 = "rfc5546-3.6-7";
    CLASS_3 = "rfc5546-3.6-8";
    CLASSES_2_4 = "rfc5546-3.6-9";
    STATUS_DATA = "rfc5546-3.6-10";
    REPLY_EXTENSIONS = "rfc5546-3.7.3-2";
    NO_STATUS = "rfc5546-4.2.2-1";
    CODES = "rfc5546-7.3-1";

    // RFC 5546: a message after others.
    FIRST_NEEDS_ACTION = "rfc5546-2.1.1-2";
    TRIGGER_DTSTART = "rfc5546-2.1.4-1";
    TRIGGER_DTEND = "rfc5546-2.1.4-2";
    TRIGGER_DURATION = "rfc5546-2.1.4-3";
    TRIGGER_DUE = "rfc5546-2.1.4-4";
    TRIGGER_RRULE = "rfc5546-2.1.4-5";
    TRIGGER_RDATE = "rfc5546-2.1.4-6";
    TRIGGER_EXDATE = "rfc5546-2.1.4-7";
    TRIGGER_STATUS = "rfc5546-2.1.4-8";
    RAISED_FOR_OTHERS = "rfc5546-2.1.4-9";
    RAISED_BY_RULE = "rfc5546-2.1.4-11";
    REFRESH_KEEPS = "rfc5546-2.1.4-15";
    DELEGATION_KEEPS = "rfc5546-2.1.4-18";
    HIGHEST_WINS = "rfc5546-2.1.5-2";
    AS_NUMBER = "rfc5546-2.1.5-3";
    REPLY_HIGHEST_WINS = "rfc5546-2.1.5-4";
    LATEST_WINS = "rfc5546-2.1.5-5";
    REPLY_LATEST_WINS = "rfc5546-2.1.5-6";
    AFTER_PUBLISH = "rfc5546-3.2.1-4";
    TODO_AFTER_PUBLISH = "rfc5546-3.4.1-3";
    JOURNAL_AFTER_PUBLISH = "rfc5546-3.5.1-3";
    UPDATE_KEEPS = "rfc5546-3.2.2.2-1";
    TODO_UPDATE_KEEPS = "rfc5546-3.4.2.2-1";
    DELEGATED_FROM = "rfc5546-3.2.2.3-8";
    DELEGATED_FROM_TOO = "rfc5546-3.2.3-2";
    TODO_DELEGATED_FROM = "rfc5546-3.4.3-3";
    TODO_DELEGATED_FROM_TOO = "rfc5546-3.4.2.3-7";
    POLL = "rfc5546-3.2.2.7-1";
    TODO_POLL = "rfc5546-3.4.2.5-1";
    ACCEPTED_COUNTER = "rfc5546-3.2.7-4";
    ACCEPTED_COUNTER_EXAMPLE = "rfc5546-4.2.4-2";
    TODO_ACCEPTED_COUNTER = "rfc5546-3.4.7-4";
    ORIGINAL_START = "rfc5546-3.7.1-8";
    GROUP_MEMBER = "rfc5546-3.7.2-5";
    KEEPS_EXTENSIONS = "rfc5546-3.7.3-4";
    REPUBLISHED = "rfc5546-4.1.2-1";
    DELEGATION_COPY = "rfc5546-4.2.5-6";
    TODO_DELEGATION_COPY = "rfc5546-3.4.2.3-2";
    TODO_DELEGATE_RSVP = "rfc5546-3.4.2.3-8";
    NEW_ORGANIZER = "rfc5546-4.2.11-1";

    // CalDAV: calendar object resources, and the parameters of scheduling.
    STORED_TYPE = "rfc4791-4.1-1";
    STORED_ZONES = "rfc4791-4.1-2";
    STORED_METHOD = "rfc4791-4.1-3";
    STORED_UID = "rfc4791-4.1-4";
    STORED_INSTANCES = "rfc4791-4.1-5";
    SAME_ORGANIZER = "caldav-sched-10-5.2.4.2-1";
    AGENT = "caldav-sched-10-10.1-1";
    AGENT_SENT = "caldav-sched-10-10.1-4";
    AGENT_OF_ORGANIZER = "caldav-sched-10-10.1-6";
    AGENT_OF_ATTENDEE = "caldav-sched-10-10.1-7";
    FORCE = "caldav-sched-10-10.2-1";
    FORCE_AGENT = "caldav-sched-10-10.2-2";
    FORCE_STORED = "caldav-sched-10-10.2-5";
    FORCE_SENT = "caldav-sched-10-10.2-6";
    SCHEDULE_STATUS = "caldav-sched-10-10.3-1";
    SCHEDULE_STATUS_SENT = "caldav-sched-10-10.3-9";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_in_the_register() {
        let register = Register::embedded();
        for (number, id) in NAMED.iter().enumerate() {
            assert!(register.requirement(id).is_some(), "{id}");
            assert_eq!(Rule::of(id), Some(Rule(number as u16)), "{id} is named twice");
        }
        for id in table::requirements() {
            assert!(register.requirement(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_set_gives_back_what_went_in() {
        let mut set = Rules::default();
        assert!(set.insert(SEQUENCE) && set.insert(NAME) && !set.insert(NAME));
        assert_eq!(set.iter().collect::<Vec<_>>(), [NAME, SEQUENCE]);
        assert!(!set.contains(REQUEST_STATUS));
    }
}
