//! `cargo +nightly fuzz run lint`: no text makes the lint panic, alone or in a thread.
//!
//! What it finds goes into `corpus/lint/`, which `cargo test --test lint hostile` replays.

#![no_main]

use calconform::ical::read;
use calconform::itip::{Mode, Thread, lint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    for mode in [Mode::Message, Mode::Stored, Mode::FreeBusyReply] {
        let _ = lint(text, mode);
    }
    if let Ok(document) = read(text) {
        let mut thread = Thread::default();
        thread.next(&document);
        thread.next(&document);
    }
});
