//! `ropc doctor`: will this work here, under this account and logon, and unattended? Names the
//! cause and the fix.
//!
//! Sends no secret: the network part (`doctor/network.rs`) asks for public documents, the store
//! part (`doctor/store.rs`) writes a random value and opens the bundle only to compare what it was
//! enrolled for. Changes nothing that lasts, and makes no directory: one that the wrong account
//! makes would lock out the right account. Every group of checks runs on its own thread, and
//! `doctor` gives it up after its time limit: a hanging keyring, name server or file system becomes
//! a finding.

mod assertion;
mod credential;
mod finding;
mod local;
mod network;
mod store;
mod subject;
mod unattended;
mod variables;

use self::finding::{Finding, Report};
use self::subject::Subject;
use super::error::VerbError;
use crate::broker::Deadline;
use crate::cli::{DoctorArgs, Global};
use crate::clock::SystemClock;
use crate::environment::Environment;
use crate::error::{Kind, Result};
use crate::os;
use crate::text::{Text, text};
use crate::ui::Ui;
use std::io;
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

/// The most time for everything, unless `--timeout` says otherwise.
const OVERALL: Duration = Duration::from_secs(45);
/// The most time for directories, files and variables of this machine.
const LOCAL: Duration = Duration::from_secs(10);

/// The subject of a group of checks.
#[derive(Clone, Copy)]
enum Area {
    Files,
    Store,
    Network,
    Session,
}

impl Area {
    /// The name of the check that gets no answer, and of the thread; stable.
    fn name(self) -> &'static str {
        match self {
            Self::Files => "local",
            Self::Store => "store",
            Self::Network => "network",
            Self::Session => "unattended",
        }
    }

    fn title(self) -> Text {
        match self {
            Self::Files => text!("doctor-checks-files"),
            Self::Store => text!("doctor-checks-store"),
            Self::Network => text!("doctor-checks-network"),
            Self::Session => text!("doctor-checks-session"),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Files | Self::Session => Kind::Config,
            Self::Store => Kind::Vault,
            Self::Network => Kind::Network,
        }
    }

    /// The most time.
    fn limit(self) -> Duration {
        match self {
            Self::Files | Self::Session => LOCAL,
            // Enough for four operations of a keyring that takes nearly its limit of five seconds
            // for each.
            Self::Store => Duration::from_secs(25),
            // Enough for two requests.
            Self::Network => Duration::from_secs(35),
        }
    }
}

pub(super) fn run(
    args: &DoctorArgs,
    global: &Global,
    env: &Environment,
    ui: &Ui,
) -> Result<ExitCode> {
    let deadline = Deadline::after(global.timeout.unwrap_or(OVERALL));
    let mut subject = Subject {
        account: os::account_name(),
        env: env.clone(),
        config: os::config_dir(env),
        name: super::context::profile_name(&args.profile, env)?,
        profile: None,
        clock: &SystemClock,
    };
    let waiting = ui.waiting(&text!("doctor-checking"), None);
    let mut findings = vec![local::account(&subject)];
    findings.push(find_profile(&mut subject, deadline));
    let groups = [
        Group::start(Area::Files, &subject, local::check),
        Group::start(Area::Store, &subject, store::check),
        Group::start(Area::Network, &subject, network::check),
        Group::start(Area::Session, &subject, |subject, out| {
            unattended::check(subject, out);
            variables::check(&subject.env, out);
        }),
    ];
    for group in groups {
        group.collect(deadline, &mut findings);
    }
    drop(waiting);
    let report = Report::new(&subject.account, subject.name.as_str(), findings, ui);
    if args.json {
        ui.json(&report);
    } else {
        report.print(args.quiet, ui);
    }
    Ok(ExitCode::from(report.exit_code()))
}

/// Reads the profile, with a time limit: a home on a dead network share hangs.
fn find_profile(subject: &mut Subject, deadline: Deadline) -> Finding {
    const CHECK: &str = "profile";
    let Some(config) = subject.config.clone() else {
        return Finding::fail(CHECK, Kind::Config, text!("cmd-no-place-for-profiles"))
            .fix(text!("doctor-no-place-set"));
    };
    let store = subject.profiles(&config);
    let name = subject.name.clone();
    let path = store.path(&name).display().to_string();
    let (sender, answer) = mpsc::channel();
    if let Err(error) = spawn("profile", move || drop(sender.send(store.load(&name)))) {
        return Finding::of(CHECK, VerbError::Exhausted(error).into());
    }
    match answer.recv_timeout(LOCAL.min(deadline.left())) {
        Ok(Ok(profile)) => {
            let text = text!(
                "doctor-profile",
                path = path,
                user = profile.username,
                authority = profile.authority
            );
            let finding = Finding::ok(CHECK, text);
            subject.profile = Some(profile);
            finding
        }
        Ok(Err(error)) => Finding::of(CHECK, error.into()),
        Err(_) => gave_up(CHECK, Kind::Config, &Text::words(path)),
    }
}

/// Checks that run together on one thread and send each finding as soon as they have it.
struct Group {
    area: Area,
    findings: mpsc::Receiver<Finding>,
    started: io::Result<()>,
}

impl Group {
    fn start(
        area: Area,
        subject: &Subject,
        checks: impl FnOnce(&Subject, &mut dyn FnMut(Finding)) + Send + 'static,
    ) -> Self {
        let subject = subject.clone();
        let (sender, findings) = mpsc::channel();
        let started = spawn(area.name(), move || {
            // The receiver is gone after the time limit.
            checks(&subject, &mut |finding| drop(sender.send(finding)));
        });
        Self {
            area,
            findings,
            started,
        }
    }

    /// Collects all findings; checks that are not finished at the time limit become one finding.
    fn collect(self, overall: Deadline, into: &mut Vec<Finding>) {
        if let Err(error) = self.started {
            // A check that did not run must not look like one without findings.
            return into.push(Finding::of(
                self.area.name(),
                VerbError::Exhausted(error).into(),
            ));
        }
        let own = Deadline::after(self.area.limit().min(overall.left()));
        loop {
            match self.findings.recv_timeout(own.left()) {
                Ok(finding) => into.push(finding),
                Err(mpsc::RecvTimeoutError::Disconnected) => return,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let area = self.area;
                    return into.push(gave_up(area.name(), area.kind(), &area.title()));
                }
            }
        }
    }
}

/// Starts a thread that may still run when `doctor` ends: it dies with the process.
fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(drop)
}

fn gave_up(check: &'static str, kind: Kind, what: &Text) -> Finding {
    Finding::fail(check, kind, text!("doctor-gave-up", what = what))
        .fix(text!("doctor-gave-up-hangs"))
}
