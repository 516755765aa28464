use rstest::rstest;

use super::{Answer, assert_judged};

const CHECK: &str = "precondition: {any-of: [C:valid-organizer, D:need-privileges]}";

#[rstest]
#[case(403, "<D:error><C:valid-organizer/></D:error>", 'h')]
#[case(
    409,
    "<D:error><D:x/><C:valid-organizer><D:href>/</D:href></C:valid-organizer></D:error>",
    'h'
)]
#[case(400, "<D:error><D:need-privileges/></D:error>", 'h')]
#[case(403, "<I:error><D:need-privileges/></I:error>", 'h')]
#[case(403, "<D:error><D:valid-organizer/></D:error>", 'a')]
#[case(403, "<D:error><D:x><C:valid-organizer/></D:x></D:error>", 'a')]
#[case(403, "<D:error/>", 'a')]
#[case(403, "<C:valid-organizer/>", 'a')]
#[case(403, "<C:error><C:valid-organizer/></C:error>", 'a')]
#[case(201, "<D:error><C:valid-organizer/></D:error>", 'b')]
#[case(500, "<D:error><C:valid-organizer/></D:error>", 'b')]
#[case(403, "<D:error><C:valid-organizer></D:error>", 'u')]
fn errors(#[case] status: u16, #[case] xml: &str, #[case] wanted: char) {
    assert_judged(CHECK, &Answer::xml(status, xml), wanted);
}

#[rstest]
#[case("<D:error><C:valid-organizer/></D:error>", 'h')]
#[case("<D:error><C:valid-organizer> </C:valid-organizer></D:error>", 'h')]
#[case("<D:error><C:valid-organizer>no</C:valid-organizer></D:error>", 'w')]
#[case("<D:error><C:valid-organizer><D:href/></C:valid-organizer></D:error>", 'w')]
#[case("<D:error><D:x/></D:error>", 'b')]
fn content(#[case] xml: &str, #[case] wanted: char) {
    assert_judged(
        "precondition: {any-of: [C:valid-organizer], empty: true}",
        &Answer::xml(403, xml),
        wanted,
    );
}

#[rstest]
#[case("", "", 'a')]
#[case("text/plain", "Forbidden", 'a')]
#[case("text/html", "<!DOCTYPE html><html><body>403 <br></body></html>", 'a')]
#[case("text/html", "<html><body>403 <br></body></html>", 'a')]
#[case("application/xml", "Forbidden", 'u')]
#[case("text/plain", "<?xml version='1.0'?><oops", 'u')]
fn other_bodies(#[case] kind: &str, #[case] body: &str, #[case] wanted: char) {
    assert_judged(CHECK, &Answer::new(403, &[("content-type", kind)], body), wanted);
}

#[rstest]
#[case("404 Not Found", "", 'a')]
#[case("403 Forbidden", "<D:error><C:valid-organizer/></D:error>", 'h')]
#[case("200 OK", "", 'b')]
fn in_a_multistatus(#[case] status: &str, #[case] error: &str, #[case] wanted: char) {
    let xml = format!(
        "<D:multistatus><D:response><D:href>/</D:href><D:propstat><D:prop/><D:status>HTTP/1.1 {status}</D:status>\
         {error}</D:propstat></D:response></D:multistatus>"
    );
    assert_judged(CHECK, &Answer::xml(207, &xml), wanted);
}
