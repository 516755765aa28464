use calconform::dav::{Element, Node};
use rstest::rstest;

use crate::support::{NAMESPACES, Site, event, find, home, inbox, mine, outbox, qname};

#[tokio::test]
async fn propfind_has_three_forms() {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    let send = async |body: &str| {
        site.send("user01", "PROPFIND", &mine(""), &[("depth", "1")], body)
            .await
            .multistatus()
    };
    for all in [
        String::new(),
        format!("<D:propfind {NAMESPACES}><D:allprop/></D:propfind>"),
    ] {
        let answer = send(&all).await;
        let object = find(&answer, "/a.ics");
        for name in [
            "D:getetag",
            "D:getcontentlength",
            "D:getlastmodified",
            "D:resourcetype",
            "D:creationdate",
        ] {
            assert!(object.prop(&qname(name)).is_some(), "{name}");
        }
        let calendar = find(&answer, "/default/");
        for name in [
            "C:schedule-calendar-transp",
            "C:supported-calendar-component-set",
            "D:acl",
        ] {
            assert!(calendar.any_prop(&qname(name)).is_none(), "{name}");
        }
    }
    let body = format!(
        "<D:propfind {NAMESPACES}><D:include><C:schedule-calendar-transp/></D:include><D:allprop/></D:propfind>"
    );
    assert!(
        find(&send(&body).await, "/default/")
            .prop(&qname("C:schedule-calendar-transp"))
            .is_some()
    );
    let names = send(&format!("<D:propfind {NAMESPACES}><D:propname/></D:propfind>")).await;
    let transp = find(&names, "/default/")
        .prop(&qname("C:schedule-calendar-transp"))
        .unwrap();
    assert!(transp.children.is_empty());
    let some = send(&format!(
        "<D:propfind {NAMESPACES} xmlns:x='urn:x' x:y='z'><x:more/><D:prop><x:none/><D:getetag/></D:prop></D:propfind>"
    ))
    .await;
    let object = find(&some, "/a.ics");
    assert!(object.prop(&qname("D:getetag")).is_some());
    assert_eq!(object.any_prop(&qname("{urn:x}none")).unwrap().0, 404);
}

#[rstest]
#[case("<broken", 400)]
#[case("<D:other xmlns:D='DAV:'/>", 400)]
#[case("<D:propfind xmlns:D='DAV:'/>", 400)]
#[case("<D:propfind xmlns:D='DAV:'><D:prop/><D:allprop/></D:propfind>", 400)]
#[case(
    "<!DOCTYPE x [<!ENTITY a 'b'>]><D:propfind xmlns:D='DAV:'><D:allprop/></D:propfind>",
    400
)]
#[tokio::test]
async fn other_bodies_are_refused(#[case] body: &str, #[case] status: u16) {
    let site = Site::start();
    let answer = site
        .send("user01", "PROPFIND", &home("user01"), &[("depth", "0")], body)
        .await;
    assert_eq!(answer.status, status);
}

#[tokio::test]
async fn depth_is_followed() {
    let site = Site::start();
    let count = async |depth: &str| {
        let answer = site
            .send("user01", "PROPFIND", &home("user01"), &[("depth", depth)], "")
            .await;
        (answer.status == 207).then(|| answer.multistatus().responses.len())
    };
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    assert_eq!(count("0").await, Some(1));
    assert_eq!(count("1").await, Some(4));
    assert_eq!(count("infinity").await, Some(5));
    assert_eq!(count("2").await, None);
}

fn patch(set: &str, remove: &str) -> String {
    let part = |name: &str, props: &str| match props {
        "" => String::new(),
        props => format!("<D:{name}><D:prop>{props}</D:prop></D:{name}>"),
    };
    format!(
        "<D:propertyupdate {NAMESPACES} xmlns:x='urn:x'>{}{}</D:propertyupdate>",
        part("set", set),
        part("remove", remove)
    )
}

#[tokio::test]
async fn dead_properties_are_kept_as_they_are() {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    let value = "<x:note a='1' xml:lang='fr'>un <x:b>deux</x:b><y/> &lt;</x:note>";
    for path in [mine(""), mine("a.ics"), inbox("user01"), home("user01")] {
        let answer = site
            .send("user01", "PROPPATCH", &path, &[], &patch(value, ""))
            .await
            .multistatus();
        assert_eq!(answer.responses[0].propstats[0].status, 200, "{path}");
        let note = site.prop("user01", &path, "D:displayname").await;
        assert!(note.is_none());
        let body =
            format!("<D:propfind {NAMESPACES} xmlns:x='urn:x'><D:prop><x:note/></D:prop></D:propfind>");
        let found = site
            .send("user01", "PROPFIND", &path, &[("depth", "0")], &body)
            .await
            .multistatus();
        let note = found.responses[0].prop(&qname("{urn:x}note")).unwrap().clone();
        assert_eq!(
            (note.attr("a"), note.lang(), note.text().as_str()),
            (Some("1"), Some("fr"), "un  <")
        );
        let children: Vec<&Element> = note.elements().collect();
        assert_eq!(children.len(), 2);
        assert_eq!(children[0].children, [Node::Text("deux".into())]);
        assert!(children[1].ns.is_empty());
        let answer = site
            .send(
                "user01",
                "PROPPATCH",
                &path,
                &[],
                &patch("", "<x:note/><x:never/>"),
            )
            .await;
        assert_eq!(answer.multistatus().responses[0].propstats.len(), 1);
    }
    assert_eq!(
        site.put("user01", &mine("a.ics"), &event("a", "SUMMARY:x"))
            .await
            .status,
        204
    );
}

#[tokio::test]
async fn a_proppatch_is_done_as_a_whole() {
    let site = Site::start();
    for (path, protected) in [
        (mine(""), "<D:getetag>x</D:getetag>"),
        (mine(""), "<C:supported-calendar-component-set/>"),
        (mine(""), "<C:schedule-tag>\"x\"</C:schedule-tag>"),
        (inbox("user01"), "<D:resourcetype/>"),
        ("/caldav/principals/user01/".to_owned(), "<C:schedule-inbox-URL/>"),
    ] {
        let body = patch(&format!("<D:displayname>x</D:displayname>{protected}"), "");
        let answer = site
            .send("user01", "PROPPATCH", &path, &[], &body)
            .await
            .multistatus();
        let name = protected.split(['<', '>', '/']).nth(1).unwrap();
        let failed = answer.responses[0]
            .propstats
            .iter()
            .find(|one| one.status == 403)
            .unwrap();
        assert!(
            failed.props.iter().any(|prop| prop.is(&qname(name))),
            "{answer:?}"
        );
        assert!(
            failed
                .error
                .as_ref()
                .unwrap()
                .has(&qname("D:cannot-modify-protected-property"))
        );
        if path != "/caldav/principals/user01/" {
            assert_eq!(
                answer.responses[0].any_prop(&qname("D:displayname")).unwrap().0,
                424
            );
            assert!(site.prop("user01", &path, "D:displayname").await.is_none());
        }
    }
}

#[tokio::test]
async fn values_are_checked() {
    let site = Site::start();
    let status = async |set: &str| {
        let answer = site
            .send("user01", "PROPPATCH", &mine(""), &[], &patch(set, ""))
            .await
            .multistatus();
        answer.responses[0].propstats[0].status
    };
    assert_eq!(
        status("<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>").await,
        200
    );
    assert_eq!(status("<C:schedule-calendar-transp/>").await, 409);
    assert_eq!(status("<C:calendar-timezone>no</C:calendar-timezone>").await, 403);
    let zone = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\n\
                DTSTART:19700101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
                END:VCALENDAR\r\n";
    assert_eq!(
        status(&format!("<C:calendar-timezone>{zone}</C:calendar-timezone>")).await,
        200
    );
    let transp = site
        .prop("user01", &mine(""), "C:schedule-calendar-transp")
        .await
        .unwrap();
    assert!(transp.has(&qname("C:transparent")));
    for body in [
        "",
        "<broken",
        "<D:propertyupdate xmlns:D='DAV:'/>",
        "<D:propfind xmlns:D='DAV:'/>",
    ] {
        assert_eq!(
            site.send("user01", "PROPPATCH", &mine(""), &[], body)
                .await
                .status,
            400,
            "{body}"
        );
    }
}

#[tokio::test]
async fn scheduling_privileges_are_shown_where_they_are_defined() {
    let site = Site::start();
    for (path, aggregate, parts) in [
        (
            inbox("user01"),
            "C:schedule-deliver",
            [
                "C:schedule-deliver-invite",
                "C:schedule-deliver-reply",
                "C:schedule-query-freebusy",
            ],
        ),
        (
            outbox("user01"),
            "C:schedule-send",
            [
                "C:schedule-send-invite",
                "C:schedule-send-reply",
                "C:schedule-send-freebusy",
            ],
        ),
    ] {
        let set = site
            .prop("user01", &path, "D:supported-privilege-set")
            .await
            .unwrap();
        let supported = qname("D:supported-privilege");
        let named = |name: &str, parent: &Element| {
            parent
                .all(&supported)
                .find(|one| one.first(&qname("D:privilege")).unwrap().has(&qname(name)))
                .cloned()
                .unwrap_or_else(|| panic!("no {name} in {parent:?}"))
        };
        let all = named("D:all", &set);
        let found = named(aggregate, &all);
        for part in parts {
            let part = named(part, &found);
            assert!(!part.has(&qname("D:abstract")));
        }
        let mine = site
            .prop("user01", &path, "D:current-user-privilege-set")
            .await
            .unwrap();
        assert!(mine.elements().any(|one| one.has(&qname(aggregate))), "{mine:?}");
    }
}
