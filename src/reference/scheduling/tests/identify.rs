use rstest::rstest;

use super::world::{calendar, event, owner};
use crate::reference::policy::{Deviation, Policy};
use crate::reference::scheduling::{Precondition, Role, identify};

const O: &str = "ORGANIZER:mailto:o@example.com";
const TIMES: &str = "DTSTART:20300601T100000Z";

/// Section 5.1: who owns what.
#[rstest]
#[case::organizer("o", &[O], Some(Role::Organizer))]
#[case::organizer_by_another_address("o", &["ORGANIZER:MAILTO:o.alias@example.com\nATTENDEE:mailto:a@example.com"], Some(Role::Organizer))]
#[case::attendee("a", &["ORGANIZER:mailto:o@example.com\nATTENDEE:mailto:a@example.com"], Some(Role::Attendee))]
#[case::attendee_of_one_instance("a", &[O, "ORGANIZER:mailto:o@example.com\nRECURRENCE-ID:20300602T100000Z\nATTENDEE:mailto:a@example.com"], Some(Role::Attendee))]
#[case::neither("b", &["ORGANIZER:mailto:o@example.com\nATTENDEE:mailto:a@example.com"], None)]
#[case::no_organizer("a", &["ATTENDEE:mailto:a@example.com"], None)]
#[case::not_in_all_components("o", &[O, "RECURRENCE-ID:20300602T100000Z"], None)]
fn roles(#[case] user: &str, #[case] components: &[&str], #[case] expected: Option<Role>) {
    let text: Vec<String> = components
        .iter()
        .map(|lines| format!("BEGIN:VEVENT\nUID:1\n{TIMES}\n{lines}\nEND:VEVENT"))
        .collect();
    let zone = "BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE";
    let document = calendar(&format!("{zone}\n{}", text.join("\n")));
    assert_eq!(
        identify(&document, &owner(user), &Policy::default()),
        Ok(expected)
    );
}

#[test]
fn organizers_must_be_the_same() {
    let other =
        "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20300602T100000Z\nORGANIZER:mailto:a@example.com\nEND:VEVENT";
    let document = calendar(&format!("{}\n{other}", event(TIMES)));
    let refusal = identify(&document, &owner("o"), &Policy::default()).unwrap_err();
    assert_eq!(refusal.precondition, Precondition::SameOrganizerInAllComponents);
    assert_eq!(identify(&document, &owner("b"), &Policy::default()), Ok(None));
    let lax = Policy::default().deviating(Deviation::OrganizersMayDiffer);
    assert_eq!(identify(&document, &owner("o"), &lax), Ok(Some(Role::Organizer)));
}
