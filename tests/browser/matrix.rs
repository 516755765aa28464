//! A matrix: runs of several targets side by side.

use std::fmt::Write;
use std::sync::OnceLock;

use calconform::event::{RunLog, read_log, read_log_from};
use calconform::report::{Matrix, html_in_matrix};
use serde_json::{Value, json};

use super::chromium::Chromium;
use super::{failing_run, picture};

const WIDE: (u32, u32) = (1180, 760);
const ROWS: &str = "document.querySelectorAll('.row').length";
const HASH: &str = "location.hash";
const FOCUS: &str = "document.activeElement.closest('.row')?.dataset.key ?? ''";

/// A directory of its own with a matrix and the reports beside it.
pub struct Pages {
    directory: tempfile::TempDir,
}

impl Pages {
    pub fn of(logs: &[RunLog]) -> Pages {
        let directory = tempfile::tempdir().expect("a directory");
        let matrix = Matrix::of(logs);
        let write = |name: &str, text: String| {
            let file = directory.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a directory")).expect("a directory");
            std::fs::write(file, text).expect("the page can be written");
        };
        write("index.html", matrix.html());
        for (log, name) in logs.iter().zip(matrix.directories()) {
            write(&format!("{name}/index.html"), html_in_matrix(log));
        }
        Pages { directory }
    }

    /// Opens the matrix.
    pub fn open_any(&self, browser: &mut Chromium, fragment: &str) {
        browser.open(&self.directory.path().join("index.html"), fragment);
    }

    /// Opens the matrix where it shows at least one row.
    pub fn open(&self, browser: &mut Chromium, fragment: &str) {
        self.open_any(browser, fragment);
        browser.wait(&format!("{ROWS} > 0"));
    }
}

/// The failing run beside one in which nothing fails any more, and one in which nothing applies.
fn pages() -> &'static Pages {
    static PAGES: OnceLock<Pages> = OnceLock::new();
    PAGES.get_or_init(|| {
        let mended = altered("mended", |event| {
            if ["fail", "warn"].contains(&event["verdict"].as_str().unwrap_or_default()) {
                event["verdict"] = "pass".into();
            }
        });
        let plain = altered("plain", |event| {
            if event["event"] == "check" {
                event["verdict"] = "n/a".into();
            }
        });
        Pages::of(&[failing_run().clone(), mended, plain])
    })
}

fn altered(name: &str, alter: impl Fn(&mut Value)) -> RunLog {
    let mut lines = String::new();
    for record in &failing_run().records {
        let mut event = serde_json::to_value(record).expect("an event");
        if event["event"] == "run-started" {
            event["target"] = name.into();
            event["product"] = Value::Null;
        }
        alter(&mut event);
        let _ = writeln!(lines, "{event}");
    }
    read_log_from(lines.as_bytes(), name).expect("a log")
}

fn open(browser: &mut Chromium, fragment: &str) {
    browser.viewport(WIDE.0, WIDE.1, false);
    pages().open(browser, fragment);
}

fn assert_no_complaints(browser: &mut Chromium) {
    assert_eq!(browser.complaints(), [""; 0]);
}

/// The words in a column. Rows outside of the window have no inner text.
fn words(browser: &mut Chromium, column: usize) -> String {
    browser.text(&format!(
        "[...new Set([...document.querySelectorAll('.level-3')].map(e => e.children[{}].textContent))].join()",
        column + 1
    ))
}

pub fn opens(browser: &mut Chromium) {
    open(browser, "");
    let heads = browser.text("[...document.querySelectorAll('.head-cell b')].map(e => e.innerText).join()");
    assert_eq!(heads, "reference server,mended,plain");
    assert_eq!(
        browser.number("document.querySelectorAll('.summary tbody tr').length"),
        3
    );
    let totals = browser.text("document.querySelector('.level-2 .total')?.title ?? ''");
    assert!(totals.starts_with("reference server: "), "{totals}");
    picture(browser, "matrix-light.png");
    browser.viewport(WIDE.0, WIDE.1, true);
    picture(browser, "matrix-dark.png");
    assert_no_complaints(browser);
}

pub fn filters(browser: &mut Chromium) {
    open(browser, "");
    let all = browser.number("parseInt(document.getElementById('count').innerText)");
    browser.click("#differs");
    assert_eq!(browser.text(HASH), "#differs=1");
    let differ = browser.number("document.querySelectorAll('.level-3').length");
    assert!(0 < differ && differ < all, "{differ} of {all}");
    assert_eq!(words(browser, 1), "pass");
    assert!(!words(browser, 0).contains("pass"));
    picture(browser, "matrix-differs.png");

    browser.click("#must");
    let levels = browser.text(
        "[...new Set([...document.querySelectorAll('.level-3 .level')].map(e => e.textContent))].join()",
    );
    assert!(!levels.is_empty(), "the run breaks a MUST");
    assert!(
        levels
            .split(',')
            .all(|level| ["MUST", "MUST NOT", "table", "precondition"].contains(&level)),
        "{levels}"
    );
    browser.press("Escape");
    assert_eq!(browser.text(HASH), "");
    assert_eq!(
        browser.number("parseInt(document.getElementById('count').innerText)"),
        all
    );

    // The verdicts of one target.
    browser.evaluate(
        "(() => { const s = document.getElementById('target'); s.value = '2'; s.dispatchEvent(new Event('change')); })()",
    );
    browser.click("#verdicts [data-word='n/a']");
    browser.wait(&format!("{HASH} === '#t=2&v=n%2Fa'"));
    assert_eq!(words(browser, 2), "n/a");

    open(browser, "q=schedule-tag");
    let texts =
        browser.text("[...document.querySelectorAll('.level-3')].map(e => e.textContent).join('\\n')");
    assert!(texts.to_lowercase().contains("schedule-tag"), "{texts}");
    pages().open_any(browser, "q=nothing-has-this-in-it");
    browser.wait("document.getElementById('rows').textContent.startsWith('Nothing matches')");
    assert_no_complaints(browser);
}

pub fn folds(browser: &mut Chromium) {
    open(browser, "");
    assert_eq!(browser.number("document.querySelectorAll('.level-3').length"), 0);
    browser.click(".level-2 .toggle");
    assert!(browser.number("document.querySelectorAll('.level-3').length") > 0);
    browser.click(".level-3 .toggle");
    let told = browser.text("document.querySelector('.level-4').textContent");
    assert!(told.contains("section") && told.contains("mended"), "{told}");
    picture(browser, "matrix-unfolded.png");
    // The address leads to the same rows.
    let unfolded = "[...document.querySelectorAll(':is(.level-2, .level-3)[aria-expanded=true]')].map(e => e.dataset.key).join()";
    let (address, shown) = (browser.text(HASH), browser.text(unfolded));
    open(browser, &address[1..]);
    assert_eq!(browser.text(unfolded), shown);
    browser.click(".level-2 .toggle");
    assert_eq!(
        browser.number("document.querySelectorAll('.level-3, .level-4').length"),
        0
    );
    browser.click(".level-1 .toggle");
    browser.wait("document.querySelector('.level-1').nextElementSibling.matches('.level-1')");
    assert_no_complaints(browser);
}

pub fn leads_to_reports(browser: &mut Chromium) {
    open(browser, "differs=1&t=0&v=fail");
    let id = browser.text("document.querySelector('.level-3').dataset.key");
    browser.click(".level-3 .v-fail");
    browser.wait("location.pathname.endsWith('/reference-server/index.html')");
    browser.wait("document.getElementById('detail')?.innerText.includes('expected')");
    assert_eq!(browser.text("document.querySelector('#detail h2').innerText"), id);
    let detail = browser.text("document.getElementById('detail').innerText");
    for part in ["actual", ".yaml:", "Exchange"] {
        assert!(detail.contains(part), "{part}: {detail}");
    }
    picture(browser, "matrix-landing.png");
    browser.click(".facts a");
    browser.wait("document.querySelector('#grid .row')");
    assert_no_complaints(browser);
}

pub fn keys(browser: &mut Chromium) {
    open(browser, "");
    browser.press("j");
    let top = browser.text(FOCUS);
    browser.press("j");
    let section = browser.text(FOCUS);
    assert!(section.starts_with(&format!("{top}-")), "{section} in {top}");
    browser.press("ArrowRight");
    browser.press("ArrowDown");
    let requirement = browser.text(FOCUS);
    assert!(
        requirement.starts_with(&format!("{section}-")),
        "{requirement} in {section}"
    );
    browser.press("Enter");
    assert_eq!(browser.number("document.querySelectorAll('.level-4').length"), 1);
    browser.press("ArrowRight");
    assert_eq!(browser.text("document.activeElement.tagName"), "A");
    browser.press("ArrowLeft");
    browser.press("ArrowLeft");
    assert_eq!(browser.number("document.querySelectorAll('.level-4').length"), 0);
    browser.press("ArrowLeft");
    assert_eq!(browser.text(FOCUS), section);
    browser.press("ArrowLeft");
    assert_eq!(browser.number("document.querySelectorAll('.level-3').length"), 0);
    browser.press("k");
    assert_eq!(browser.text(FOCUS), top);

    browser.press("d");
    browser.press("m");
    assert_eq!(browser.text(HASH), "#differs=1&must=1");
    browser.press("?");
    browser.wait("document.getElementById('help').open");
    browser.press("Escape");
    browser.wait("!document.getElementById('help').open");
    assert_eq!(browser.text(HASH), "#differs=1&must=1");
    browser.press("/");
    "tag".chars().for_each(|key| browser.press(&key.to_string()));
    browser.wait(&format!("{HASH}.startsWith('#q=tag')"));
    browser.press("Enter");
    assert_eq!(browser.text(FOCUS), top);
    assert_no_complaints(browser);
}

pub fn phone(browser: &mut Chromium) {
    browser.viewport(390, 844, false);
    pages().open(browser, "differs=1");
    let width = browser.number("document.documentElement.scrollWidth");
    assert!(width <= 390, "{width} pixels wide");
    browser.evaluate("document.getElementById('grid').scrollIntoView()");
    picture(browser, "matrix-phone.png");
    assert_no_complaints(browser);
}

/// Tells how long ten targets by 2,000 requirements take from the address to the first rows, folded and all unfolded; or
/// the runs that `CALCONFORM_LOGS` names, with spaces between. Nothing is asserted: that is the machine's business.
pub fn time_to_open(browser: &mut Chromium) {
    let logs: Vec<RunLog> = match std::env::var("CALCONFORM_LOGS") {
        Ok(files) => files
            .split_whitespace()
            .map(|file| read_log(file.as_ref()).expect("a log"))
            .collect(),
        Err(_) => (0..10).map(|target| generated(target, 2_000)).collect(),
    };
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("index.html");
    let matrix = Matrix::of(&logs);
    std::fs::write(&file, matrix.html()).expect("the page can be written");
    let size = std::fs::metadata(&file).expect("the page").len();
    browser.viewport(WIDE.0, WIDE.1, false);
    for (fragment, name) in [("", "folded"), ("all=1", "unfolded")] {
        let mut times: Vec<u64> = (0..5)
            .map(|_| {
                browser.open(&file, fragment);
                browser.wait(&format!("{ROWS} > 0"));
                browser.number("performance.getEntriesByType('navigation')[0].loadEventEnd")
            })
            .collect();
        times.sort_unstable();
        let shape = browser.text("document.querySelector('h1 small').innerText");
        println!(
            "{shape}, {size} octets, {name}: open after {} ms (median of 5)",
            times[2]
        );
        picture(browser, &format!("matrix-large-{name}.png"));
    }
    // The rest of the rows comes while nothing else is to be done.
    browser.wait(&format!(
        "{ROWS} > parseInt(document.getElementById('count').innerText)"
    ));
}

/// A run whose verdicts are of every kind, spread over sections of twenty requirements.
fn generated(target: usize, requirements: usize) -> RunLog {
    let mut events = vec![json!({
        "event": "run-started", "schema": 2, "version": "0.1.0", "started": "2026-11-02T09:00:00Z",
        "target": format!("target {target}"), "product": format!("Calendar Server {target}"), "product_version": "4.2.1",
        "base_url": "http://127.0.0.1/", "specification": "caldav-sched-10", "selection": [], "seed": 0, "jobs": 1, "repeat": 1,
    })];
    let mut checks = Vec::new();
    let mut results = Vec::new();
    for number in 0..requirements {
        let section = format!("{}.{}", number / 200 + 1, number / 20 % 10 + 1);
        let id = format!("caldav-sched-10-{section}-{}", number % 20 + 1);
        let check = format!("caldav-sched-10/organizer/generated#step.{id}");
        let verdict = match (number * 7 + target * number) % 23 {
            0 => "fail",
            1 => "warn",
            2 => "n/a",
            3 => "blocked",
            4 => "info",
            _ => "pass",
        };
        events.push(json!({
            "event": "requirement", "id": id, "specification": "caldav-sched-10", "section": section,
            "title": "Organizer Scheduling Object Resources", "level": if number % 5 == 0 { "SHOULD" } else { "MUST" },
            "text": "The server sends a scheduling message to each attendee whose participation the change concerns",
        }));
        checks.push(json!({"id": check, "requirement": id, "line": 1, "snippet": ""}));
        results.push(json!({
            "event": "check", "id": check, "requirement": id, "verdict": verdict, "round": 1,
            "actual": "no message with this UID after 12 attempts in 10 seconds",
        }));
    }
    events.push(json!({
        "event": "scenario-planned", "scenario": "caldav-sched-10/organizer/generated", "title": "", "file": "", "checks": checks,
    }));
    events.extend(results);
    events.push(json!({"event": "run-finished", "exchanges": 0, "wall_ms": 1}));
    let mut lines = String::new();
    for (seq, mut event) in events.into_iter().enumerate() {
        event["seq"] = seq.into();
        event["ms"] = 0.into();
        let _ = writeln!(lines, "{event}");
    }
    read_log_from(lines.as_bytes(), "generated").expect("a log")
}
