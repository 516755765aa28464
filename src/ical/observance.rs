//! STANDARD and DAYLIGHT components: when a time zone changes its offset (RFC 5545, section 3.6.5).

use jiff::civil;

use super::component::Component;
use super::rule::{Rule, Visit};
use super::time::{DateValue, ListValue, UtcOffset, Zone, list};
use super::zone::{MOST_TRANSITIONS, TOO_MANY, seconds};

/// Instants are seconds since 1970, offsets seconds east of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Transition {
    pub at: i64,
    pub from: i32,
    pub to: i32,
}

/// A STANDARD or DAYLIGHT component.
#[derive(Debug)]
pub(super) struct Observance {
    from: i32,
    to: i32,
    /// The onsets, told by the offset before them.
    start: civil::DateTime,
    rules: Vec<Rule>,
    dates: Vec<civil::DateTime>,
}

impl Observance {
    pub fn of(component: &Component) -> Result<Self, String> {
        let offset = |name: &str| {
            let property = component
                .property(name)
                .ok_or_else(|| format!("{} without {name}", component.name))?;
            let offset = UtcOffset::parse(&property.value).map_err(|error| format!("{name}: {error}"))?;
            Ok::<_, String>(offset.seconds)
        };
        let start = component
            .property("DTSTART")
            .ok_or_else(|| format!("{} without DTSTART", component.name))?;
        let start = DateValue::of(start).map_err(|error| format!("DTSTART: {error}"))?;
        let rules = component
            .properties_named("RRULE")
            .map(|rule| Rule::parse(&rule.value));
        let mut dates = Vec::new();
        for value in component.properties_named("RDATE").flat_map(list) {
            match value.map_err(|error| format!("RDATE: {error}"))? {
                ListValue::Date(date) => dates.push(date.local()),
                ListValue::Period(period) => dates.push(period.start.local()),
            }
        }
        Ok(Observance {
            from: offset("TZOFFSETFROM")?,
            to: offset("TZOFFSETTO")?,
            start: start.local(),
            rules: rules
                .collect::<Result<_, _>>()
                .map_err(|error| format!("RRULE: {error}"))?,
            dates,
        })
    }

    pub fn transitions(
        &self,
        horizon: civil::DateTime,
        budget: &mut u64,
        into: &mut Vec<Transition>,
    ) -> Result<(), &'static str> {
        let mut add = |local: civil::DateTime| {
            into.push(Transition {
                at: seconds(local) - i64::from(self.from),
                from: self.from,
                to: self.to,
            });
            into.len() <= MOST_TRANSITIONS
        };
        let mut literal = self.dates.iter().copied().chain([self.start]);
        if !literal.all(&mut add) {
            return Err(TOO_MANY);
        }
        for rule in &self.rules {
            let mut room = true;
            let walked = rule.walk(self.start, horizon, budget, |local| {
                if rule
                    .until
                    .as_ref()
                    .is_some_and(|until| self.is_past(local, until))
                {
                    return Visit::Stop;
                }
                room = add(local);
                if room { Visit::Take } else { Visit::Stop }
            });
            if walked.is_err() || !room {
                return Err(TOO_MANY);
            }
        }
        Ok(())
    }

    /// UNTIL of an observance is in UTC (RFC 5545, section 3.6.5); another form is taken for a local time.
    fn is_past(&self, local: civil::DateTime, until: &DateValue) -> bool {
        match until {
            DateValue::Date(date) => local.date() > *date,
            DateValue::DateTime(time) if time.zone == Zone::Utc => {
                seconds(local) - i64::from(self.from) > seconds(time.local())
            }
            DateValue::DateTime(time) => local > time.local(),
        }
    }
}
