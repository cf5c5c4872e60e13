//! A file for a person to look at, line by line, without the secrets that are known and without
//! every text that may be one. Nothing else of a finding may be printed.

mod harmless;
mod pieces;
#[cfg(test)]
mod tests;

use crate::edited::Rewritten;
use crate::edits::Edit;
use crate::findings::{Finding, Reason};
use crate::names::{Field, says_secret};
use crate::proof::prove::Identity;
use crate::remains;
use crate::scan::Scan;
use crate::source::{self, Source};
use harmless::Harmless;
use pieces::Line;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use zeroize::Zeroizing;

const HIDDEN: &str = "[hidden]";

/// The lines of a text as a person may see them.
#[derive(Debug, Default)]
pub struct Shown {
    /// Each line, with what may be a secret hidden.
    pub lines: Vec<String>,
    /// A number for each line: two lines have the same one only if they are the same before
    /// anything is hidden.
    pub numbers: Vec<usize>,
}

impl Scan {
    /// The file before and after the edit, for a person to compare.
    pub fn shown(&self, new: &Rewritten, identity: &Identity<'_>) -> (Shown, Shown) {
        let text = new.text(self);
        let source = source::read(self.language, &text);
        let harmless = Harmless::of(self, &source, &text);
        let secrets = self.secrets(identity);
        let is_setting = !self.language.is_script();
        let before = View {
            text: self.text(),
            written: Vec::new(),
            is_setting,
            texts: texts(&self.source),
        };
        let after = View {
            text: &text,
            written: written(&new.edits),
            is_setting,
            texts: texts(&source),
        };
        let is_open = self.may_hold_another();
        let mut numbers = BTreeMap::new();
        let views = [before, after].map(|view| Shown {
            lines: view.lines(&harmless, &secrets, is_open),
            numbers: numbered(view.text, &mut numbers),
        });
        views.into()
    }

    /// Every secret that is known.
    fn secrets<'s>(&'s self, identity: &Identity<'s>) -> BTreeSet<&'s str> {
        let found = self.findings.iter().filter(|f| f.field.is_secret());
        let stored = [identity.password, identity.client_secret];
        let secrets = stored.into_iter().chain(found.map(Finding::text));
        secrets.filter(|secret| !secret.is_empty()).collect()
    }

    /// True if the reader does not know where a secret of the sign-in is: it may be in any line.
    fn may_hold_another(&self) -> bool {
        let mut findings = self.findings.iter();
        let has_password = findings.any(|f| f.field == Field::Password && !f.commented);
        let mut unclear = self.unclear.iter().filter(|u| u.is_secret());
        !has_password || unclear.any(|u| u.reason != Reason::Placeholder)
    }
}

/// The text before the edit or behind it.
struct View<'t> {
    text: &'t str,
    /// What the edit wrote: no secret is in it.
    written: Vec<Range<usize>>,
    /// True for settings, where a value may have blanks in it.
    is_setting: bool,
    /// Strings and comments, where everything else can hold no text; `None` where it can.
    texts: Option<Vec<Range<usize>>>,
}

impl View<'_> {
    /// Each line with its secrets hidden; one that holds a secret in another form, as a whole.
    fn lines(
        &self,
        harmless: &Harmless<'_>,
        secrets: &BTreeSet<&str>,
        is_open: bool,
    ) -> Vec<String> {
        let forms = secrets.iter().flat_map(|secret| remains::forms(secret));
        let forms: Vec<Zeroizing<String>> = forms.filter(|form| form.len() > 3).collect();
        let mut start = 0;
        let mut shown = Zeroizing::new(String::with_capacity(self.text.len()));
        for line in self.text.split_inclusive('\n') {
            let line_start = start;
            start += line.len();
            let line = Line {
                text: line.trim_end_matches(['\r', '\n']),
                harmless,
                is_strict: is_open || line.split(is_sign).any(says_secret),
                is_setting: self.is_setting,
            };
            let mut hidden = line.hidden(|at| self.is_code(line_start + at));
            hidden.retain(|place| !self.is_written(line_start, place));
            hidden.extend(forms.iter().flat_map(|form| places(line.text, form)));
            shown.push_str(&without(line.text, hidden));
            shown.push('\n');
        }
        let left = secrets
            .iter()
            .flat_map(|secret| remains::lines(&shown, secret));
        let left: BTreeSet<usize> = left.collect();
        let lines = shown.lines().zip(1..);
        let lines = lines.map(|(line, number)| if left.contains(&number) { HIDDEN } else { line });
        lines.map(str::to_owned).collect()
    }

    /// True outside of strings and comments, where those are known.
    fn is_code(&self, at: usize) -> bool {
        let texts = self.texts.as_ref();
        texts.is_some_and(|texts| {
            let next = texts.partition_point(|text| text.end <= at);
            texts.get(next).is_none_or(|text| !text.contains(&at))
        })
    }

    /// True for a place of a line that the edit wrote.
    fn is_written(&self, line_start: usize, place: &Range<usize>) -> bool {
        let start = line_start + place.start;
        let end = line_start + place.end;
        let last = self
            .written
            .partition_point(|written| written.start <= start);
        let written = last.checked_sub(1).and_then(|last| self.written.get(last));
        written.is_some_and(|written| end <= written.end)
    }
}

fn is_sign(c: char) -> bool {
    !(c.is_alphanumeric() || c == '_')
}

/// Strings and comments of a language whose other words are names.
fn texts(source: &Source) -> Option<Vec<Range<usize>>> {
    use crate::Language::{JavaScript, Json, Python};
    use crate::token::Kind::{Comment, Str};
    let is_named = matches!(source.language, Python | JavaScript | Json);
    let texts = source.tokens.iter();
    let texts = texts.filter(|token| matches!(token.kind, Comment | Str));
    is_named.then(|| texts.map(|token| token.span.clone()).collect())
}

/// Where the new text has what the edits wrote.
fn written(edits: &[Edit]) -> Vec<Range<usize>> {
    let mut ahead = 0;
    let mut at = 0;
    let mut written = Vec::new();
    for edit in edits {
        at += edit.range.start - ahead;
        written.push(at..at + edit.with.len());
        at += edit.with.len();
        ahead = edit.range.end;
    }
    written
}

/// Where a line has a text.
fn places<'l>(line: &'l str, text: &'l str) -> impl Iterator<Item = Range<usize>> + 'l {
    let places = line.match_indices(text);
    places.map(|(at, found)| at..at + found.len())
}

/// The line with these places hidden; with nothing but signs between, two are one.
fn without(line: &str, mut hidden: Vec<Range<usize>>) -> Zeroizing<String> {
    hidden.sort_by_key(|place| (place.start, place.end));
    let mut shown = Zeroizing::new(String::with_capacity(line.len()));
    let mut at = 0;
    for place in hidden {
        let between = line.get(at..place.start).unwrap_or_default();
        if at == 0 || !between.chars().all(may_be_in_a_secret) {
            shown.push_str(between);
            shown.push_str(HIDDEN);
        }
        at = at.max(place.end);
    }
    shown.push_str(line.get(at..).unwrap_or_default());
    shown
}

/// True for signs other than quotation marks.
fn may_be_in_a_secret(c: char) -> bool {
    !(c.is_alphanumeric() || pieces::QUOTES.contains(&c))
}

/// A number for each line, the same for the same text.
fn numbered<'t>(text: &'t str, known: &mut BTreeMap<&'t str, usize>) -> Vec<usize> {
    let lines = text.lines().map(|line| {
        let next = known.len();
        *known.entry(line).or_insert(next)
    });
    lines.collect()
}
