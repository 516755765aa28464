//! `index.html`: one self-contained page for a run.
//!
//! The head and the table of totals are markup; everything else is made by the page's script from the data that it holds
//! once, as JSON.

mod data;
mod diff;
mod document;
mod embed;

use maud::{Markup, html};

use self::data::Data;
pub(super) use self::document::{Document, help, packed, plain};
use super::console::counts;
use super::expected::Foreseen;
use super::index::Index;
use super::results::{Counts, Results, Specified};
use super::text::visible;
use crate::event::{RunLog, Verdict, roll_up};

pub(super) const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = concat!(
    include_str!("dom.js"),
    include_str!("model.js"),
    include_str!("state.js"),
    include_str!("list.js"),
    include_str!("exchange.js"),
    include_str!("story.js"),
    include_str!("detail.js"),
    include_str!("main.js"),
);
/// The report of a run as one HTML document.
pub fn html(log: &RunLog) -> String {
    page(log, Place::Alone)
}

/// The report of a run as it stands in its directory beside a matrix: with a way back, and its data compressed.
pub fn html_in_matrix(log: &RunLog) -> String {
    page(log, Place::InMatrix)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Alone,
    InMatrix,
}

fn page(log: &RunLog, place: Place) -> String {
    let rolled = roll_up(&log.records);
    let index = Index::of(&log.records);
    let results = Results::of(log, &rolled, &index);
    let foreseen = Foreseen::of(&rolled).map(|foreseen| foreseen.summary());
    let body = html! {
        (head(&results, &counts(&rolled.check_tally()), foreseen.as_deref(), place))
        (summary(&results))
        (filter())
        main #panes .panes {
            section #list .list aria-label="List" {
                p #count .count role="status" {}
                div #rows role="list" {}
            }
            article #detail .detail aria-label="Detail" hidden {}
        }
        (help(&KEYS))
    };
    let title = format!("{} – calconform", visible(results.run.target));
    let data = Data::of(results, &rolled, &index);
    let document = Document {
        title: &title,
        style: STYLE,
        script: SCRIPT,
        body,
        data: match place {
            Place::Alone => plain(&data),
            Place::InMatrix => packed(&data),
        },
    };
    document.into_text()
}

const KEYS: [(&str, &str); 6] = [
    ("j k ↓ ↑", "down and up the list"),
    ("Enter", "open"),
    ("Esc", "close, then show everything"),
    ("/", "search"),
    ("1 – 5", "findings, requirements, checks, scenarios, exchanges"),
    ("?", "these keys"),
];

fn head(results: &Results<'_>, counts: &str, foreseen: Option<&str>, place: Place) -> Markup {
    let run = &results.run;
    let seconds = run.duration / 1000;
    html! {
        header .head {
            h1 { (visible(run.target)) " " small { (counts) } }
            p .facts {
                @if place == Place::InMatrix { a href="../index.html" { "beside other targets" } }
                @if let Some(product) = run.product { span { (visible(product)) " " (visible(run.product_version.unwrap_or(""))) } }
                span { (visible(&run.base_url)) }
                span { (visible(run.specification)) }
                @if !run.selection.is_empty() { span { "selected: " (visible(&run.selection.join(", "))) } }
                span { (visible(run.started)) }
                span { (run.exchanges) " exchanges in " @if seconds < 10 { (run.duration) " ms" } @else { (seconds) " s" } }
                span { "calconform " (visible(run.version)) }
            }
            @if let Some(foreseen) = foreseen { p .facts { span { (visible(foreseen)) } } }
            @if let Some(expectations) = results.expectations.as_ref().filter(|them| !them.news.is_empty()) {
                details .remark open {
                    summary { (visible(expectations.file)) ": " (expectations.news.len()) " not as expected" }
                    ul { @for news in &expectations.news { li { "line " (news.line) ": " (visible(&news.text)) } } }
                }
            }
            @if !run.complete {
                p .remark { "The log is incomplete: what is missing is blocked or untested." }
            }
            @if let Some(reason) = run.interrupted {
                p .remark { "The run was stopped: " (visible(reason)) }
            }
            @if !results.residue.is_empty() {
                details .remark {
                    summary { "Clean-up left " (results.residue.len()) " resources behind" }
                    ul { @for url in &results.residue { li { (visible(url)) } } }
                }
            }
            @if !results.difference_lines.is_empty() {
                details .remark {
                    summary {
                        @if results.keeps { "Kept on the target" } @else { "Not as it was before the run" }
                        ": " (results.difference_lines.len())
                    }
                    ul { @for line in &results.difference_lines { li { (visible(line)) } } }
                }
            }
            noscript {
                p .remark { "Lists and details need JavaScript, which this page brings along; report.md needs none." }
            }
        }
    }
}

/// In the order in which a reader looks for them.
pub(super) const COLUMNS: [&str; 8] = [
    "fail", "warn", "error", "blocked", "pass", "info", "n/a", "untested",
];

fn summary(results: &Results<'_>) -> Markup {
    let shown = COLUMNS.map(|word| (word, results.totals.requirements.0.contains_key(word)));
    let words: Vec<&str> = shown
        .into_iter()
        .filter(|(_, any)| *any)
        .map(|(word, _)| word)
        .collect();
    html! {
        section .summary aria-label="Summary" {
            table {
                thead {
                    tr {
                        th scope="col" { "Requirements by specification" }
                        @for word in &words { th scope="col" { (word) } }
                        th scope="col" { "judged" }
                        th scope="col" {}
                    }
                }
                @for specification in &results.specifications { (specified(specification, &words)) }
            }
        }
    }
}

fn specified(specification: &Specified<'_>, words: &[&str]) -> Markup {
    let id = specification.id;
    html! {
        tbody {
            tr {
                th scope="row" {
                    button .fold type="button" aria-expanded="false" aria-label={ "Sections of " (visible(id)) } {}
                    a href=(target(id, None)) { (visible(id)) }
                    @if let Some(document) = specification.document { " " span .soft { (document) } }
                }
                (cells(&specification.verdicts, id, words))
                td .soft {
                    (specification.judged)
                    @if specification.testable > 0 { " of " (specification.testable) }
                }
                td { (bar(&specification.verdicts)) }
            }
            @for section in &specification.sections {
                @let scope = format!("{id}-{}", section.section);
                tr .section {
                    th scope="row" { a href=(target(&scope, None)) { (visible(section.section)) } " " (visible(section.title)) }
                    (cells(&section.verdicts, &scope, words))
                    td {}
                    td { (bar(&section.verdicts)) }
                }
            }
        }
    }
}

fn cells(counts: &Counts, scope: &str, words: &[&str]) -> Markup {
    html! {
        @for word in words {
            td {
                @match counts.0.get(word) {
                    Some(count) => a class={ "v-" (class(word)) } href=(target(scope, Some(word))) { (count) },
                    None => span .none { "·" },
                }
            }
        }
    }
}

pub(super) fn class(word: &str) -> &str {
    if word == Verdict::NotApplicable.word() {
        "na"
    } else {
        word
    }
}

/// The requirements of a specification or section, and of one verdict.
fn target(scope: &str, word: Option<&str>) -> String {
    let mut fragment = url::form_urlencoded::Serializer::for_suffix(String::from("#"), 1);
    fragment.append_pair("view", "requirements");
    if let Some(word) = word {
        fragment.append_pair("v", word);
    }
    fragment.append_pair("s", scope);
    fragment.finish()
}

/// Shares of the verdicts, for the eye alone: the numbers stand beside it.
pub(super) fn bar(counts: &Counts) -> Markup {
    let total: usize = counts.0.values().sum();
    let mut at = 0;
    let mut shares = Vec::new();
    for kind in ["fail", "warn", "error", "pass", "info", "rest"] {
        let own = |word: &&str| match kind {
            "rest" => ["blocked", "n/a", "untested"].contains(word),
            _ => *word == kind,
        };
        let count: usize = COLUMNS
            .iter()
            .filter(|word| own(word))
            .filter_map(|word| counts.0.get(word))
            .sum();
        if count > 0 {
            shares.push((kind, at, count));
            at += count;
        }
    }
    html! {
        svg .bar viewBox={ "0 0 " (total.max(1)) " 1" } preserveAspectRatio="none" aria-hidden="true" {
            @for (kind, at, count) in shares {
                rect class={ "b-" (kind) } x=(at) width=(count) height="1" {}
            }
        }
    }
}

fn filter() -> Markup {
    html! {
        nav #filter .filter aria-label="What is listed" {
            div #tabs .tabs {}
            input #search type="search" placeholder="Search  ( / )" aria-label="Search" autocomplete="off" spellcheck="false";
            button #keys type="button" aria-label="Keys" { "?" }
            select #level aria-label="Level" {}
            select #specification aria-label="Specification or section" {}
            select #expected aria-label="Expected or not" hidden {}
            div #verdicts .chips role="group" aria-label="Verdicts" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_style_do_not_end_themselves() {
        assert!(!SCRIPT.contains("</") && !STYLE.contains('<'));
    }
}
