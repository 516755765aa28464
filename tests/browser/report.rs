//! The report of a run with failures.

use calconform::event::{Event, Expectation, Expectations, RunLog, Verdict, read_log, roll_up};

use super::chromium::Chromium;
use super::{Page, failing_run, picture};

const WIDE: (u32, u32) = (1180, 760);

fn open(browser: &mut Chromium, fragment: &str) -> Page {
    let page = Page::of(failing_run());
    browser.viewport(WIDE.0, WIDE.1, false);
    browser.open(&page.file, fragment);
    browser.wait("document.querySelectorAll('.row').length > 0");
    page
}

fn assert_no_complaints(browser: &mut Chromium) {
    assert_eq!(browser.complaints(), [""; 0]);
}

const ROWS: &str = "document.querySelectorAll('.row').length";
const DETAIL: &str = "document.getElementById('detail').innerText";
const HASH: &str = "location.hash";

pub fn opens(browser: &mut Chromium) {
    let _page = open(browser, "");
    let findings = browser.number(ROWS);
    assert!(
        findings >= 4,
        "each deviation is a finding, and here are {findings}"
    );
    let head = browser.text("document.querySelector('h1').innerText");
    assert!(
        head.contains("reference server") && head.contains("fail"),
        "{head}"
    );
    assert_eq!(
        browser.text("document.querySelector('.row .verdict').innerText"),
        "fail"
    );
    picture(browser, "findings-light.png");
    browser.viewport(WIDE.0, WIDE.1, true);
    picture(browser, "findings-dark.png");
    let background = browser.text("getComputedStyle(document.querySelector('.head')).backgroundColor");
    assert_ne!(background, "rgb(255, 255, 255)", "dark is dark");
    assert_no_complaints(browser);
}

// Rows that have not been painted yet have no inner text.
pub fn filters(browser: &mut Chromium) {
    let _page = open(browser, "view=requirements");
    browser.wait(&format!("{ROWS} > 20"));
    let all = browser.number("parseInt(document.getElementById('count').innerText)");
    browser.click("#verdicts [data-word=fail]");
    let words =
        "[...new Set([...document.querySelectorAll('.row .verdict')].map(e => e.textContent))].join()";
    assert_eq!(browser.text(words), "fail");
    assert_eq!(browser.text(HASH), "#view=requirements&v=fail");
    let failed = browser.number(ROWS);
    assert!(failed < all);

    browser.evaluate(
        "(() => { const s = document.getElementById('level'); s.value = 'MUST NOT'; s.dispatchEvent(new Event('change')); })()",
    );
    let levels =
        "[...new Set([...document.querySelectorAll('.row')].map(e => e.children[2].textContent))].join()";
    assert_eq!(browser.text(levels), "MUST NOT");
    browser.press("Escape");
    assert_eq!(
        browser.number("parseInt(document.getElementById('count').innerText)"),
        all
    );

    // A section has its subsections and nothing that only begins with the same digits.
    let _page = open(browser, "view=requirements&s=caldav-sched-10-5.2.2");
    let ids = browser.text("[...document.querySelectorAll('.row .id')].map(e => e.textContent).join(' ')");
    assert!(ids.contains("caldav-sched-10-5.2.2.4-6"), "{ids}");
    let own = |id: &str| id.starts_with("caldav-sched-10-5.2.2.") || id.starts_with("caldav-sched-10-5.2.2-");
    assert!(ids.split(' ').all(own), "{ids}");

    browser.press("/");
    "schedule-reply"
        .chars()
        .for_each(|key| browser.press(&key.to_string()));
    browser.wait(&format!("{HASH}.includes('q=schedule-reply')"));
    let texts = browser.text("[...document.querySelectorAll('.row')].map(e => e.textContent).join('\\n')");
    assert!(
        !texts.is_empty() && browser.number(ROWS) < ids.split(' ').count() as u64,
        "{texts}"
    );
    assert_no_complaints(browser);
}

/// The run with one of its findings expected, and something else that passed.
fn foreseen() -> RunLog {
    let mut log = failing_run().clone();
    let rolled = roll_up(&log.records);
    let of = |verdict| rolled.checks.iter().find(|check| check.verdict == Some(verdict));
    let expect = |check: &str, line| Expectation {
        line,
        check: check.to_owned(),
        verdicts: vec![Verdict::Fail],
        reason: "It is known.".into(),
        link: Some("https://bugs.example.com/1".into()),
        expires: None,
    };
    let entries = vec![
        expect(of(Verdict::Fail).expect("a failure").requirement, 3),
        expect(of(Verdict::Pass).expect("a pass").id, 6),
    ];
    if let Some(Event::RunStarted(header)) = log.records.first_mut().map(|record| &mut record.event) {
        header.expectations = Some(Expectations {
            file: "expect.yaml".into(),
            entries,
        });
    }
    log
}

pub fn expected(browser: &mut Chromium) {
    let page = Page::of(&foreseen());
    browser.viewport(WIDE.0, WIDE.1, false);
    browser.open(&page.file, "");
    browser.wait(&format!("{ROWS} > 0"));
    let all = browser.number(ROWS);
    let marked = browser.number("document.querySelectorAll('.row .verdict.expected').length");
    assert!(marked > 0 && marked < all, "{marked} of {all}");
    let head = browser.text("document.querySelector('.head').innerText");
    assert!(head.contains("as expected (expect.yaml)"), "{head}");
    assert!(head.contains("came to pass, expected is fail"), "{head}");
    picture(browser, "expected-light.png");
    let choose = |value: &str| {
        format!(
            "(() => {{ const s = document.getElementById('expected'); s.value = '{value}'; s.dispatchEvent(new Event('change')); }})()"
        )
    };
    browser.evaluate(&choose("no"));
    assert_eq!(browser.text(HASH), "#view=causes&e=no");
    assert_eq!(browser.number(ROWS), all - marked);
    browser.evaluate(&choose("yes"));
    assert_eq!(browser.number(ROWS), marked);
    browser.click(".row a.main");
    browser.wait(&format!("{DETAIL}.length > 100"));
    let detail = browser.text(DETAIL);
    assert!(
        detail.contains("It is known.") && detail.contains("expect.yaml:3"),
        "{detail}"
    );
    browser.viewport(WIDE.0, WIDE.1, true);
    picture(browser, "expected-dark.png");
    browser.viewport(390, 800, false);
    browser.press("Escape");
    browser.press("Escape");
    picture(browser, "expected-phone.png");
    assert_no_complaints(browser);
}

pub fn folds(browser: &mut Chromium) {
    let _page = open(browser, "");
    let visible = "[...document.querySelectorAll('tr.section')].filter(e => e.offsetHeight).length";
    assert_eq!(browser.number(visible), 0);
    browser.click(".fold");
    assert!(browser.number(visible) > 3);
    picture(browser, "sections.png");
    browser.click(".fold");
    assert_eq!(browser.number(visible), 0);
    assert_no_complaints(browser);
}

pub fn drills_down(browser: &mut Chromium) {
    let _page = open(browser, "view=causes&q=schedule-reply");
    browser.click(".row a.main");
    browser.wait(&format!("{DETAIL}.length > 100"));
    let text = browser.text(DETAIL);
    for part in [
        "MUST NOT", "section", "RFC 6638", "expected", "actual", ".yaml:", "Story", "PUT", "SEQUENCE",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(browser.number("document.querySelectorAll('#detail .story li').length") >= 3);
    let changed = browser
        .text("[...document.querySelectorAll('#detail .diff .changed')].map(e => e.innerText).join('\\n')");
    assert!(
        changed.contains("PARTSTAT=NEEDS-ACTION;PARTSTAT=DECLINED"),
        "{changed}"
    );
    browser.click("#detail .copy[aria-pressed]");
    assert!(
        browser
            .text("document.querySelector('#detail .diff').innerText")
            .contains("SUMMARY:")
    );
    browser.click("#detail .copy[aria-pressed]");
    browser.evaluate("document.querySelector('#detail').scrollTop = 0");
    picture(browser, "finding.png");
    browser.viewport(WIDE.0, WIDE.1, true);
    picture(browser, "finding-dark.png");
    assert_no_complaints(browser);
}

pub fn deep_links(browser: &mut Chromium) {
    let page = Page::of(failing_run());
    browser.viewport(WIDE.0, WIDE.1, false);
    for (open, shown) in [
        ("requirement:caldav-sched-10-8-7", "caldav-sched-10-8-7"),
        ("scenario:caldav-sched-10/attendee/remove[false]", "Exchanges"),
        ("exchange:30", "Exchange 30"),
        ("cause:1", "expected"),
        ("check:no-such-check", "Not in this run"),
        ("__proto__:x", "Not in this run"),
    ] {
        browser.open(&page.file, &format!("view=checks&open={open}"));
        browser.wait(&format!("{DETAIL}.includes('{shown}')"));
    }
    // What a link leads to is what its address leads to.
    browser.open(
        &page.file,
        "view=scenarios&open=scenario:caldav-sched-10/attendee/remove[false]",
    );
    browser.wait(&format!("{DETAIL}.includes('Checks')"));
    picture(browser, "scenario.png");
    browser.evaluate("document.querySelector('#detail .links a').click()");
    browser.wait(&format!("{HASH}.includes('open=check:')"));
    let check = browser.text("document.querySelector('#detail h2').innerText");
    let address = browser.text(HASH);
    browser.open(&page.file, &address[1..]);
    browser.wait(&format!("{DETAIL}.length > 100"));
    assert_eq!(
        browser.text("document.querySelector('#detail h2').innerText"),
        check
    );
    assert_no_complaints(browser);
}

pub fn keys(browser: &mut Chromium) {
    let _page = open(browser, "");
    let focus = "document.activeElement.closest('.row')?.dataset.key ?? ''";
    browser.press("j");
    assert_eq!(browser.text(focus), "cause:1");
    browser.press("ArrowDown");
    browser.press("k");
    browser.press("j");
    assert_eq!(browser.text(focus), "cause:2");
    browser.press("Enter");
    browser.wait(&format!("{HASH}.includes('open=cause:2')"));
    browser.press("j");
    browser.wait(&format!("{HASH}.includes('open=cause:3')"));
    assert!(browser.text(DETAIL).contains("expected"));
    browser.press("Escape");
    browser.wait(&format!("!{HASH}.includes('open')"));
    assert_eq!(browser.text(focus), "cause:3");
    browser.press("5");
    browser.wait(&format!("{HASH}.startsWith('#view=exchanges')"));
    browser.press("?");
    browser.wait("document.getElementById('help').open");
    browser.press("Escape");
    browser.wait("!document.getElementById('help').open");
    assert!(browser.text(HASH).starts_with("#view=exchanges"));
    browser.press("/");
    assert_eq!(browser.text("document.activeElement.id"), "search");
    browser.press("P");
    browser.press("Enter");
    browser.wait(&format!("{HASH}.includes('q=P')"));
    assert!(browser.text(focus).starts_with("exchange:"));
    assert_no_complaints(browser);
}

/// Tells how long a report takes from its address to its first list. Nothing is asserted: that is the machine's business.
pub fn time_to_open(browser: &mut Chromium) {
    let log = match std::env::var_os("CALCONFORM_LOG") {
        Some(file) => &read_log(file.as_ref()).expect("a log"),
        None => failing_run(),
    };
    let page = Page::of(log);
    let size = std::fs::metadata(&page.file).expect("the page").len();
    browser.viewport(WIDE.0, WIDE.1, false);
    let mut times: Vec<u64> = (0..5)
        .map(|_| {
            browser.open(&page.file, "view=checks");
            browser.wait("document.querySelectorAll('.row').length > 0");
            browser.number("performance.getEntriesByType('navigation')[0].loadEventEnd")
        })
        .collect();
    times.sort_unstable();
    let checks =
        browser.number("JSON.parse(document.getElementById('data').textContent).results.checks.length");
    println!(
        "{checks} checks, {size} octets: open after {} ms (median of 5)",
        times[2]
    );
}

pub fn phone(browser: &mut Chromium) {
    let page = Page::of(failing_run());
    browser.viewport(390, 844, false);
    for (view, name) in [
        ("view=causes", "phone.png"),
        ("view=causes&open=cause:1", "phone-finding.png"),
        ("view=exchanges", "phone-exchanges.png"),
    ] {
        browser.open(&page.file, view);
        browser.wait("document.querySelectorAll('.row').length > 0");
        let width = browser.number("document.documentElement.scrollWidth");
        assert!(width <= 390, "{view} is {width} pixels wide");
        picture(browser, name);
    }
    browser.open(&page.file, "view=causes&open=cause:1");
    browser.wait(&format!("{DETAIL}.length > 100"));
    browser.click("#detail .close");
    browser.wait("document.getElementById('detail').hidden");
    assert_no_complaints(browser);
}
