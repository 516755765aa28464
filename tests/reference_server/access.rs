use crate::support::{NAMESPACES, Site, calendar, event, home, inbox, mine, outbox};

#[tokio::test]
async fn nobody_sees_or_changes_what_is_of_others() {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    for (method, path) in [
        ("GET", mine("a.ics")),
        ("GET", mine("none.ics")),
        ("HEAD", mine("a.ics")),
        ("PROPFIND", mine("")),
        ("PROPFIND", inbox("user01")),
        ("REPORT", mine("")),
        ("PUT", mine("a.ics")),
        ("PUT", mine("new.ics")),
        ("DELETE", mine("a.ics")),
        ("MKCALENDAR", format!("{}x/", home("user01"))),
        ("PROPPATCH", mine("")),
        ("ACL", mine("")),
        ("POST", outbox("user01")),
        ("MOVE", mine("a.ics")),
    ] {
        let body = if method == "REPORT" {
            format!("<C:calendar-query {NAMESPACES}/>")
        } else {
            String::new()
        };
        let answer = site
            .send("user02", method, &path, &[("destination", &mine("b.ics"))], &body)
            .await;
        assert_eq!(answer.status, 403, "{method} {path}");
        assert!(!answer.body.contains("UID:a"));
    }
    let own = format!("{}default/b.ics", home("user02"));
    let answer = site
        .send("user02", "COPY", &own, &[("destination", &mine("b.ics"))], "")
        .await;
    assert_eq!(answer.status, 404);
    assert_eq!(site.get("user02", &home("user09")).await.status, 404);
    assert_eq!(site.get("user01", &mine("a.ics")).await.status, 200);
    let homes = site
        .propfind("user02", "/caldav/calendars/", "1", "D:resourcetype")
        .await;
    assert_eq!(homes.responses.len(), 2);
}

fn acl(entries: &[(&str, &str, &[&str])]) -> String {
    let entries: String = entries
        .iter()
        .map(|(who, effect, privileges)| {
            let privileges: String = privileges
                .iter()
                .map(|name| format!("<D:privilege><{name}/></D:privilege>"))
                .collect();
            format!("<D:ace><D:principal>{who}</D:principal><D:{effect}>{privileges}</D:{effect}></D:ace>")
        })
        .collect();
    format!("<D:acl {NAMESPACES}>{entries}</D:acl>")
}

const USER02: &str = "<D:href>/caldav/principals/user02/</D:href>";

#[tokio::test]
async fn privileges_can_be_granted() {
    let site = Site::start();
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    let body = acl(&[(USER02, "grant", &["C:read-free-busy"])]);
    assert_eq!(
        site.send("user01", "ACL", &mine(""), &[], &body).await.status,
        200
    );
    assert_eq!(site.get("user02", &mine("a.ics")).await.status, 403);
    let query = format!(
        "<C:free-busy-query {NAMESPACES}><C:time-range start='20260601T000000Z' end='20260602T000000Z'/></C:free-busy-query>"
    );
    let answer = site
        .send("user02", "REPORT", &mine(""), &[("depth", "1")], &query)
        .await;
    assert!(
        answer.status == 200 && answer.body.contains("FREEBUSY;"),
        "{answer:?}"
    );

    let body = acl(&[(USER02, "grant", &["D:read", "D:bind"])]);
    site.send("user01", "ACL", &mine(""), &[], &body).await;
    assert_eq!(site.get("user02", &mine("a.ics")).await.status, 200);
    assert_eq!(
        site.put("user02", &mine("b.ics"), &event("b", "")).await.status,
        201
    );
    site.put("user02", &mine("a.ics"), &event("a", "SUMMARY:x"))
        .await
        .refuses(403, "D:need-privileges");
    assert_eq!(site.delete("user02", &mine("b.ics")).await.status, 403);
    let entries = site.prop("user01", &mine(""), "D:acl").await.unwrap();
    assert_eq!(entries.elements().count(), 2);
}

#[tokio::test]
async fn busy_time_can_be_denied() {
    let site = Site::start();
    let request = calendar(
        "METHOD:REQUEST|BEGIN:VFREEBUSY|UID:fb|DTSTAMP:20260101T000000Z|DTSTART:20260601T000000Z|DTEND:20260602T000000Z\
         |ORGANIZER:mailto:user02@example.com|ATTENDEE:mailto:user01@example.com|END:VFREEBUSY",
    );
    let body = acl(&[
        (USER02, "deny", &["C:schedule-query-freebusy"]),
        ("<D:authenticated/>", "grant", &["C:schedule-deliver"]),
    ]);
    assert_eq!(
        site.send("user01", "ACL", &inbox("user01"), &[], &body)
            .await
            .status,
        200
    );
    let headers = [("content-type", "text/calendar")];
    let answer = site
        .send("user02", "POST", &outbox("user02"), &headers, &request)
        .await;
    assert!(
        answer.body.contains("3.8;No authority") && !answer.body.contains("VFREEBUSY"),
        "{answer:?}"
    );
    let other = request.replace("ORGANIZER:mailto:user02", "ORGANIZER:mailto:user03");
    let answer = site
        .send("user03", "POST", &outbox("user03"), &headers, &other)
        .await;
    assert!(answer.body.contains("2.0;Success"));
}

#[tokio::test]
async fn odd_entries_are_refused() {
    let site = Site::start();
    for (body, condition) in [
        (
            acl(&[(
                "<D:href>/caldav/principals/user09/</D:href>",
                "grant",
                &["D:read"],
            )]),
            "D:recognized-principal",
        ),
        (acl(&[(USER02, "grant", &["D:fly"])]), "D:not-supported-privilege"),
        (acl(&[("<D:self/>", "grant", &["D:read"])]), "D:allowed-principal"),
        (
            acl(&[(USER02, "grant", &["D:read"])]).replace("<D:ace>", "<D:ace><D:protected/>"),
            "D:no-protected-ace-conflict",
        ),
    ] {
        site.send("user01", "ACL", &mine(""), &[], &body)
            .await
            .refuses(403, condition);
    }
    assert_eq!(site.send("user01", "ACL", &mine(""), &[], "").await.status, 400);
}
