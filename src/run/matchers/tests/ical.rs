use rstest::rstest;

use super::{Answer, assert_judged, calendar, judge, namespaced};

const RECURRING: &str = "METHOD:request\
    |BEGIN:VTIMEZONE|TZID:Europe/Berlin|END:VTIMEZONE\
    |BEGIN:VEVENT|UID:u1|DTSTART;TZID=Europe/Berlin:20270601T200000|EXDATE:20270608T180000Z,20270615T180000Z|SEQUENCE:02\
    |SUMMARY:Lunch\\, at twelve|ORGANIZER;SCHEDULE-STATUS=\"1.2,2.0\":MAILTO:Ann@example.com\
    |ATTENDEE;PARTSTAT=accepted;CN=\"Bob, the boss\":mailto:bob%40example.com\
    |ATTENDEE;DELEGATED-TO=\"mailto:x@example.com\",\"MAILTO:y@example.com\":mailto:carl@example.com\
    |BEGIN:VALARM|TRIGGER:-PT5M|END:VALARM|END:VEVENT\
    |BEGIN:VEVENT|UID:u1|RECURRENCE-ID:20270608T180000Z|DTSTART:20270608T190000Z\
    |ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com|END:VEVENT";

#[rstest]
// Components.
#[case("at: VCALENDAR, is: present", 'h')]
#[case("at: VEVENT, count: 2", 'h')]
#[case("at: '*', count: 2", 'h')]
#[case("at: VTODO, is: absent", 'h')]
#[case("at: VTODO, is: present", 'a')]
#[case("at: 'VEVENT[master]', count: 1", 'h')]
#[case("at: 'VEVENT[{20090609T180000Z}]', is: present", 'h')]
#[case("at: 'VEVENT[{20090616T180000Z}]', is: present", 'a')]
#[case("at: 'VEVENT[{20090616T180000Z}]', is: absent", 'h')]
#[case("at: 'VEVENT/VALARM/TRIGGER', equals: -PT5M", 'h')]
#[case("at: 'VTODO/VALARM', is: absent", 'b')]
// Properties.
#[case("at: METHOD, equals: REQUEST", 'h')]
#[case("at: VCALENDAR/METHOD, equals: REPLY", 'w')]
#[case("at: VEVENT/UID, equals: '{uid}'", 'h')]
#[case("at: 'VEVENT/SUMMARY', equals: 'Lunch, at twelve', of: any", 'h')]
#[case("at: 'VEVENT/SUMMARY', equals: 'Lunch, at twelve'", 'a')]
#[case("at: 'VEVENT[master]/SEQUENCE', equals: '2'", 'h')]
#[case("at: 'VEVENT[master]/DTSTART', equals: '{20090602T180000Z}'", 'h')]
#[case("at: 'VEVENT[master]/DTSTART', equals: '{20090602T200000}'", 'h')]
#[case("at: 'VEVENT[master]/DTSTART', equals: '{20090602T200000Z}'", 'w')]
#[case("at: 'VEVENT[master]/EXDATE', count: 2", 'h')]
#[case("at: 'VEVENT[master]/EXDATE[{20090616T180000Z}]', is: present", 'h')]
#[case("at: 'VEVENT[master]/EXDATE[{20090623T180000Z}]', is: absent", 'h')]
#[case("at: 'VEVENT/ORGANIZER', equals: '{organizer.address}', of: any", 'h')]
#[case("at: 'VEVENT/RRULE', is: absent", 'h')]
#[case("at: 'VTODO/RRULE', is: absent", 'b')]
#[case("at: 'VTODO/RRULE', count: 0", 'b')]
#[case("at: 'VTODO/RRULE', is: present", 'a')]
#[case("at: 'VEVENT/DTSTART', is: utc-date-time", 'w')]
#[case("at: 'VEVENT/DTSTART', is: utc-date-time, of: one", 'h')]
// Parameters.
#[case(
    "at: 'VEVENT[master]/ATTENDEE[{attendee.address}];PARTSTAT', equals: ACCEPTED",
    'h'
)]
#[case("at: 'VEVENT/ATTENDEE[{attendee.address}];PARTSTAT', equals: ACCEPTED", 'w')]
#[case(
    "at: 'VEVENT/ATTENDEE[{attendee.address}];PARTSTAT', equals: ACCEPTED, of: any",
    'h'
)]
#[case("at: 'VEVENT/ATTENDEE[{attendee.address}];PARTSTAT', not: NEEDS-ACTION", 'h')]
#[case("at: 'VEVENT[*]/ATTENDEE[*];SCHEDULE-STATUS', is: absent, of: all", 'h')]
#[case("at: 'VEVENT[*]/ATTENDEE[*];PARTSTAT', is: absent, of: all", 'w')]
#[case("at: 'VEVENT[*]/ATTENDEE[*];PARTSTAT', is: present, of: all", 'a')]
#[case("at: 'VEVENT/ATTENDEE[mailto:dora@example.com];PARTSTAT', is: absent", 'b')]
#[case("at: 'VEVENT/ATTENDEE[mailto:dora@example.com];PARTSTAT', is: present", 'a')]
#[case("at: 'VEVENT/ATTENDEE;CN', equals: 'Bob, the boss', of: any", 'h')]
#[case("at: 'VEVENT/ORGANIZER;SCHEDULE-STATUS', starts-with: '1.', of: any", 'h')]
#[case("at: 'VEVENT/ORGANIZER;SCHEDULE-STATUS', count: 2", 'h')]
#[case(
    "at: 'VEVENT/ATTENDEE;DELEGATED-TO', equals: 'mailto:Y@example.com', of: any",
    'h'
)]
#[case("at: 'VEVENT[master]/DTSTART;TZID', equals: Europe/Berlin", 'h')]
fn paths(#[case] matcher: &str, #[case] wanted: char) {
    assert_judged(&format!("ical: {{{matcher}}}"), &Answer::ical(RECURRING), wanted);
}

#[rstest]
#[case("at: 'VEVENT/ATTENDEE;PARTSTAT', equals: NEEDS-ACTION", 'h')]
#[case("at: 'VEVENT/ATTENDEE;PARTSTAT', equals: ACCEPTED", 'a')]
#[case("at: 'VEVENT/ATTENDEE;PARTSTAT', not: ACCEPTED", 'h')]
#[case("at: 'VEVENT/ATTENDEE;PARTSTAT', not: NEEDS-ACTION", 'a')]
#[case("at: 'VEVENT/ATTENDEE;PARTSTAT', is: absent", 'h')]
#[case("at: 'VEVENT/ATTENDEE;PARTSTAT', is: present", 'a')]
#[case("at: 'VEVENT/SEQUENCE', equals: '0'", 'h')]
#[case("at: 'VEVENT/SEQUENCE', equals: '1'", 'a')]
#[case(
    "at: 'VEVENT/ATTENDEE[mailto:none@example.com];PARTSTAT', equals: NEEDS-ACTION",
    'a'
)]
fn defaults(#[case] matcher: &str, #[case] wanted: char) {
    let answer = Answer::ical("BEGIN:VEVENT|ATTENDEE:mailto:bob@example.com|END:VEVENT");
    assert_judged(&format!("ical: {{{matcher}}}"), &answer, wanted);
}

#[test]
fn says_what_is_there_instead() {
    let finding = judge(
        "ical: {at: 'VEVENT[master]/ATTENDEE[mailto:dora@example.com];PARTSTAT', equals: ACCEPTED}",
        &Answer::ical(RECURRING),
    );
    assert_eq!(
        finding.expected,
        "VEVENT[master]/ATTENDEE[mailto:dora@example.com];PARTSTAT is `ACCEPTED`"
    );
    assert_eq!(
        finding.actual,
        "no ATTENDEE `mailto:dora@example.com` (there: `mailto:bob%40example.com` and `mailto:carl@example.com`)"
    );
}

#[rstest]
#[case("of-recipient: mailto:bob@example.com", 'h')]
#[case("of-recipient: mailto:carl@example.com", 'a')]
#[case("of-recipient: mailto:dora@example.com", 'a')]
fn of_a_recipient(#[case] of: &str, #[case] wanted: char) {
    let data = calendar("METHOD:REPLY|BEGIN:VFREEBUSY|UID:u1|END:VFREEBUSY");
    let xml = format!(
        "<C:schedule-response><C:response><C:recipient><D:href>mailto:bob@example.com</D:href></C:recipient>\
         <C:request-status>2.0</C:request-status><C:calendar-data>{data}</C:calendar-data></C:response>\
         <C:response><C:recipient><D:href>mailto:carl@example.com</D:href></C:recipient></C:response></C:schedule-response>"
    );
    assert_judged(
        &format!("ical: {{at: METHOD, equals: REPLY, {of}}}"),
        &Answer::xml(200, &xml),
        wanted,
    );
}

#[rstest]
#[case("of-resource: '{organizer.calendar}a.ics'", 'h')]
#[case("of-resource: '{organizer.calendar}b.ics'", 'a')]
fn of_a_resource(#[case] of: &str, #[case] wanted: char) {
    let data = calendar("BEGIN:VEVENT|UID:u1|END:VEVENT");
    let xml = format!(
        "<D:multistatus><D:response><D:href>/dav/u1/a.ics</D:href><D:propstat><D:prop><C:calendar-data>{data}\
         </C:calendar-data></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"
    );
    assert_judged(
        &format!("ical: {{at: VEVENT/UID, equals: u1, {of}}}"),
        &Answer::xml(207, &xml),
        wanted,
    );
}

#[test]
fn data_that_is_cut_off_is_unreadable() {
    let answer = Answer::new(
        200,
        &[],
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n",
    );
    assert_judged("ical: {at: VEVENT/UID, equals: '1'}", &answer, 'u');
    let xml = Answer::new(200, &[], namespaced("<D:multistatus/>"));
    assert_judged("ical: {at: VEVENT/UID, is: absent}", &xml, 'u');
}
