use calconform::reference::{Deviation, Policy, Variant};
use rstest::rstest;

use crate::support::{NAMESPACES, Site, event, home, inbox, mine, outbox, qname};

/// Whatever lawful choice the server takes: a client gets along that follows hrefs and reads XML by namespace.
#[tokio::test]
async fn a_client_gets_along_with_every_variant() {
    for variant in Variant::ALL {
        let site = Site::with_policy(Policy::default().with(*variant));
        let principal = site
            .prop("user01", "/caldav/", "D:current-user-principal")
            .await
            .unwrap()
            .href()
            .unwrap();
        let home = site
            .prop("user01", &principal, "C:calendar-home-set")
            .await
            .unwrap()
            .href()
            .unwrap();
        let members = site.propfind("user01", &home, "1", "D:resourcetype").await;
        let calendar = members
            .responses
            .iter()
            .find(|response| {
                response
                    .prop(&qname("D:resourcetype"))
                    .unwrap()
                    .has(&qname("C:calendar"))
            })
            .unwrap_or_else(|| panic!("{}", variant.name()));
        let path = format!("{}an%2Dobject.ics", calendar.href());
        let put = site.put("user01", &path, &event("a", "SUMMARY:x")).await;
        assert_eq!(put.status, 201, "{}: {put:?}", variant.name());
        let get = site.get("user01", &path).await;
        assert!(get.body.contains("SUMMARY:x"), "{}", variant.name());
        if let Some(etag) = put.header("etag") {
            assert_eq!(Some(etag), get.header("etag"));
            assert_eq!(get.body, event("a", "SUMMARY:x"));
        }
        let etag = site.prop("user01", &path, "D:getetag").await.unwrap().text();
        assert_eq!(Some(etag.as_str()), get.header("etag"));
        let refused = site.put("user01", &path, "hello").await;
        assert!([403, 409].contains(&refused.status), "{}", variant.name());
        refused.refuses(refused.status, "C:valid-calendar-data");
        let deleted = site.delete("user01", &path).await;
        assert!([200, 204].contains(&deleted.status), "{}", variant.name());
    }
}

#[tokio::test]
async fn variants_are_what_they_say() {
    let with = |variant| Site::with_policy(Policy::default().with(variant));
    let site = with(Variant::AbsoluteHrefs);
    let found = site.propfind("user01", &home("user01"), "0", "D:owner").await;
    assert!(found.responses[0].href().starts_with("http://127.0.0.1:"));
    assert!(
        found.responses[0]
            .prop(&qname("D:owner"))
            .unwrap()
            .href()
            .unwrap()
            .starts_with("http://")
    );
    let site = with(Variant::EncodedHrefs);
    site.put("user01", &mine("a-b.ics"), &event("a", "")).await;
    assert!(
        site.propfind("user01", &mine("a-b.ics"), "0", "D:owner")
            .await
            .responses[0]
            .href()
            .ends_with("a%2Db%2Eics")
    );
    let site = with(Variant::ConnectionClose);
    assert_eq!(
        site.get("user01", &home("user01")).await.header("connection"),
        Some("close")
    );
    let site = with(Variant::HiddenAs404);
    assert_eq!(site.get("user02", &home("user01")).await.status, 404);
    let site = with(Variant::FiniteDepthOnly);
    site.send("user01", "PROPFIND", &home("user01"), &[], "")
        .await
        .refuses(403, "D:propfind-finite-depth");
    let site = with(Variant::NoMkcalendar);
    assert_eq!(
        site.send("user01", "MKCALENDAR", &format!("{}x/", home("user01")), &[], "")
            .await
            .status,
        405
    );
    let options = site.send("user01", "OPTIONS", &home("user01"), &[], "").await;
    assert!(!options.header("allow").unwrap().contains("MKCALENDAR"));
    let site = with(Variant::NoDefaultCalendarProperty);
    assert!(
        site.prop("user01", &inbox("user01"), "C:schedule-default-calendar-URL")
            .await
            .is_none()
    );
    let site = with(Variant::RewrittenBodies);
    assert!(
        site.put("user01", &mine("a.ics"), &event("a", ""))
            .await
            .header("etag")
            .is_none()
    );
    let site = with(Variant::UpdatesAnswer200);
    site.put("user01", &mine("a.ics"), &event("a", "")).await;
    assert_eq!(
        site.put("user01", &mine("a.ics"), &event("a", "SUMMARY:x"))
            .await
            .status,
        200
    );
    let site = with(Variant::OptionsAnswers204);
    assert_eq!(
        site.send("user01", "OPTIONS", &home("user01"), &[], "")
            .await
            .status,
        204
    );
    let site = with(Variant::ForeignElements);
    let answer = site
        .send("user01", "PROPFIND", &home("user01"), &[("depth", "0")], "")
        .await;
    assert!(answer.body.contains("urn:x-calconform:extension"));
    let site = with(Variant::OtherPrefixes);
    let answer = site
        .send("user01", "PROPFIND", &home("user01"), &[("depth", "0")], "")
        .await;
    assert!(answer.body.contains("<multistatus xmlns=\"DAV:\""), "{answer:?}");
}

#[rstest]
#[case(Deviation::InboxResourcetypeWrong, &inbox("user01"), "C:schedule-inbox")]
#[case(Deviation::OutboxResourcetypeWrong, &outbox("user01"), "D:collection")]
#[tokio::test]
async fn resource_types_can_be_wrong(
    #[case] deviation: Deviation,
    #[case] path: &str,
    #[case] missing: &str,
) {
    for (policy, expected) in [
        (Policy::default(), true),
        (Policy::default().deviating(deviation), false),
    ] {
        let site = Site::with_policy(policy);
        let kind = site.prop("user01", path, "D:resourcetype").await.unwrap();
        assert_eq!(kind.has(&qname(missing)), expected);
    }
}

#[tokio::test]
async fn deviations_are_what_they_say() {
    let with = |deviation| Site::with_policy(Policy::default().deviating(deviation));
    let site = with(Deviation::InboxWithoutToken);
    for (path, expected) in [(inbox("user01"), false), (outbox("user01"), true)] {
        let options = site.send("user01", "OPTIONS", &path, &[], "").await;
        assert_eq!(
            options.header("dav").unwrap().contains("calendar-auto-schedule"),
            expected
        );
    }
    let site = with(Deviation::DefaultCalendarDeletable);
    assert_eq!(site.delete("user01", &mine("")).await.status, 204);
    let site = with(Deviation::InboxDeletable);
    assert_eq!(site.delete("user01", &inbox("user01")).await.status, 204);
    let site = with(Deviation::InboxTakesCollections);
    assert_eq!(
        site.send("user01", "MKCOL", &format!("{}x/", inbox("user01")), &[], "")
            .await
            .status,
        201
    );
    let site = with(Deviation::NobodyNeedsToAuthenticate);
    assert_eq!(site.put("-", &mine("a.ics"), &event("a", "")).await.status, 201);
    let site = with(Deviation::BareRefusals);
    let answer = site.put("user01", &mine("a.ics"), "hello").await;
    assert_eq!((answer.status, answer.body.as_str()), (403, ""));
    let site = with(Deviation::ConditionsInDavNamespace);
    site.put("user01", &mine("a.ics"), "hello")
        .await
        .refuses(403, "D:valid-calendar-data");
    let site = with(Deviation::ExtensionElementsRefused);
    let body = format!("<D:propfind {NAMESPACES} xmlns:x='urn:x'><x:y/><D:allprop/></D:propfind>");
    assert_eq!(
        site.send("user01", "PROPFIND", &home("user01"), &[], &body)
            .await
            .status,
        400
    );
    let site = with(Deviation::AllpropTellsAll);
    let answer = site
        .send(
            "user01",
            "PROPFIND",
            "/caldav/principals/user01/",
            &[("depth", "0")],
            "",
        )
        .await;
    assert!(answer.body.contains("schedule-inbox-URL"));
    let site = with(Deviation::PrivilegesMissing);
    let set = site
        .prop("user01", &inbox("user01"), "D:supported-privilege-set")
        .await
        .unwrap();
    assert!(
        !set.descendants()
            .iter()
            .any(|one| one.is(&qname("C:schedule-deliver")))
    );
    let site = with(Deviation::PrivilegesFlat);
    let set = site
        .prop("user01", &inbox("user01"), "D:supported-privilege-set")
        .await
        .unwrap();
    assert_eq!(
        set.elements()
            .next()
            .unwrap()
            .all(&qname("D:supported-privilege"))
            .filter(|one| {
                one.descendants()
                    .iter()
                    .any(|part| part.ns.contains("caldav") && part.name.starts_with("schedule"))
            })
            .count(),
        4
    );
}
