//! `index.html` of a matrix. The head and the table of targets are markup; the grid is made by the page's script.

use maud::{Markup, html};

use super::Matrix;
use super::column::Column;
use crate::report::html::{COLUMNS, Document, STYLE, bar, class, help, plain};
use crate::report::text::visible;

const SCRIPT: &str = concat!(
    include_str!("../html/dom.js"),
    include_str!("state.js"),
    include_str!("tree.js"),
    include_str!("grid.js"),
    include_str!("main.js"),
);

impl Matrix<'_> {
    /// `index.html`: the matrix as one HTML document, to be put beside [`Matrix::directories`].
    pub fn html(&self) -> String {
        let body = html! {
            (self.head())
            (self.summary())
            (filter())
            main .matrix {
                p #count .count role="status" {}
                div #grid role="treegrid" aria-label="Requirements by target" {
                    div #heads .heads role="row" {}
                    div #rows role="rowgroup" {}
                }
            }
            (help(&KEYS))
        };
        let style = format!("{STYLE}{}", include_str!("style.css"));
        let document = Document {
            title: "Targets side by side – calconform",
            style: &style,
            script: SCRIPT,
            body,
            data: plain(self),
        };
        document.into_text()
    }

    fn head(&self) -> Markup {
        let versions = self.versions();
        let days: Vec<&str> = self.targets.iter().map(Column::day).collect();
        let (first, last) = (days.iter().min(), days.iter().max());
        html! {
            header .head {
                h1 {
                    "Calendar scheduling, requirement by requirement "
                    small { (self.targets.len()) " targets, " (self.requirements.len()) " requirements" }
                }
                p .facts {
                    span {
                        (visible(first.unwrap_or(&"")))
                        @if first != last { " – " (visible(last.unwrap_or(&""))) }
                    }
                    span { "calconform " (visible(&versions.join(", "))) }
                    a href="matrix.md" { "matrix.md" }
                    a href="matrix.json" { "matrix.json" }
                }
                @if versions.len() > 1 {
                    p .remark { "The runs are of different versions of calconform: where targets differ, it may be these." }
                }
                @for column in &self.targets {
                    @for remark in column.remarks() {
                        p .remark { (visible(column.name())) ": " (visible(&remark)) }
                    }
                }
                noscript {
                    p .remark { "The matrix needs JavaScript, which this page brings along; matrix.md needs none." }
                }
            }
        }
    }

    fn summary(&self) -> Markup {
        let any = |word: &&str| {
            self.targets
                .iter()
                .any(|column| column.requirements.0.contains_key(word))
        };
        let words: Vec<&str> = COLUMNS.into_iter().filter(any).collect();
        html! {
            section .summary aria-label="Targets" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Requirements by target" }
                            @for word in &words { th scope="col" { (word) } }
                            th scope="col" {}
                            th scope="col" { "requests" }
                            th scope="col" { "per scenario" }
                            th scope="col" { "wall time" }
                            th scope="col" { "log" }
                        }
                    }
                    tbody { @for column in &self.targets { (target(column, &words)) } }
                }
            }
        }
    }
}

fn target(column: &Column<'_>, words: &[&str]) -> Markup {
    let directory = column.directory.as_str();
    html! {
        tr {
            th scope="row" {
                a href={ (directory) "/index.html" } { (visible(column.name())) }
                " " span .soft { (visible(column.run.product_version.unwrap_or(""))) }
            }
            @for word in words {
                td {
                    @match column.requirements.0.get(word) {
                        Some(count) => a class={ "v-" (class(word)) }
                            href={ (directory) "/index.html#view=requirements&v=" (word) } { (count) },
                        None => span .none { "·" },
                    }
                }
            }
            td { (bar(&column.requirements)) }
            td .soft { (column.run.exchanges) }
            td .soft { @if let Some(each) = column.requests_per_scenario() { (format!("{each:.1}")) } }
            td .soft { (column.wall_time()) }
            td { a href={ (directory) "/run.jsonl.gz" } download { "log" } }
        }
    }
}

fn filter() -> Markup {
    html! {
        nav #filter .filter aria-label="What is shown" {
            input #search type="search" placeholder="Search  ( / )" aria-label="Search" autocomplete="off" spellcheck="false";
            button #keys type="button" aria-label="Keys" { "?" }
            div .chips {
                button #differs type="button" aria-pressed="false" .verdict .plain title="Two targets that were judged came to different verdicts" { "differs between targets" }
                button #must type="button" aria-pressed="false" .verdict .plain title="MUST, MUST NOT, tables of RFC 5546, preconditions" { "only MUST" }
                button #all type="button" aria-pressed="false" .verdict .plain { "unfold all" }
            }
            select #level aria-label="Level" {}
            select #specification aria-label="Specification" {}
            select #target aria-label="Target that the verdicts are of" {}
            div #verdicts .chips role="group" aria-label="Verdicts" {}
        }
    }
}

const KEYS: [(&str, &str); 8] = [
    ("j k ↓ ↑", "down and up the rows"),
    ("→ ←", "unfold and fold; to the cells and back"),
    (
        "Enter",
        "unfold or fold; in a cell, open the target's report there",
    ),
    ("d", "only what differs between targets"),
    ("m", "only MUST"),
    ("a", "unfold all"),
    ("/", "search"),
    ("Esc", "show everything, folded"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_and_style_do_not_end_themselves() {
        assert!(!SCRIPT.contains("</") && !include_str!("style.css").contains('<'));
    }
}
