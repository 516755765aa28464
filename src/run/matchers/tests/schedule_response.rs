use rstest::rstest;

use super::{Answer, assert_judged, calendar};

fn answer() -> Answer {
    let data = calendar(
        "METHOD:REPLY|BEGIN:VFREEBUSY|DTSTART:20270601T000000Z|DTEND:20270602T000000Z\
         |FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270601T090000Z/PT1H,20270601T100000Z/20270601T110000Z\
         |FREEBUSY;FBTYPE=FREE:20270601T120000Z/PT1H|END:VFREEBUSY",
    );
    let response = |recipient: &str, rest: &str| {
        format!("<C:response><C:recipient><D:href>{recipient}</D:href></C:recipient>{rest}</C:response>")
    };
    let status = |code: &str| format!("<C:request-status>{code}</C:request-status>");
    Answer::xml(
        200,
        &format!(
            "<C:schedule-response>{}{}{}{}</C:schedule-response>",
            response(
                "MAILTO:bob@example.com",
                &(status("2.0;Success") + &format!("<C:calendar-data>{data}</C:calendar-data>"))
            ),
            response("mailto:carl@example.invalid", &status("3.70;Odd")),
            response("mailto:twice@example.com", ""),
            response("mailto:twice@example.com", &status("2.0")),
        ),
    )
}

#[rstest]
#[case("recipient: '{attendee.address}'", 'h')]
#[case("recipient: '{attendee.address}', count: 1", 'h')]
#[case("recipient: '{attendee.address}', count: 2", 'w')]
#[case("recipient: 'mailto:twice@example.com', count: 1", 'w')]
#[case("recipient: 'mailto:none@example.com', count: 1", 'a')]
#[case("recipient: 'mailto:none@example.com', count: 0", 'h')]
#[case("recipient: 'mailto:none@example.com'", 'a')]
#[case("recipient: 'mailto:none@example.com', calendar-data: absent", 'b')]
#[case("recipient: '{attendee.address}', request-status: ['2.', '1.']", 'h')]
#[case("recipient: '{attendee.address}', request-status: ['2.0']", 'h')]
#[case("recipient: '{attendee.address}', request-status: ['3.7']", 'w')]
#[case("recipient: 'mailto:carl@example.invalid', request-status: ['3.7']", 'w')]
#[case("recipient: 'mailto:carl@example.invalid', request-status: ['3.']", 'h')]
#[case("recipient: 'mailto:twice@example.com', request-status: ['2.']", 'a')]
#[case("recipient: '{attendee.address}', calendar-data: present", 'h')]
#[case("recipient: '{attendee.address}', calendar-data: absent", 'w')]
#[case("recipient: 'mailto:carl@example.invalid', calendar-data: absent", 'h')]
#[case("recipient: 'mailto:carl@example.invalid', calendar-data: present", 'a')]
#[case(
    "recipient: '{attendee.address}', busy: ['{20090602T093000Z}/{20090602T103000Z}']",
    'h'
)]
#[case(
    "recipient: '{attendee.address}', busy: ['{20090602T093000Z}/{20090602T113000Z}']",
    'w'
)]
#[case(
    "recipient: '{attendee.address}', busy: ['{20090602T120000Z}/{20090602T123000Z}']",
    'w'
)]
#[case(
    "recipient: '{attendee.address}', free: ['{20090602T110000Z}/{20090602T130000Z}']",
    'h'
)]
#[case(
    "recipient: '{attendee.address}', free: ['{20090602T105900Z}/{20090602T130000Z}']",
    'w'
)]
#[case(
    "recipient: '{attendee.address}', free: ['{20090602T230000Z}/{20090603T010000Z}']",
    'b'
)]
#[case(
    "recipient: 'mailto:carl@example.invalid', free: ['{20090602T110000Z}/{20090602T130000Z}']",
    'b'
)]
#[case(
    "recipient: 'mailto:carl@example.invalid', busy: ['{20090602T110000Z}/{20090602T130000Z}']",
    'a'
)]
fn caldav(#[case] matcher: &str, #[case] wanted: char) {
    assert_judged(&format!("schedule-response: {{{matcher}}}"), &answer(), wanted);
}

#[test]
fn ischedule_has_the_recipient_as_a_text() {
    let answer = Answer::xml(
        200,
        "<I:schedule-response><I:response><I:recipient>mailto:bob@example.com</I:recipient>\
         <I:request-status>2.0;Success</I:request-status></I:response></I:schedule-response>",
    );
    assert_judged(
        "schedule-response: {recipient: '{attendee.address}', request-status: ['2.0']}",
        &answer,
        'h',
    );
}

#[rstest]
#[case("count: 0", 'b')]
#[case("calendar-data: absent", 'b')]
#[case("request-status: ['2.']", 'a')]
fn another_root(#[case] matcher: &str, #[case] wanted: char) {
    let answer = Answer::xml(200, "<D:schedule-response/>");
    assert_judged(
        &format!("schedule-response: {{recipient: '{{attendee.address}}', {matcher}}}"),
        &answer,
        wanted,
    );
}
