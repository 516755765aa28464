use crate::support::{Answer, Site, event, home, mine};

async fn go(site: &Site, method: &str, from: &str, to: &str, headers: &[(&str, &str)]) -> Answer {
    let mut all = vec![("destination", to)];
    all.extend(headers);
    site.send("user01", method, from, &all, "").await
}

async fn site() -> Site {
    let site = Site::start();
    for (method, name) in [("MKCALENDAR", "other/"), ("MKCOL", "files/")] {
        let path = format!("{}{name}", home("user01"));
        assert_eq!(site.send("user01", method, &path, &[], "").await.status, 201);
    }
    assert_eq!(
        site.put("user01", &mine("a.ics"), &event("a", "")).await.status,
        201
    );
    site
}

#[tokio::test]
async fn objects_are_copied_and_moved() {
    let site = site().await;
    let other = format!("{}other/a.ics", home("user01"));
    let files = format!("{}files/a.ics", home("user01"));
    let copied = go(&site, "COPY", &mine("a.ics"), &other, &[]).await;
    assert_eq!(copied.status, 201, "{copied:?}");
    let original = site.get("user01", &mine("a.ics")).await;
    let copy = site.get("user01", &other).await;
    assert_eq!(original.body, copy.body);
    assert_ne!(original.header("etag"), copy.header("etag"));
    assert_eq!(
        go(&site, "COPY", &mine("a.ics"), &other, &[("overwrite", "F")])
            .await
            .status,
        412
    );
    assert_eq!(go(&site, "COPY", &mine("a.ics"), &other, &[]).await.status, 204);
    assert_eq!(go(&site, "MOVE", &other, &files, &[]).await.status, 201);
    assert_eq!(site.get("user01", &other).await.status, 404);
    assert_eq!(go(&site, "MOVE", &files, &other, &[]).await.status, 201);
    assert_eq!(
        go(&site, "MOVE", &other, &format!("{}b.ics", mine("")), &[])
            .await
            .status,
        403
    );
    let absolute = format!(
        "{}{}",
        site.server.base_url.trim_end_matches('/'),
        mine("renamed%20.ics")
    );
    assert_eq!(
        go(&site, "MOVE", &mine("a.ics"), &absolute, &[]).await.status,
        201
    );
    assert_eq!(site.get("user01", &mine("renamed%20.ics")).await.status, 200);
}

#[tokio::test]
async fn what_cannot_be_copied_is_refused() {
    let site = site().await;
    let other = |name: &str| format!("{}other/{name}", home("user01"));
    let files = |name: &str| format!("{}files/{name}", home("user01"));
    site.send(
        "user01",
        "PUT",
        &files("note"),
        &[("content-type", "text/plain")],
        "hello",
    )
    .await;
    site.put("user01", &other("b.ics"), &event("b", "")).await;
    for (from, to, status) in [
        (mine("a.ics"), mine("a.ics"), 403),
        (mine("a.ics"), format!("{}none/a.ics", home("user01")), 409),
        (mine("a.ics"), "http://other.invalid/a.ics".to_owned(), 502),
        (mine("a.ics"), format!("{}a.ics", home("user01")), 403),
        (mine("a.ics"), crate::support::inbox("user01") + "a.ics", 403),
        (mine("a.ics"), "/caldav/principals/user01/".to_owned(), 403),
        (mine("none.ics"), other("a.ics"), 404),
        (
            crate::support::inbox("user01"),
            format!("{}inbox2/", home("user01")),
            405,
        ),
    ] {
        assert_eq!(
            go(&site, "COPY", &from, &to, &[]).await.status,
            status,
            "{from} {to}"
        );
    }
    assert_eq!(
        site.send("user01", "COPY", &mine("a.ics"), &[], "").await.status,
        400
    );
    go(&site, "COPY", &mine("a.ics"), &other("b.ics"), &[])
        .await
        .refuses(403, "C:no-uid-conflict");
    go(&site, "COPY", &mine("a.ics"), &mine("c.ics"), &[])
        .await
        .refuses(403, "C:no-uid-conflict");
    go(&site, "COPY", &files("note"), &mine("note"), &[])
        .await
        .refuses(403, "C:supported-calendar-data");
    let etag = [("if-match", "\"x\"")];
    assert_eq!(
        go(&site, "MOVE", &mine("a.ics"), &other("a.ics"), &etag)
            .await
            .status,
        412
    );
    assert_eq!(
        go(&site, "MOVE", &mine("a.ics"), &mine("renamed.ics"), &[])
            .await
            .status,
        201
    );
}

#[tokio::test]
async fn calendars_are_copied_and_moved() {
    let site = site().await;
    let path = |name: &str| format!("{}{name}", home("user01"));
    assert_eq!(
        go(&site, "COPY", &mine(""), &path("copy/"), &[]).await.status,
        201
    );
    assert_eq!(site.get("user01", &path("copy/a.ics")).await.status, 200);
    assert_eq!(
        go(&site, "COPY", &mine(""), &path("empty/"), &[("depth", "0")])
            .await
            .status,
        201
    );
    assert_eq!(site.get("user01", &path("empty/a.ics")).await.status, 404);
    go(&site, "MOVE", &path("copy/"), &path("other/in/"), &[])
        .await
        .refuses(403, "C:calendar-collection-location-ok");
    assert_eq!(
        go(&site, "MOVE", &path("copy/"), &path("copy/in/"), &[])
            .await
            .status,
        403
    );
    assert_eq!(
        go(&site, "MOVE", &path("copy/"), &path("files/copy/"), &[])
            .await
            .status,
        201
    );
    assert_eq!(site.get("user01", &path("files/copy/a.ics")).await.status, 200);
    assert_eq!(
        go(&site, "MOVE", &mine(""), &path("first/"), &[]).await.status,
        201
    );
    let default = site
        .prop(
            "user01",
            &crate::support::inbox("user01"),
            "C:schedule-default-calendar-URL",
        )
        .await;
    assert_eq!(default.unwrap().href(), Some(path("first/")));
}
