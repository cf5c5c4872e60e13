//! Blocks of the pages, run as they are printed: by `sh`, with the real program and the emulator.
//! What a block calls besides `ropc` is a script of the test; `login` gets the flags that lead to
//! the emulator from a script named `ropc` in front of the program.

use super::{blocks, page};
use crate::support::{ROPC, Run, Sandbox};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A block, by its page and a line in it, and what the person of the page had before.
struct Example {
    page: &'static str,
    line: &'static str,
    enrolled: bool,
}

const EXAMPLES: [Example; 6] = [
    Example {
        page: "docs/guide/first-job.md",
        line: "your-vault-tool | ropc login --secrets-stdin --yes \\",
        enrolled: false,
    },
    Example {
        page: "docs/guide/first-job.md",
        line: "ropc status",
        enrolled: true,
    },
    Example {
        page: "docs/guide/several-users.md",
        line: "ropc exec -p teams -- pwsh teams.ps1",
        enrolled: false,
    },
    Example {
        page: "docs/guide/long-jobs.md",
        line: "ropc exec --serve -- python3 nightly.py",
        enrolled: true,
    },
    Example {
        page: "docs/guide/long-jobs.md",
        line: "ropc exec -- ./part1.sh && ropc exec -- ./part2.sh",
        enrolled: true,
    },
    Example {
        page: "docs/guide/install.md",
        line: "ropc generate man ~/.local/share/man/man1",
        enrolled: false,
    },
];

fn put(path: &Path, script: &str) {
    std::fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What the blocks call: clients that want a token or an endpoint, and a tool that prints the
/// secrets.
fn plant(sandbox: &Sandbox, bin: &Path) {
    std::fs::create_dir_all(bin).unwrap();
    let wants = "test -n \"$GRAPH_ACCESS_TOKEN$IDENTITY_ENDPOINT\"";
    for client in ["pwsh", "python3"] {
        put(&bin.join(client), wants);
    }
    for job in ["job.sh", "part1.sh", "part2.sh"] {
        put(&sandbox.root().join(job), wants);
    }
    let secrets = bin.join("secrets.json");
    std::fs::write(&secrets, sandbox.secrets_json()).unwrap();
    put(
        &bin.join("your-vault-tool"),
        &format!("cat '{}'", secrets.display()),
    );
    let facts = sandbox.facts();
    put(
        &bin.join("ropc"),
        &format!(
            "verb=$1; shift\ncase $verb in\n\
             login) exec '{ROPC}' login {} --store file --key-source key-file \"$@\" ;;\n\
             *) exec '{ROPC}' \"$verb\" \"$@\" ;;\nesac",
            facts[6..].join(" ")
        ),
    );
}

/// Runs a block with the secrets on standard input, for a `login` that reads them there.
fn run(sandbox: &Sandbox, block: &str) -> Run {
    let bin = sandbox.root().join("bin");
    plant(sandbox, &bin);
    let mut command = sandbox.program("sh");
    command
        .args(["-euc", block])
        .env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    sandbox.finish("a block", command, &sandbox.secrets_json())
}

/// The block with this line. A person types the secrets of the second user; the test pipes them.
fn block(example: &Example) -> String {
    let found = blocks(&page(example.page))
        .into_iter()
        .find(|block| {
            block
                .text
                .lines()
                .any(|line| line.starts_with(example.line))
        })
        .unwrap_or_else(|| panic!("{} has no {}", example.page, example.line));
    let text = found
        .text
        .replace("--client-id GUID", &format!("--client-id {CONTOSO_CLIENT}"));
    text.replace(
        "login -p teams --username svc-teams@contoso.example",
        &format!("login -p teams --secrets-stdin --username {CONTOSO_USER}"),
    )
}

#[test]
fn the_blocks_of_the_guide_run_as_they_are_printed() {
    for example in &EXAMPLES {
        // The scripts of the test hold the secrets, and the scan would find them there.
        let mut sandbox = Sandbox::new();
        sandbox.without_scan();
        if example.enrolled {
            sandbox.login(&[]).expect(0);
        }
        let script = block(example);
        eprintln!("{}:\n{script}", example.page);
        run(&sandbox, &script).expect(0);
    }
}

#[test]
fn a_block_that_fails_is_a_failure() {
    let mut sandbox = Sandbox::new();
    sandbox.without_scan();
    for wrong in [
        "ropc exec -- pwsh script.ps1\n",
        "ropc status --no-such\nropc list\n",
    ] {
        assert_ne!(run(&sandbox, wrong).code, Some(0), "{wrong}");
    }
}
