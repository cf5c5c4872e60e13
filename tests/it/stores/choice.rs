//! Store, program and directory are those that `login` enrolled, or those of a profile that an
//! administrator wrote where the job's account cannot write. An edit of the profile alone changes
//! none of them.

use super::case::{Case, Kind};
use crate::support::needs;
use crate::support::{ROPC, Run, copy_program};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;

const STORES: [Kind; 3] = [Kind::File("key-file"), Kind::Directory, Kind::Command];

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn without(text: &str, keys: &[&str]) -> String {
    text.lines()
        .filter(|line| !keys.iter().any(|key| line.starts_with(key)))
        .collect::<Vec<_>>()
        .join("\n")
        + "\n"
}

/// Replaces the lines of the profile about the store.
fn pointed_at(case: &Case, lines: &str) {
    let path = case.sandbox.profile_file("default");
    let text = without(
        &fs::read_to_string(&path).unwrap(),
        &["store", "key_source", "secrets_dir", "command"],
    );
    fs::write(path, text + lines).unwrap();
}

/// A program that makes a file and prints the right secrets, so that only the error stops it.
fn planted(case: &Case) -> (String, PathBuf) {
    let (program, mark) = (
        case.sandbox.root().join("planted.sh"),
        case.sandbox.root().join("was-run"),
    );
    let json = case.sandbox.root().join("planted.json");
    fs::write(
        &json,
        crate::support::secrets_json(&case.sandbox.client_secret, &case.password.borrow()),
    )
    .unwrap();
    fs::write(
        &program,
        format!(
            "#!/bin/sh\ntouch '{}'\ncat '{}'\n",
            mark.display(),
            json.display()
        ),
    )
    .unwrap();
    set(&program, 0o755);
    (program.display().to_string(), mark)
}

const VERBS: [(&[&str], i32); 7] = [
    (&["exec", "--", "true"], 125),
    (&["exec", "--no-cache", "--", "true"], 125),
    (&["token", "--refresh"], 3),
    (&["status"], 3),
    (&["login", "--retry"], 2),
    (&["doctor", "--timeout", "20s"], 3),
    (&["list"], 0),
];

#[test]
fn an_edit_of_the_profile_alone_runs_no_program() {
    for kind in STORES {
        let Some(case) = Case::new(kind) else { return };
        case.login(&[]).expect(0);
        let good = fs::read(case.sandbox.profile_file("default")).unwrap();
        let (program, mark) = planted(&case);
        pointed_at(
            &case,
            &format!("store = \"command\"\ncommand = [\"{program}\"]\n"),
        );
        let sent = case.sandbox.emulator.token_requests();
        for (args, code) in VERBS {
            let run = case.run(args).expect(code);
            let said = run.stdout + &run.stderr;
            assert!(
                said.contains("was changed after `ropc login`"),
                "{args:?}: {said}"
            );
            assert!(!mark.exists(), "{kind:?}: {args:?} ran the program");
        }
        // A new generation of the profile that was never enrolled.
        let path = case.sandbox.profile_file("default");
        let text = without(&fs::read_to_string(&path).unwrap(), &["generation"]);
        fs::write(&path, text + "generation = \"0123456789abcdef\"\n").unwrap();
        case.run(&["exec", "--no-cache", "--", "true"])
            .expect(125)
            .says(&["this account has not enrolled it"]);
        assert!(!mark.exists(), "{kind:?}: another version ran the program");
        assert_eq!(case.sandbox.emulator.token_requests(), sent);
        // The controls: the unchanged profile works, and so does the program after a person enrols
        // it.
        fs::write(&path, good).unwrap();
        case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
        enrol(&case, &["--store", "command", "--yes"], &program).expect(0);
        assert!(mark.exists());
        fs::remove_file(&mark).unwrap();
        case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
        assert!(mark.exists());
    }
}

fn enrol(case: &Case, store: &[&str], program: &str) -> Run {
    let facts = case.sandbox.facts();
    let mut args = vec!["login"];
    args.extend(facts.iter().map(String::as_str));
    args.extend(store);
    args.extend(["--", program]);
    case.run(&args)
}

#[test]
fn no_fact_of_a_store_without_a_binding_can_be_edited() {
    for kind in [Kind::Directory, Kind::Command] {
        let Some(case) = Case::new(kind) else { return };
        case.login(&[]).expect(0);
        let path = case.sandbox.profile_file("default");
        let good = fs::read_to_string(&path).unwrap();
        let other = case.sandbox.root().join("other");
        fs::create_dir(&other).unwrap();
        fs::copy(case.sandbox.root().join("ca.pem"), other.join("ca.pem")).unwrap();
        let ca = format!("ca_file = \"{}\"", other.join("ca.pem").display());
        let directory = format!("secrets_dir = \"{}\"", other.display());
        let rows = [
            (
                "authority",
                "authority = \"https://login.elsewhere.example\"",
                "authority",
            ),
            ("tenant", "tenant = \"fabrikam.example\"", "tenant"),
            (
                "client_id",
                "client_id = \"3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e999\"",
                "client id",
            ),
            ("username", "username = \"other@contoso.example\"", "user"),
            ("ca_file", ca.as_str(), "CA file"),
            ("public_client", "public_client = true", "`public_client`"),
            match kind {
                Kind::Command => (
                    "command",
                    "command = [\"/bin/cat\", \"both.json\"]",
                    "program",
                ),
                _ => (
                    "secrets_dir",
                    directory.as_str(),
                    "directory of the secrets",
                ),
            },
        ];
        let connections = case.sandbox.emulator.connections();
        for (key, line, fact) in rows {
            fs::write(&path, format!("{}{line}\n", without(&good, &[key]))).unwrap();
            let run = case.run(&["exec", "--no-cache", "--", "true"]).expect(125);
            run.says(&[
                "was changed after `ropc login`",
                &format!("the {fact}"),
                "find out who did",
            ]);
        }
        assert_eq!(case.sandbox.emulator.connections(), connections);
        // The control: facts that a person may edit.
        fs::write(
            &path,
            format!("{}scopes = [\"User.Read\"]\n", without(&good, &["scopes"])),
        )
        .unwrap();
        case.run(&["exec", "--no-cache", "--", "true"]).expect(0);
    }
}

#[test]
fn another_store_with_a_binding_is_refused_too() {
    let Some(case) = Case::new(Kind::File("key-file")) else {
        return;
    };
    case.login(&[]).expect(0);
    let path = case.sandbox.profile_file("default");
    let good = fs::read_to_string(&path).unwrap();
    for lines in [
        "store = \"os\"\n",
        "store = \"file\"\nkey_source = \"keychain\"\n",
        "store = \"file\"\n",
    ] {
        pointed_at(&case, lines);
        case.run(&["token", "--refresh"])
            .expect(3)
            .says(&["was changed after `ropc login`"]);
        fs::write(&path, &good).unwrap();
    }
    case.run(&["token", "--refresh"]).expect(0);
}

#[test]
fn the_enrolled_copy_must_be_readable_and_writable_by_this_account_only() {
    let Some(case) = Case::new(Kind::Command) else {
        return;
    };
    case.login(&[]).expect(0);
    let dir = case.sandbox.state_dir().join("enrolled");
    let copy = fs::read_dir(&dir).unwrap().next().unwrap().unwrap().path();
    let good = fs::read(&copy).unwrap();
    let job = ["exec", "--no-cache", "--", "true"];
    set(&copy, 0o666);
    case.run(&job).expect(125).says(&["others may write"]);
    set(&copy, 0o600);
    fs::write(&copy, &good[..good.len() / 2]).unwrap();
    case.run(&job)
        .expect(125)
        .says(&["is damaged", "ropc login"]);
    let newer = "version = 2\nneeds = \"0.9.0\"\n";
    fs::write(&copy, newer).unwrap();
    case.run(&job)
        .expect(125)
        .says(&["ropc 0.9.0 and newer read it", "update ropc"]);
    fs::write(&copy, &good).unwrap();
    case.run(&job).expect(0);
    // Without it any program of this account may have written the profile.
    fs::remove_file(&copy).unwrap();
    case.run(&job).expect(125).says(&[
        "this account has not enrolled it",
        "let root own the profile",
        "Where jobs run",
    ]);
    assert_eq!(case.login(&["--yes"]).code, Some(0));
    case.run(&["logout", "--yes"]).expect(0);
    assert_eq!(
        fs::read_dir(&dir).unwrap().count(),
        0,
        "a logout removes it"
    );
}

/// Copies the profile to a place where another account can read and not write, and lets it read the
/// files of the profile.
fn lay_down(case: &Case, config: &Path) {
    let (sandbox, secrets) = (&case.sandbox, case.secrets_dir());
    let profile = config.join("profiles/default.toml");
    fs::create_dir_all(config.join("profiles")).unwrap();
    fs::copy(sandbox.profile_file("default"), &profile).unwrap();
    for dir in [sandbox.root(), config, &config.join("profiles"), &secrets] {
        set(dir, 0o755);
    }
    for file in [
        &profile,
        &sandbox.root().join("ca.pem"),
        &secrets.join("password"),
        &secrets.join("client_secret"),
    ] {
        set(file, 0o644);
    }
}

#[test]
fn a_profile_that_root_wrote_needs_no_login() {
    if !needs::programs(&["setpriv"]) || !needs::root() {
        return;
    }
    let Some(case) = Case::new(Kind::Directory) else {
        return;
    };
    case.login(&["--no-verify"]).expect(0);
    let sandbox = &case.sandbox;
    let binary = sandbox.root().join("ropc");
    copy_program(ROPC, &binary);
    let (config, state) = (sandbox.root().join("etc"), sandbox.root().join("state"));
    lay_down(&case, &config);
    let profile = config.join("profiles/default.toml");
    fs::create_dir(&state).unwrap();
    chown(&state, Some(65534), Some(65534)).unwrap();
    let job = |prefix: &[&str]| {
        let mut command = std::process::Command::new(prefix[0]);
        command.args(&prefix[1..]).arg(&binary);
        command.args(["exec", "--no-cache", "--", "/bin/true"]);
        // The account could not read root's files in that state directory.
        let state = if prefix[0] == "setpriv" {
            &state
        } else {
            sandbox.root()
        };
        command.env_clear().env("ROPC_STATE_DIR", state);
        command.env("ROPC_CONFIG_DIR", &config).current_dir("/");
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        sandbox.finish("a job as another account", command, &[])
    };
    let nobody = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    job(&nobody).expect(0);
    // Root can write everywhere, so for root the profile must be on a read-only mount.
    job(&["env"])
        .expect(125)
        .says(&["this account has not enrolled it", "root may write"]);
    let text = config.display().to_string();
    let script = format!(
        "mount --bind '{text}' '{text}' && mount -o remount,bind,ro '{text}' && exec \"$@\""
    );
    if needs::has_program("unshare") {
        job(&["unshare", "--mount", "sh", "-c", &script, "sh"]).expect(0);
    }
    // The controls: if the account owns a directory of the path, it could write another profile.
    for owned in [&profile, &config.join("profiles"), &config] {
        chown(owned, Some(65534), None).unwrap();
        job(&nobody).expect(125).says(&[
            "this account has not enrolled it",
            "belongs to this account",
        ]);
        chown(owned, Some(0), None).unwrap();
    }
    job(&nobody).expect(0);
}

#[test]
fn a_relative_program_is_enrolled_with_its_whole_path() {
    let Some(case) = Case::new(Kind::Command) else {
        return;
    };
    let (program, mark) = planted(&case);
    let name = Path::new(&program)
        .file_name()
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    let facts = case.sandbox.facts();
    for given in [format!("./{name}"), format!("home/../{name}"), name.clone()] {
        let mut command = case
            .sandbox
            .command(["login", "--yes", "--store", "command"]);
        command.args(&facts).args(["--", &given]);
        // A relative entry of PATH is an error like a relative path.
        command.env("PATH", ".:/usr/bin:/bin");
        case.sandbox.finish("login", command, &[]).expect(0);
        let text = fs::read_to_string(case.sandbox.profile_file("default")).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with("command"))
            .unwrap()
            .to_owned();
        assert!(
            line.starts_with("command = [\"/") && line.contains(&name),
            "{given}: {line}"
        );
        fs::remove_file(&mark).unwrap();
        let mut job = case
            .sandbox
            .command(["exec", "--no-cache", "--", "/bin/true"]);
        job.current_dir("/");
        case.sandbox.finish("a job elsewhere", job, &[]).expect(0);
        assert!(mark.exists(), "{given}");
    }
    // The control: ropc uses no relative path in a profile.
    pointed_at(
        &case,
        &format!("store = \"command\"\ncommand = [\"./{name}\"]\n"),
    );
    fs::remove_file(&mark).unwrap();
    case.run(&["exec", "--no-cache", "--", "/bin/true"])
        .expect(125)
        .says(&["a whole path"]);
    assert!(!mark.exists());
}
