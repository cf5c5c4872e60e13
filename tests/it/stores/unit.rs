//! The guide for systemd (`docs/where/systemd.md`), run as printed: its service and its timer, by
//! systemd itself, which is process 1 of namespaces of its own. What is put in place of the guide's
//! words is the job, the host, and where the timer's moment lies.

use crate::support::{ROPC, Run, Sandbox, copy_program, documents, needs};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

const SYSTEMD: &str = "/lib/systemd/systemd";
const ACCOUNT: &str = "svc-report";

/// Makes the namespaces: the machine itself does not change, and everything in them ends with
/// process 1.
const NAMESPACES: [&str; 8] = [
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--uts",
    "--ipc",
    "--cgroup",
    "--mount-proc",
];

/// A separate machine below the sandbox: private /etc, /run, /usr/local/bin and state, and our
/// units only.
const MACHINE: &str = r#"
set -e
mount --make-rprivate /; mount --make-rshared /
test -w /sys/fs/cgroup || mount -t cgroup2 none /sys/fs/cgroup
for dir in /run /usr/local/bin /var/lib /var/cache /srv; do mount -t tmpfs -o mode=0755 none $dir; done
mkdir -p /run/systemd /run/root /var/lib/systemd /var/lib/private /var/cache/private /srv/jobs
cp "$ROOT/ropc" /usr/local/bin/ropc
mkdir /run/etc; cp -a /etc/passwd /etc/group /etc/nsswitch.conf /etc/hosts /etc/ld.so.cache /run/etc/ 2>/dev/null || true
test -e /etc/ssl && cp -a /etc/ssl /run/etc/; mount -t tmpfs -o mode=0755 none /etc; cp -a /run/etc/. /etc/
echo 0123456789abcdef0123456789abcdef > /etc/machine-id
echo 'svc-report:x:10001:10001::/nonexistent:/usr/sbin/nologin' >> /etc/passwd
echo 'svc-report:x:10001:' >> /etc/group
install -d -m 0755 /etc/ropc; cp "$ROOT/ca.pem" /etc/ropc/ca.pem; chmod 0644 /etc/ropc/ca.pem
"#;

/// A block of the page, by its first line.
fn block(first: &str) -> String {
    documents::block_that_begins("docs/where/systemd.md", first)
}

/// The guide's own lines for the secrets, with a pipe in place of a person.
const ENROL: &str = r#"
umask 022
printf %s "$PASSWORD" | systemd-creds encrypt --with-key=host --name=password - /etc/ropc/password.cred
printf %s "$CLIENT_SECRET" | systemd-creds encrypt --with-key=host --name=client_secret - /etc/ropc/client_secret.cred
unset PASSWORD CLIENT_SECRET
ROPC_CONFIG_DIR=/etc/ropc ropc login --store directory --no-verify "$@"
chmod 0755 /etc/ropc/profiles && chmod 0644 /etc/ropc/profiles/default.toml
"#;

fn start_systemd(units: &Path) -> String {
    format!(
        "exec env -i container=other SYSTEMD_UNIT_PATH='{}' PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
         {SYSTEMD} --system --show-status=false",
        units.display()
    )
}

/// Units that end process 1 when the service has ended, well or not.
fn write_units(units: &Path, service: &str, timer: &str, out: &Path) {
    let put = |name: &str, text: &str| {
        let path = units.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("graph-report.service", service);
    put("graph-report.timer", timer);
    put(
        "graph-report.service.d/test.conf",
        &format!(
            "[Unit]\nSuccessAction=exit-force\nFailureAction=exit-force\nSuccessActionExitStatus=0\n\
             FailureActionExitStatus=9\n[Service]\nStandardOutput=append:{0}\nStandardError=append:{0}\n",
            out.display()
        ),
    );
    put(
        "graph-report.timer.d/test.conf",
        "[Timer]\nOnCalendar=\nRandomizedDelaySec=0\nOnActiveSec=0\n",
    );
    put(
        "default.target",
        "[Unit]\nDefaultDependencies=no\nWants=graph-report.timer\n",
    );
    for name in [
        "sysinit",
        "basic",
        "timers",
        "time-set",
        "time-sync",
        "shutdown",
        "network-online",
    ] {
        put(
            &format!("{name}.target"),
            "[Unit]\nDefaultDependencies=no\n",
        );
    }
}

fn on_the_machine(sandbox: &Sandbox, script: &str, args: &[String]) -> Run {
    let mut command = Command::new("timeout");
    command.args(["-s", "KILL", "120"]).args(NAMESPACES).args([
        "sh",
        "-c",
        &format!("{MACHINE}{script}"),
        "sh",
    ]);
    command
        .args(args)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("ROOT", sandbox.root()).env("HOME", "/run/root");
    command
        .env("PASSWORD", &sandbox.password)
        .env("CLIENT_SECRET", &sandbox.client_secret);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .current_dir("/");
    sandbox.finish("systemd", command, &[])
}

/// True if systemd can be process 1 here: it cannot in a container without its own control group.
fn can_run(sandbox: &Sandbox) -> bool {
    if !needs::programs(&["unshare", "systemd-creds"]) || !needs::root() {
        return false;
    }
    let (units, out) = (
        sandbox.root().join("probe"),
        sandbox.root().join("probe.out"),
    );
    write_units(
        &units,
        "[Service]\nType=oneshot\nExecStart=/bin/echo well\n",
        "[Timer]\nOnCalendar=daily\n",
        &out,
    );
    let run = on_the_machine(sandbox, &start_systemd(&units), &[]);
    let well = fs::read_to_string(&out).is_ok_and(|text| text.contains("well"));
    needs::allowed(
        well,
        &format!(
            "systemd as process 1 of a namespace ({})",
            run.stderr.trim()
        ),
    )
}

#[test]
fn the_unit_and_the_timer_of_the_readme_run_as_printed() {
    let sandbox = Sandbox::new();
    copy_program(ROPC, &sandbox.root().join("ropc"));
    fs::set_permissions(sandbox.root(), fs::Permissions::from_mode(0o755)).unwrap();
    if !can_run(&sandbox) {
        return;
    }
    let (service, timer) = (
        block("# /etc/systemd/system/graph-report.service"),
        block("# /etc/systemd/system/graph-report.timer"),
    );
    // The job reports its token, and asks again, now from the cache.
    let job = "/usr/bin/pwsh -NoProfile -File /srv/jobs/report.ps1";
    assert!(service.contains(job) && service.contains(&format!("User={ACCOUNT}")));
    let shell = "/bin/sh -c 'id -un; test -n \"$GRAPH_ACCESS_TOKEN\" && ropc token >/dev/null && ropc doctor --json && ropc status --json'";
    let shell = shell.replace("ropc ", "/usr/local/bin/ropc ");
    let (units, out) = (sandbox.root().join("units"), sandbox.root().join("out"));
    write_units(
        &units,
        &service.replace(job, &shell.replace('$', "$$")),
        &timer,
        &out,
    );
    let mut facts = sandbox.facts();
    *facts.last_mut().unwrap() = "/etc/ropc/ca.pem".into();
    let run = on_the_machine(
        &sandbox,
        &format!("{ENROL}{}", start_systemd(&units)),
        &facts,
    );
    let said = fs::read_to_string(&out).unwrap_or_default();
    assert_eq!(run.code, Some(0), "{said}\n{}", run.stderr);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.first(), Some(&ACCOUNT), "{said}");
    let (doctor, status) = (lines[1], lines.last().unwrap());
    assert!(
        doctor.contains("\"verdict\":\"ok\"") && doctor.contains("no refusal is on record"),
        "{doctor}"
    );
    for part in [
        "\"secrets\":\"present\"",
        "/run/credentials/graph-report.service",
        "\"state\":\"valid\"",
    ] {
        assert!(status.contains(part), "no {part} in {said}");
    }
    assert_eq!(
        sandbox.emulator.token_requests(),
        1,
        "the key of the cache is in memory: {said}"
    );
    assert!(
        sandbox.emulator.violations().is_empty(),
        "{:?}",
        sandbox.emulator.violations()
    );
}
