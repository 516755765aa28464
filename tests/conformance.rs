//! The suite as tests: against CALCONFORM_TARGET, or the reference server.

fn main() -> std::process::ExitCode {
    calconform::conformance()
}
