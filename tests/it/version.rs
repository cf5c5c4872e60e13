//! `ropc --version`, and with `--verbose` what the program was built from and for.

use crate::support::Sandbox;

fn said(args: &[&str]) -> String {
    Sandbox::new().run(args).expect(0).stdout
}

#[test]
fn version_is_one_line_and_with_verbose_the_facts_of_the_build() {
    let version = format!("ropc {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(said(&["--version"]), version);
    assert_eq!(said(&["-V"]), version);
    for args in [["--version", "--verbose"], ["--verbose", "-V"]] {
        let said = said(&args);
        let facts = said.strip_prefix(&version).unwrap();
        let keys: Vec<&str> = facts
            .lines()
            .filter_map(|line| Some(line.split_once(": ")?.0))
            .collect();
        assert_eq!(keys, ["commit", "target", "features", "libc"], "{said}");
        assert!(facts.contains(std::env::consts::ARCH), "{said}");
        // This directory has `.cargo/config.toml`, and the build saw it.
        assert!(facts.contains("features: kernel-entropy\n"), "{said}");
    }
}
