//! What every page is: one document that loads nothing, whose Content-Security-Policy allows its own style and script alone.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;

use super::embed::embedded;

/// An icon, so that no browser asks a server for one.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%231a6b35'/%3E%3Cpath d='M4 8.5l2.6 2.6L12 5.4' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E";

/// A page of its own style and script, with the data that the script makes everything else from.
pub(in crate::report) struct Document<'a> {
    pub(in crate::report) title: &'a str,
    pub(in crate::report) style: &'a str,
    pub(in crate::report) script: &'a str,
    pub(in crate::report) body: Markup,
    pub(in crate::report) data: Markup,
}

impl Document<'_> {
    pub(in crate::report) fn into_text(self) -> String {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(self.policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    meta name="color-scheme" content="light dark";
                    link rel="icon" href=(ICON);
                    title { (self.title) }
                    style { (PreEscaped(self.style)) }
                }
                body {
                    (self.body)
                    (self.data)
                    script type="module" { (PreEscaped(self.script)) }
                }
            }
        }
        .into_string()
    }

    fn policy(&self) -> String {
        let hash = |text: &str| STANDARD.encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()));
        format!(
            "default-src 'none'; img-src data:; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
            hash(self.style),
            hash(self.script)
        )
    }
}

/// Data as readable JSON.
pub(in crate::report) fn plain(value: &impl Serialize) -> Markup {
    html! { script #data type="application/json" { (PreEscaped(embedded(value))) } }
}

/// Data compressed with gzip, for pages that are published: a tenth of its size.
pub(in crate::report) fn packed(value: &impl Serialize) -> Markup {
    let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
    // Memory takes everything.
    let _ = packer.write_all(embedded(value).as_bytes());
    let octets = packer.finish().unwrap_or_default();
    html! { script #data type="application/gzip" { (PreEscaped(STANDARD.encode(octets))) } }
}

/// The keys of a page, in a dialog that `?` opens.
pub(in crate::report) fn help(keys: &[(&str, &str)]) -> Markup {
    html! {
        dialog #help aria-label="Keys" {
            dl .fields {
                @for (key, meaning) in keys {
                    dt { @for part in key.split(' ') { kbd { (part) } " " } }
                    dd { (meaning) }
                }
            }
            form method="dialog" { button .copy { "Close" } }
        }
    }
}
