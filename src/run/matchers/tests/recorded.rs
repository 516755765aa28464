//! Answers of real servers, as they came.

use rstest::rstest;

use super::{Answer, assert_judged, judge};

/// Cyrus 3.6: prefixes as everybody has them, calendar-data in CDATA, a description beside the precondition.
const CYRUS_PRINCIPAL: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">
<D:response><D:href>/dav/u1/</D:href><D:propstat><D:prop><C:calendar-user-address-set><D:href>mailto:bob@example.com</D:href></C:calendar-user-address-set><C:schedule-inbox-URL><D:href>/dav/calendars/user/user01/Inbox/</D:href></C:schedule-inbox-URL></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"#;
const CYRUS_BUSY_TIME: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<C:schedule-response xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><C:response><C:recipient><D:href>mailto:bob@example.com</D:href></C:recipient><C:request-status>2.0;Success</C:request-status><C:calendar-data content-type="text/calendar" version="2.0"><![CDATA[BEGIN:VCALENDAR
VERSION:2.0
METHOD:REPLY
BEGIN:VFREEBUSY
DTSTAMP:20261120T120302Z
DTSTART:20270601T000000Z
DTEND:20270602T000000Z
UID:fb-1
ORGANIZER:mailto:ann@example.com
ATTENDEE:mailto:bob@example.com
FREEBUSY:20270601T180000Z/20270601T190000Z
END:VFREEBUSY
END:VCALENDAR
]]></C:calendar-data></C:response><C:response><C:recipient><D:href>mailto:nobody@example.invalid</D:href></C:recipient><C:request-status>5.1;Service unavailable</C:request-status></C:response></C:schedule-response>"#;
const CYRUS_REFUSAL: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<D:error xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><C:valid-organizer/><D:responsedescription>ORGANIZER is not you</D:responsedescription></D:error>"#;
/// Xandikos: generated prefixes, status before prop, collections without trailing slash.
const XANDIKOS_PRINCIPAL: &str = r#"<ns0:multistatus xmlns:ns0="DAV:" xmlns:ns1="urn:ietf:params:xml:ns:caldav"><ns0:response><ns0:href>/dav/u1</ns0:href><ns0:propstat><ns0:status>HTTP/1.1 200 OK</ns0:status><ns0:prop><ns1:calendar-user-address-set><ns0:href>mailto:bob@example.com</ns0:href></ns1:calendar-user-address-set><ns1:schedule-inbox-URL><ns0:href>/dav/calendars/user/user01/Inbox</ns0:href></ns1:schedule-inbox-URL></ns0:prop></ns0:propstat></ns0:response></ns0:multistatus>"#;

#[rstest]
#[case(
    "prop: {name: C:calendar-user-address-set/D:href, equals: '{attendee.address}'}",
    'h'
)]
#[case(
    "prop: {name: C:schedule-inbox-URL/D:href, equals: 'http://cal.example.com/dav/calendars/user/user01/Inbox/'}",
    'h'
)]
#[case("prop: {name: C:schedule-inbox-URL/D:href, count: 1}", 'h')]
#[case("prop: {name: C:schedule-outbox-URL/D:href, count: 1}", 'a')]
fn principals(
    #[values(CYRUS_PRINCIPAL, XANDIKOS_PRINCIPAL)] body: &str,
    #[case] yaml: &str,
    #[case] wanted: char,
) {
    assert_judged(yaml, &Answer::new(207, &[], body), wanted);
}

#[rstest]
#[case(
    "schedule-response: {recipient: '{attendee.address}', request-status: ['2.'], calendar-data: present}",
    'h'
)]
#[case(
    "schedule-response: {recipient: mailto:nobody@example.invalid, request-status: ['3.7', '5.']}",
    'h'
)]
#[case(
    "schedule-response: {recipient: '{attendee.address}', busy: ['{20090602T180000Z}/{20090602T190000Z}']}",
    'h'
)]
#[case(
    "schedule-response: {recipient: '{attendee.address}', free: ['{20090602T190000Z}/{20090602T200000Z}']}",
    'h'
)]
#[case(
    "ical: {at: VFREEBUSY/ORGANIZER, equals: '{organizer.address}', of-recipient: '{attendee.address}'}",
    'h'
)]
#[case("ical: {at: METHOD, equals: REPLY, of-recipient: '{attendee.address}'}", 'h')]
fn busy_time(#[case] yaml: &str, #[case] wanted: char) {
    assert_judged(yaml, &Answer::new(200, &[], CYRUS_BUSY_TIME), wanted);
}

#[test]
fn a_refusal_tells_its_reason() {
    let answer = Answer::new(403, &[], CYRUS_REFUSAL);
    assert_judged("precondition: {any-of: [C:valid-organizer]}", &answer, 'h');
    let reason = "D:error with C:valid-organizer (`ORGANIZER is not you`)";
    let other = judge("precondition: {any-of: [C:valid-scheduling-message]}", &answer);
    assert_eq!(other.actual, format!("403 Forbidden, {reason}"));
    assert_eq!(
        judge("status: [2xx]", &answer).actual,
        format!("status 403 Forbidden, {reason}")
    );
}
