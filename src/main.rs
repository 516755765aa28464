use std::process::ExitCode;

fn main() -> ExitCode {
    calconform::cli::main()
}
