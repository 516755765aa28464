//! Values by their types (RFC 5545, section 3.3, and the definitions of properties).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::catalog::Type;
use super::super::finding::{Breach, Sink, Spot, shown};
use super::super::kind::Kind;
use super::super::rule::{self, Rule};
use super::property::Here;
use super::{recur, text};
use crate::ical::address::mail_address;
use crate::ical::text::split;
use crate::ical::time::{DateTime, Duration, Period, PeriodEnd, UtcOffset, ValueError, Zone, parse_date};

/// Looks at the value of a property that is of this type.
pub(super) fn value(here: Here<'_>, kind: Type, list: bool, sink: &mut Sink) {
    let value = here.property.value.as_str();
    if here.property.params.iter().any(|param| param.is("TZID")) {
        zoned(here, kind, sink);
    }
    rules_of(kind).iter().for_each(|rule| sink.applies(*rule));
    match kind {
        Type::Text => return text::text(here, value, 0, list, sink),
        Type::RequestStatus => return request_status(here, sink),
        Type::Recur => return recur::recur(here, sink),
        Type::Other | Type::Version => return,
        _ => {}
    }
    if !list {
        return one(here, kind, value, 0, sink);
    }
    let mut offset = 0;
    for value in value.split(',') {
        one(here, kind, value, offset, sink);
        offset += value.len() + 1;
    }
}

/// What is said of all values of a type.
fn rules_of(kind: Type) -> &'static [Rule] {
    match kind {
        Type::Text => &[rule::SEPARATORS, rule::BACKSLASH],
        Type::Date => &[rule::DATE],
        Type::DateTime => &[rule::DATE_TIME],
        Type::Duration => &[rule::DURATION],
        Type::Period => &[rule::PERIOD],
        Type::UtcOffset => &[rule::UTC_OFFSET],
        Type::Address => &[rule::ADDRESS],
        Type::Uri => &[rule::URI],
        Type::Integer | Type::Number | Type::Percent | Type::Priority => &[rule::INTEGER],
        Type::Float => &[rule::FLOAT],
        Type::Geo => &[rule::GEO],
        Type::Binary => &[rule::BINARY],
        Type::Boolean => &[rule::BOOLEAN],
        Type::Transp => &[rule::TRANSP],
        Type::Time => &[rule::TIME],
        _ => &[],
    }
}

fn one(here: Here<'_>, kind: Type, value: &str, offset: usize, sink: &mut Sink) {
    let wrong = |rule: Rule, expected: &str, sink: &mut Sink| {
        sink.breach(rule, || {
            Breach::new(
                Spot::part(here.component, here.property, offset, value.len()),
                format!("expected {expected}, not {}", shown(value)),
            )
        });
    };
    match kind {
        Type::Date => parsed(here, rule::DATE, offset, value, parse_date(value).err(), sink),
        Type::DateTime => date_time(here, value, offset, sink),
        Type::Duration => {
            let error = Duration::parse(value).err();
            parsed(here, rule::DURATION, offset, value, error, sink);
        }
        Type::Period => period(here, value, offset, sink),
        Type::UtcOffset => {
            let error = UtcOffset::parse(value).err();
            parsed(here, rule::UTC_OFFSET, offset, value, error, sink);
        }
        Type::Address if !is_address(value) => {
            let expected = if value.contains('@') && !value.contains(':') {
                "a calendar user address, that is a URI such as mailto:user@example.com"
            } else {
                "a calendar user address (a URI)"
            };
            wrong(rule::ADDRESS, expected, sink);
        }
        Type::Uri if !is_uri(value) => wrong(rule::URI, "a URI", sink),
        Type::Integer if integer(value).is_none() => wrong(rule::INTEGER, "an INTEGER", sink),
        Type::Number => {
            let own = if here.property.is("REPEAT") {
                rule::REPEAT
            } else {
                rule::SEQUENCE
            };
            number(here, value, i32::MAX, own, sink);
        }
        Type::Percent => number(here, value, 100, rule::PERCENT, sink),
        Type::Priority => number(here, value, 9, rule::PRIORITY, sink),
        Type::Float if float(value).is_none() => wrong(rule::FLOAT, "a FLOAT", sink),
        Type::Geo if !is_geo(value) => {
            wrong(
                rule::GEO,
                "latitude;longitude in degrees, such as 37.386013;-122.082932",
                sink,
            );
        }
        Type::Binary => binary(here, value, sink),
        Type::Boolean if !one_of(value, &["TRUE", "FALSE"]) => wrong(rule::BOOLEAN, "TRUE or FALSE", sink),
        Type::Transp if !one_of(value, &["OPAQUE", "TRANSPARENT"]) => {
            wrong(rule::TRANSP, "OPAQUE or TRANSPARENT", sink);
        }
        Type::Time => {
            let digits = value.strip_suffix('Z').unwrap_or(value);
            let date = format!("20000101T{digits}");
            if DateTime::parse(&date, None).is_err() {
                wrong(rule::TIME, "a TIME (HHMMSS)", sink);
            }
        }
        Type::Status => status(here, value, sink),
        _ => {}
    }
}

fn parsed(
    here: Here<'_>,
    rule: Rule,
    offset: usize,
    value: &str,
    error: Option<ValueError>,
    sink: &mut Sink,
) {
    if let Some(error) = error {
        sink.breach(rule, || {
            let rest = value.len().saturating_sub(error.offset).max(1);
            Breach::new(
                Spot::part(here.component, here.property, offset + error.offset, rest),
                format!("expected {}, in {}", error.expected, shown(value)),
            )
        });
    }
}

/// A DATE-TIME, in UTC where the property's definition says so.
fn date_time(here: Here<'_>, value: &str, offset: usize, sink: &mut Sink) {
    let time = match DateTime::parse(value, None) {
        Ok(time) => time,
        Err(_) if here.property.param("VALUE").is_none() && parse_date(value).is_ok() => {
            let dates = here.known.is_some_and(|known| known.types.contains(&Type::Date));
            let rule = if dates { rule::VALUE_TYPE } else { rule::DATE_TIME };
            return sink.breach(rule, || {
                let hint = if dates { "; a DATE needs VALUE=DATE" } else { "" };
                Breach::new(
                    Spot::part(here.component, here.property, offset, value.len()),
                    format!("expected a DATE-TIME, not {}{hint}", shown(value)),
                )
            });
        }
        Err(error) => return parsed(here, rule::DATE_TIME, offset, value, Some(error), sink),
    };
    let rule = match here.known.map(|known| known.name) {
        Some("DTSTAMP") => rule::DTSTAMP_UTC,
        Some("CREATED") => rule::CREATED_UTC,
        Some("LAST-MODIFIED") => rule::LAST_MODIFIED_UTC,
        Some("COMPLETED") => rule::COMPLETED_UTC,
        Some("TRIGGER") => rule::TRIGGER_UTC,
        _ => return,
    };
    sink.applies(rule);
    if time.zone != Zone::Utc {
        sink.breach(rule, || {
            Breach::new(
                Spot::part(here.component, here.property, offset, value.len()),
                format!(
                    "{} is in UTC, with Z at the end",
                    here.property.name.to_ascii_uppercase()
                ),
            )
        });
    }
}

fn period(here: Here<'_>, value: &str, offset: usize, sink: &mut Sink) {
    let period = match Period::parse(value, None) {
        Ok(period) => period,
        Err(error) => return parsed(here, rule::PERIOD, offset, value, Some(error), sink),
    };
    let spot = || Spot::part(here.component, here.property, offset, value.len());
    if let PeriodEnd::At(end) = &period.end
        && end.zone == period.start.zone
        && end.local() <= period.start.local()
    {
        sink.breach(rule::PERIOD, || {
            Breach::new(
                spot(),
                format!("the period {} ends before it has begun", shown(value)),
            )
        });
    }
    if here.property.is("FREEBUSY") {
        sink.applies(rule::FREEBUSY_UTC);
        let end_is_utc = match &period.end {
            PeriodEnd::At(end) => end.zone == Zone::Utc,
            PeriodEnd::After(_) => true,
        };
        if period.start.zone != Zone::Utc || !end_is_utc {
            sink.breach(rule::FREEBUSY_UTC, || {
                Breach::new(spot(), "the times of FREEBUSY are in UTC, with Z at the end")
            });
        }
    }
}

/// TZID is for local times (section 3.2.19).
fn zoned(here: Here<'_>, kind: Type, sink: &mut Sink) {
    sink.applies(rule::TZID_PLACE);
    let what = match kind {
        Type::Date => "a DATE",
        Type::DateTime | Type::Period if here.property.value.ends_with('Z') => "a time in UTC",
        _ => return,
    };
    sink.breach(rule::TZID_PLACE, || {
        let index = here.property.params.iter().position(|param| param.is("TZID"));
        Breach::new(
            Spot::param(here.component, here.property, index.unwrap_or(0)),
            format!("{what} has no TZID"),
        )
    });
}

fn number(here: Here<'_>, value: &str, most: i32, rule: Rule, sink: &mut Sink) {
    sink.applies(rule);
    let spot = || Spot::value(here.component, here.property);
    match integer(value) {
        None => sink.breach(rule::INTEGER, || {
            Breach::new(spot(), format!("expected an INTEGER, not {}", shown(value)))
        }),
        Some(number) if !(0..=most).contains(&number) => sink.breach(rule, || {
            let range = if most == i32::MAX {
                "from 0".to_owned()
            } else {
                format!("from 0 to {most}")
            };
            Breach::new(spot(), format!("expected a number {range}, not {number}"))
        }),
        Some(_) => {}
    }
}

fn status(here: Here<'_>, value: &str, sink: &mut Sink) {
    let Some(allowed) = statuses(here.kind) else {
        return;
    };
    sink.applies(rule::STATUS);
    if !one_of(value, allowed) {
        sink.breach(rule::STATUS, || {
            Breach::new(
                Spot::value(here.component, here.property),
                format!(
                    "STATUS of a {} is one of {}, not {}",
                    here.kind.name(),
                    allowed.join(", "),
                    shown(value)
                ),
            )
        });
    }
}

/// The values of STATUS (section 3.8.1.11).
pub(in crate::itip) fn statuses(kind: Kind) -> Option<&'static [&'static str]> {
    match kind {
        Kind::Event => Some(&["TENTATIVE", "CONFIRMED", "CANCELLED"]),
        Kind::Todo => Some(&["NEEDS-ACTION", "COMPLETED", "IN-PROCESS", "CANCELLED"]),
        Kind::Journal => Some(&["DRAFT", "FINAL", "CANCELLED"]),
        _ => None,
    }
}

/// Section 3.8.8.3: code, description, exception data.
fn request_status(here: Here<'_>, sink: &mut Sink) {
    sink.applies(rule::REQUEST_STATUS);
    let value = here.property.value.as_str();
    let parts: Vec<&str> = split(value, ';').take(4).collect();
    let code = parts.first().is_some_and(|code| is_status_code(code));
    if !code || !(2..=3).contains(&parts.len()) {
        sink.breach(rule::REQUEST_STATUS, || {
            Breach::new(
                Spot::value(here.component, here.property),
                format!(
                    "expected code;description or code;description;data, such as 2.0;Success, not {}",
                    shown(value)
                ),
            )
        });
        return;
    }
    let mut offset = parts[0].len() + 1;
    for part in &parts[1..] {
        text::text(here, part, offset, false, sink);
        offset += part.len() + 1;
    }
}

/// Two or three numbers between dots.
pub(in crate::itip) fn is_status_code(code: &str) -> bool {
    let mut numbers = 0;
    let digits = code.split('.').all(|number| {
        numbers += 1;
        !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit())
    });
    digits && (2..=3).contains(&numbers)
}

fn binary(here: Here<'_>, value: &str, sink: &mut Sink) {
    sink.applies(rule::BINARY_ENCODING);
    let encoding = here.property.param("ENCODING");
    if !encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("BASE64")) {
        sink.breach(rule::BINARY_ENCODING, || {
            Breach::absent(
                Spot::property(here.component, here.property),
                "a BINARY value needs ENCODING=BASE64",
            )
        });
    } else if STANDARD.decode(value).is_err() {
        sink.breach(rule::BINARY, || {
            Breach::new(
                Spot::value(here.component, here.property),
                "the value is no BASE64",
            )
        });
    }
}

fn one_of(value: &str, words: &[&str]) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(value))
}

fn integer(value: &str) -> Option<i32> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let formed = !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit());
    formed.then(|| value.parse().ok())?
}

fn float(value: &str) -> Option<f64> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|octet| octet.is_ascii_digit());
    (are_digits(whole) && are_digits(fraction)).then(|| value.parse().ok())?
}

fn is_geo(value: &str) -> bool {
    let Some((latitude, longitude)) = value.split_once(';') else {
        return false;
    };
    let within = |text, most: f64| float(text).is_some_and(|degrees| degrees.abs() <= most);
    within(latitude, 90.0) && within(longitude, 180.0)
}

/// RFC 3986, section 3: a scheme, a colon, and none of what never stands in a URI. Letters beyond ASCII are let pass.
pub(super) fn is_uri(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once(':') else {
        return false;
    };
    let mut letters = scheme.bytes();
    letters.next().is_some_and(|octet| octet.is_ascii_alphabetic())
        && letters.all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.'))
        && !rest.is_empty()
        && !rest.bytes().any(|octet| {
            octet <= b' '
                || matches!(
                    octet,
                    b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x7F
                )
        })
}

/// A URI; that of a mailbox has an address.
pub(super) fn is_address(value: &str) -> bool {
    is_uri(value) && mail_address(value).is_none_or(|address| address.contains('@'))
}
