//! What is said when calconform itself is wrong.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write;
use std::sync::OnceLock;

use crate::client::Redactor;
use crate::target::Target;

/// The secrets of the target that this process is about.
static SECRETS: OnceLock<Redactor> = OnceLock::new();

/// Makes panics tell what happened and where, without the secrets that are known by then: they may quote what a target said.
pub(super) fn tell_without_secrets() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = format!(
            "calconform: this is a bug of calconform: {} ({place})",
            panic.payload_as_str().unwrap_or("a panic")
        );
        let message = match SECRETS.get() {
            Some(secrets) => secrets.text(&message).into_owned(),
            None => message,
        };
        let backtrace = Backtrace::capture();
        let mut stderr = std::io::stderr().lock();
        // Nobody is left to be told if this does not work.
        let _ = match backtrace.status() {
            BacktraceStatus::Captured => writeln!(stderr, "{message}\n{backtrace}"),
            _ => writeln!(stderr, "{message}\nRUST_BACKTRACE=1 shows how it came about."),
        };
    }));
}

/// From now on the secrets of this target are known.
pub(super) fn keep_secrets_of(target: &Target) {
    SECRETS.get_or_init(|| target.redactor());
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const CHILD: &str = "CALCONFORM_TEST_PANICS";
    const NAME: &str = "cli::panic::tests::a_panic_does_not_tell_a_secret";

    #[test]
    fn a_panic_does_not_tell_a_secret() {
        let secret = "kept to ourselves";
        if std::env::var_os(CHILD).is_some() {
            tell_without_secrets();
            let target = Target::at("http://127.0.0.1/").expect("a target");
            keep_secrets_of(&target.with_user("ann", secret));
            panic!("cannot slice `ann:{secret}`");
        }
        let child = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", NAME, "--nocapture", "--test-threads=1"])
            .envs([(CHILD, "1"), ("RUST_BACKTRACE", "1")])
            .output()
            .expect("the test runs");
        let said = [child.stdout, child.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(
            said.contains("a bug of calconform: cannot slice `[secret removed]` (src/cli/panic.rs:"),
            "{said}"
        );
        assert!(
            said.contains("a_panic_does_not_tell_a_secret"),
            "no backtrace: {said}"
        );
        assert!(!said.contains(secret), "{said}");
    }
}
