//! The `ropc` binary: hardening first, then everything is the library's.

fn main() -> std::process::ExitCode {
    ropc::cmd::main()
}
