//! Nobody outside gets mail: a server may send iMIP to every address that it does not know.

use crate::ical::{self, address};
use crate::target::{Discovered, Target};

/// Parameters whose values are calendar user addresses that a server may write to.
const ADDRESS_PARAMETERS: [&str; 2] = ["DELEGATED-TO", "SENT-BY"];

/// The first address in an iCalendar body to which mail could go: neither of a user of the target, nor below `.invalid`
/// (RFC 2606 section 2), nor among `external-addresses` and `peer-addresses` of the target file.
pub(super) fn outsider(body: &[u8], target: &Target, discovered: &Discovered) -> Option<String> {
    let document = ical::read(body).ok()?;
    let calendar = document.calendar()?;
    let is_known = |found: &str| {
        let users = discovered.users.iter().flat_map(|user| &user.addresses);
        users
            .chain(&target.external)
            .chain(&target.peers)
            .any(|known| address::address_eq(known, found))
    };
    let properties = calendar.components().flat_map(ical::Component::properties);
    for property in properties.filter(|property| property.is("ATTENDEE") || property.is("ORGANIZER")) {
        let parameters = ADDRESS_PARAMETERS
            .iter()
            .filter_map(|name| property.find_param(name));
        let parameters = parameters
            .flat_map(|param| &param.values)
            .map(|value| value.text.as_str());
        for found in [property.value.as_str()].into_iter().chain(parameters) {
            if mail_domain(found).is_some_and(|domain| !is_invalid(domain)) && !is_known(found.trim()) {
                return Some(found.trim().to_string());
            }
        }
    }
    None
}

/// The domain of a mailto URI; other schemes are not mailed to.
fn mail_domain(found: &str) -> Option<&str> {
    let found = found.trim();
    let scheme = found.get(..7)?;
    if !scheme.eq_ignore_ascii_case("mailto:") {
        return None;
    }
    let address = found[7..].split('?').next().unwrap_or_default();
    Some(address.rsplit('@').next().unwrap_or_default())
}

fn is_invalid(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    domain == "invalid" || domain.ends_with(".invalid")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::target::{CalendarUser, Capabilities};

    #[rstest]
    #[case("ATTENDEE:mailto:anna@example.com", None)]
    #[case("ATTENDEE:MAILTO:Anna@Example.com", None)]
    #[case("ATTENDEE:mailto:nobody@calconform.invalid", None)]
    #[case("ATTENDEE:mailto:listed@example.net", None)]
    #[case("ATTENDEE:urn:uuid:1", None)]
    #[case("ATTENDEE:mailto:boss@company.example", Some("mailto:boss@company.example"))]
    #[case("ATTENDEE:mailto:x@invalid.example", Some("mailto:x@invalid.example"))]
    #[case("ORGANIZER:mailto:x@example.org", Some("mailto:x@example.org"))]
    #[case(
        "ATTENDEE;DELEGATED-TO=\"mailto:x@example.org\":mailto:anna@example.com",
        Some("mailto:x@example.org")
    )]
    fn only_who_is_known(#[case] line: &str, #[case] expected: Option<&str>) {
        let mut target = Target::at("http://dav.example/").unwrap();
        target.external = vec!["mailto:listed@example.net".into()];
        let anna = CalendarUser {
            name: "anna".into(),
            addresses: vec!["mailto:anna@example.com".into()],
            ..CalendarUser::default()
        };
        let discovered = Discovered {
            users: vec![anna.into()],
            capabilities: Capabilities::default(),
            ischedule: None,
        };
        let body = format!("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
        assert_eq!(
            outsider(body.as_bytes(), &target, &discovered).as_deref(),
            expected
        );
    }
}
