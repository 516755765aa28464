//! A log in which every text that a server could have sent is hostile.

use std::path::Path;

use calconform::event::{RunLog, read_log_from};
use serde_json::Value;

use super::chromium::Chromium;
use super::matrix::Pages;
use super::{Page, picture};

const HOSTILE: [&str; 6] = [
    "</script><script>window.owned = 1</script>",
    "<img src=x onerror='window.owned = 1'>\"'><svg onload=window.owned=1>",
    "<!--<script>{{constructor.constructor('window.owned = 1')()}}${window.owned = 1}",
    "javascript:window.owned=1",
    "\u{202e}drowssap\u{2066}\u{200f}\u{feff}\0\u{1b}[31m\r\n\u{2028}",
    "&lt;b&gt;&#x3c;script&#x3e;]]>--!>",
];

/// Fields that the log's own form depends on.
const WORDS: [&str; 10] = [
    "event",
    "level",
    "verdict",
    "purpose",
    "kind",
    "direction",
    "cause",
    "started",
    "body",
    "base64",
];

pub fn stay_text(browser: &mut Chromium) {
    for (number, hostile) in HOSTILE.into_iter().enumerate() {
        let page = Page::of(&poisoned(hostile));
        browser.viewport(1440, 900, false);
        for view in ["causes", "requirements", "checks", "scenarios", "exchanges"] {
            browser.open(&page.file, &format!("view={view}"));
            browser.wait("document.querySelectorAll('.row').length > 0");
            open_everything(browser);
            assert_untouched(browser, hostile);
        }
        picture(browser, &format!("hostile-{number}.png"));
        let fragment = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect::<String>();
        browser.open(
            &page.file,
            &format!("q={fragment}&s={fragment}&open={fragment}:{fragment}"),
        );
        browser.wait("document.getElementById('detail').innerText.includes('Not in this run')");
        assert_untouched(browser, hostile);
    }
    let page = Page::of(&poisoned(&"A long word ".repeat(4_000)));
    browser.viewport(390, 844, false);
    browser.open(&page.file, "view=causes&open=cause:1");
    browser.wait("document.getElementById('detail').innerText.length > 100");
    assert!(browser.number("document.body.innerText.length") < 2_000_000);
    assert_untouched(browser, "huge");
}

pub fn stay_text_in_a_matrix(browser: &mut Chromium) {
    for (number, hostile) in HOSTILE.into_iter().enumerate() {
        let pages = Pages::of(&[poisoned(hostile), poisoned(hostile), poisoned("")]);
        browser.viewport(1180, 900, false);
        pages.open(browser, "all=1");
        browser.evaluate("document.querySelectorAll('.level-3 .toggle').forEach(e => e.click())");
        browser.wait("document.querySelectorAll('.level-4').length > 3");
        assert_untouched(browser, hostile);
        picture(browser, &format!("hostile-matrix-{number}.png"));
        let fragment = url::form_urlencoded::byte_serialize(hostile.as_bytes()).collect::<String>();
        pages.open_any(
            browser,
            &format!("q={fragment}&s={fragment}&l={fragment}&t={fragment}&v={fragment}&x={fragment}"),
        );
        browser.wait("document.getElementById('count').innerText.includes('requirements')");
        assert_untouched(browser, hostile);
    }
    let pages = Pages::of(&[poisoned(&"A long word ".repeat(4_000))]);
    pages.open(browser, "all=1");
    assert!(browser.number("document.body.innerText.length") < 200_000);
    assert_untouched(browser, "huge");
}

/// Follows each link of the list, and the first of each detail.
fn open_everything(browser: &mut Chromium) {
    browser.evaluate(
        "(async () => { for (const row of [...document.querySelectorAll('.row a.main')]) { \
           row.click(); await new Promise(requestAnimationFrame); \
           document.querySelectorAll('#detail details').forEach(e => { e.open = true; }); \
           document.querySelector('#detail button.copy[aria-pressed]')?.click(); } })()",
    );
}

fn assert_untouched(browser: &mut Chromium, hostile: &str) {
    assert_eq!(browser.evaluate("window.owned ?? null"), Value::Null, "{hostile}");
    // The report has no pictures, and scripts and styles are its own.
    let strangers = browser.text(
        "[...document.querySelectorAll('img, iframe, object, embed, base, script, style, svg, a')] \
         .filter(e => e.tagName === 'A' ? !/^(#|matrix\\.(md|json)$|\\.\\.\\/index\\.html$|[\\w.-]+\\/(run\\.jsonl\\.gz$|index\\.html(#|$))|https:\\/\\/(datatracker\\.ietf\\.org|www\\.rfc-editor\\.org)\\/)/.test(e.getAttribute('href')) \
           : e.tagName === 'SCRIPT' ? !(e.id === 'data' || e.type === 'module') \
           : e.tagName === 'svg' ? !e.classList.contains('bar') : e.tagName !== 'STYLE') \
         .map(e => e.outerHTML.slice(0, 200)).join('\\n')",
    );
    assert_eq!(strangers, "", "{hostile}");
    let hidden = browser.text(
        "(document.body.innerText.match(/[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]/g) ?? []) \
         .map(c => c.codePointAt().toString(16)).join()",
    );
    assert_eq!(hidden, "", "{hostile}");
    assert_eq!(browser.complaints(), [""; 0], "{hostile}");
}

/// The log of the report tests with something hostile at the end of every text, ids too.
fn poisoned(hostile: &str) -> RunLog {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs/every-verdict.jsonl");
    let log = std::fs::read_to_string(file).expect("the log");
    let mut lines = String::new();
    for line in log.lines() {
        let mut value: Value = serde_json::from_str(line).expect("an event");
        poison(&mut value, hostile);
        lines += &format!("{value}\n");
    }
    read_log_from(lines.as_bytes(), "poisoned").expect("a log")
}

fn poison(value: &mut Value, hostile: &str) {
    match value {
        Value::String(text) => text.push_str(hostile),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, hostile)),
        Value::Object(fields) => {
            // Bodies keep their ids, so that they are shown.
            let body = fields.get("event").is_some_and(|event| event == "body");
            fields
                .iter_mut()
                .filter(|(name, _)| !(WORDS.contains(&name.as_str()) || (body && *name == "id")))
                .for_each(|(_, value)| poison(value, hostile));
        }
        _ => {}
    }
}
