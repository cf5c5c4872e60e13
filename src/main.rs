//! The `ropc` binary: hardens the process, then calls the library, which does everything else.

fn main() -> std::process::ExitCode {
    ropc::cmd::main()
}
