//! One finding, and the report as text, as JSON and as exit code. Pure.

use crate::error::{Error, Kind};
use crate::text::{Text, text};
use crate::ui::{Paint, Ui};
use serde::Serialize;
use std::collections::BTreeSet;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    /// Good; a fix here is advice.
    Ok,
    /// Works now, and may not in the job, later, or for the child.
    Warn,
    /// A job fails here.
    Fail,
}

/// What one check found.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Finding {
    /// Names the check; stable.
    pub(super) check: &'static str,
    pub(super) level: Level,
    /// The state that the check found, and its reason.
    pub(super) cause: Text,
    /// The next steps, best first.
    pub(super) fix: Vec<Text>,
    #[serde(skip)]
    kind: Kind,
}

impl Finding {
    pub(super) fn ok(check: &'static str, cause: impl Into<Text>) -> Self {
        Self {
            check,
            level: Level::Ok,
            cause: cause.into(),
            fix: Vec::new(),
            kind: Kind::Other,
        }
    }

    pub(super) fn warn(check: &'static str, cause: impl Into<Text>) -> Self {
        Self {
            level: Level::Warn,
            ..Self::ok(check, cause)
        }
    }

    pub(super) fn fail(check: &'static str, kind: Kind, cause: impl Into<Text>) -> Self {
        Self {
            level: Level::Fail,
            kind,
            ..Self::ok(check, cause)
        }
    }

    /// A finding from an error that a job would get as well.
    pub(super) fn of(check: &'static str, error: Error) -> Self {
        Self {
            fix: error.hints.into_iter().map(|hint| hint.text).collect(),
            ..Self::fail(check, error.kind, error.message)
        }
    }

    /// Adds a next step.
    pub(super) fn fix(mut self, fix: impl Into<Text>) -> Self {
        self.fix.push(fix.into());
        self
    }

    fn texts(&mut self) -> impl Iterator<Item = &mut Text> {
        std::iter::once(&mut self.cause).chain(&mut self.fix)
    }

    /// The same finding, for a case in which it does not stop a job.
    pub(super) fn into_warning(self) -> Self {
        Self {
            level: Level::Warn,
            ..self
        }
    }
}

/// All findings.
#[derive(Debug, Serialize)]
pub(super) struct Report<'a> {
    version: u32,
    ropc: &'static str,
    os: &'static str,
    account: &'a str,
    profile: &'a str,
    verdict: Level,
    exit_code: u8,
    findings: Vec<Finding>,
}

/// The kind of failure that decides the exit code: the one to fix first. Configuration, store,
/// network, sign-in, then the others.
const SEVERITY: [Kind; 4] = [Kind::Config, Kind::Vault, Kind::Network, Kind::SignIn];

fn count(findings: &[Finding], level: Level) -> usize {
    let of_level = findings.iter().filter(|finding| finding.level == level);
    of_level.count()
}

/// 0 without a failure; else the code of the first kind of failure in the order of [`SEVERITY`].
fn exit_code(findings: &[Finding]) -> u8 {
    let kinds: Vec<Kind> = findings
        .iter()
        .filter(|finding| finding.level == Level::Fail)
        .map(|finding| finding.kind)
        .collect();
    if kinds.is_empty() {
        return 0;
    }
    let first = SEVERITY.into_iter().find(|kind| kinds.contains(kind));
    first.unwrap_or(Kind::Other).exit_code()
}

impl<'a> Report<'a> {
    pub(super) fn new(
        account: &'a str,
        profile: &'a str,
        mut findings: Vec<Finding>,
        ui: &Ui,
    ) -> Self {
        // The commands in JSON name the profile too.
        for text in findings.iter_mut().flat_map(Finding::texts) {
            *text = Text::words(ui.words(text));
        }
        let verdict = [Level::Fail, Level::Warn]
            .into_iter()
            .find(|level| count(&findings, *level) > 0)
            .unwrap_or(Level::Ok);
        let exit_code = exit_code(&findings);
        Self {
            version: 1,
            ropc: env!("CARGO_PKG_VERSION"),
            os: std::env::consts::OS,
            account,
            profile,
            verdict,
            exit_code,
            findings,
        }
    }

    /// The exit code of `doctor`.
    pub(super) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// Writes the report for a person: failures, warnings, and then what is well, unless the run is
    /// quiet.
    pub(super) fn print(&self, quiet: bool, ui: &Ui) {
        for line in self.lines(quiet, ui) {
            ui.entry(line.paint, &line.start, &line.rest, INDENT);
        }
    }

    fn lines(&self, quiet: bool, ui: &Ui) -> Vec<ReportLine> {
        let mut lines = Vec::new();
        if !quiet {
            let headline = text!(
                "doctor-headline",
                version = self.ropc,
                os = self.os,
                account = self.account,
                profile = self.profile
            );
            lines.push(ReportLine::plain(ui.words(&headline)));
            lines.push(ReportLine::plain(String::new()));
        }
        let mut shown = BTreeSet::new();
        for level in [Level::Fail, Level::Warn, Level::Ok] {
            if quiet && level == Level::Ok {
                continue;
            }
            for finding in self.findings.iter().filter(|found| found.level == level) {
                lines.extend(finding.lines(&mut shown, ui));
            }
        }
        if !quiet {
            lines.push(ReportLine::plain(String::new()));
            lines.push(self.summary(ui));
        }
        lines
    }

    fn summary(&self, ui: &Ui) -> ReportLine {
        let problems = text!(
            "doctor-problems",
            count = count(&self.findings, Level::Fail)
        );
        let warnings = text!(
            "doctor-warnings",
            count = count(&self.findings, Level::Warn)
        );
        let verdict = match self.verdict {
            Level::Ok => text!("doctor-all-well"),
            Level::Warn => text!("doctor-works", warnings = warnings),
            Level::Fail => text!("doctor-fails", problems = problems, warnings = warnings),
        };
        ReportLine {
            paint: self.verdict.paint(),
            start: ui.words(&verdict),
            rest: String::new(),
        }
    }
}

/// The column in which causes and fixes begin.
const INDENT: usize = 20;

/// One entry of the report, its start in colour.
struct ReportLine {
    paint: Paint,
    start: String,
    rest: String,
}

impl ReportLine {
    fn plain(rest: String) -> Self {
        Self {
            paint: Paint::Label,
            start: String::new(),
            rest,
        }
    }

    /// A line of a finding after its first.
    fn below(rest: &str) -> Self {
        Self {
            start: " ".repeat(INDENT),
            ..Self::plain(rest.to_owned())
        }
    }
}

impl Level {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "FAIL",
        }
    }

    fn paint(self) -> Paint {
        match self {
            Self::Ok => Paint::Good,
            Self::Warn => Paint::Doubtful,
            Self::Fail => Paint::Bad,
        }
    }
}

impl Finding {
    /// The finding with its fixes, each of which appears once, at the first finding that needs it.
    fn lines(&self, shown: &mut BTreeSet<String>, ui: &Ui) -> Vec<ReportLine> {
        let cause = ui.words(&self.cause);
        let mut lines: Vec<ReportLine> = cause.lines().map(ReportLine::below).collect();
        if let Some(first) = lines.first_mut() {
            first.paint = self.level.paint();
            first.start = format!("{:<4}  {:<12}  ", self.level.word(), self.check);
        }
        let mut fixes: Vec<Text> = self.fix.clone();
        fixes.retain(|fix| shown.insert(ui.words(fix)));
        if fixes.is_empty() && !self.fix.is_empty() {
            fixes.push(text!("doctor-as-above"));
        }
        lines.extend(fixes.into_iter().map(|fix| {
            ReportLine::below(&ui.words(&if self.level == Level::Ok {
                text!("doctor-note", text = fix)
            } else {
                text!("doctor-fix", text = fix)
            }))
        }));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ui() -> Ui {
        let reader = crate::text::Reader::default();
        Ui::new(crate::ui::Color::Never, true, false, reader)
    }

    fn shown(report: &Report<'_>, quiet: bool) -> String {
        let lines = report.lines(quiet, &ui()).into_iter();
        let lines: Vec<String> = lines.map(|line| line.start + &line.rest).collect();
        lines.join("\n")
    }

    fn code(findings: Vec<Finding>) -> u8 {
        Report::new("me", "default", findings, &ui()).exit_code()
    }

    #[test]
    fn the_same_fix_is_shown_once() {
        let finding = |check, fix: &str| Finding::fail(check, Kind::Vault, "broken").fix(fix);
        let mut both = finding("b", "unlock it");
        both = both.fix("log in");
        let findings = vec![finding("a", "unlock it"), both, finding("c", "log in")];
        let report = Report::new("me", "default", findings, &ui());
        let text = shown(&report, false);
        assert_eq!(text.matches("unlock it").count(), 1, "{text}");
        assert_eq!(text.matches("log in").count(), 1, "{text}");
        assert!(text.contains("fix: as above"), "{text}");
        assert!(text.ends_with("3 problems, 0 warnings"), "{text}");
        // JSON repeats a fix with every finding.
        assert_eq!(report.findings[1].fix.len(), 2);
        // The control: different fixes all appear.
        let others = vec![finding("a", "unlock it"), finding("b", "start it")];
        let text = shown(&Report::new("me", "default", others, &ui()), false);
        assert!(
            text.contains("start it") && !text.contains("as above"),
            "{text}"
        );
    }

    #[test]
    fn problems_come_first_and_a_quiet_report_has_nothing_else() {
        let findings = vec![
            Finding::ok("a", "fine"),
            Finding::warn("b", "hm"),
            Finding::fail("c", Kind::Vault, "broken"),
        ];
        let report = Report::new("me", "default", findings, &ui());
        let quiet = shown(&report, true);
        assert!(
            quiet.starts_with("FAIL") && quiet.ends_with("hm") && !quiet.contains("fine"),
            "{quiet}"
        );
        let whole = shown(&report, false);
        assert!(whole.contains(&quiet) && whole.contains("fine"), "{whole}");
        // JSON has the order of the checks.
        assert_eq!(report.findings[0].check, "a");
    }

    #[test]
    fn the_exit_code_is_that_of_what_must_be_fixed_first() {
        let fail = |kind| Finding::fail("x", kind, "broken");
        assert_eq!(code(vec![]), 0);
        assert_eq!(
            code(vec![Finding::ok("x", "fine"), Finding::warn("x", "hm")]),
            0
        );
        assert_eq!(code(vec![fail(Kind::SignIn), fail(Kind::Network)]), 6);
        assert_eq!(
            code(vec![
                fail(Kind::Network),
                fail(Kind::Vault),
                fail(Kind::SignIn)
            ]),
            5
        );
        assert_eq!(code(vec![fail(Kind::Vault), fail(Kind::Config)]), 3);
        assert_eq!(code(vec![fail(Kind::SignIn)]), 4);
        assert_eq!(code(vec![fail(Kind::Other)]), 1);
        assert_eq!(code(vec![fail(Kind::Vault).into_warning()]), 0);
    }
}
