//! One way to edit a file: the requests that become the variable, the literals that go, and what
//! the caller has to say of the rest.

use crate::bindings::{Binding, Literal, Meaning};
use crate::edited::{Left, Rewritten};
use crate::edits::{Edit, Uses, applied, covered, ordered};
use crate::findings::{self, Finding};
use crate::lines::Lines;
use crate::names::Field;
use crate::proof::Outcome;
use crate::proof::prove::Why;
use crate::scan::Scan;
use crate::source::{self, Source};
use crate::token::{self, Token};
use crate::uses::{aliases, asking, is_exported_apart, orphans, plain_lines};
use crate::{Language, remains};
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

/// Words of the protocol. A secret that is one of them goes only where it is a value: elsewhere it
/// is the word, and the script needs it.
const ORDINARY: [&str; 10] = [
    "password",
    "username",
    "user",
    "secret",
    "client_secret",
    "client_id",
    "grant_type",
    "scope",
    "token",
    "access_token",
];

pub(crate) struct Draft<'s> {
    pub(crate) scan: &'s Scan,
    pub(crate) secrets: &'s [&'s str],
    pub(crate) lines: &'s RangeInclusive<usize>,
    pub(crate) outcome: Outcome,
}

/// Parts of a sign-in with their lines.
type Places = Vec<(Field, usize)>;

/// What has no value any more.
#[derive(Default)]
struct Emptied<'s> {
    /// Variables.
    names: BTreeSet<&'s str>,
    /// Places that belong to no variable.
    places: BTreeSet<usize>,
}

impl<'s> Draft<'s> {
    /// The same file and secrets with another outcome of the proof.
    pub(crate) fn with(&self, outcome: Outcome) -> Self {
        Self { outcome, ..*self }
    }

    pub(crate) fn finish(mut self) -> Rewritten {
        let text = self.scan.text();
        let mut edits = std::mem::take(&mut self.outcome.edits);
        let mut emptied = Emptied::default();
        let readers = std::mem::take(&mut self.outcome.readers);
        self.settings(&mut edits, &mut emptied, !readers.is_empty());
        self.literals(&mut edits, &mut emptied);
        if !emptied.names.is_empty() {
            emptied.places.extend(readers);
        }
        let edits = ordered(text, edits);
        let new = applied(text, &edits);
        let again = source::read(self.scan.language, &new);
        let (others, unclear) = self.secrets_in(&again, &new);
        let numbers = Lines::of(&new);
        let mut orphans = orphans(&again, &new, &emptied.names);
        let bare = emptied.places.iter().filter(|at| !gone(&edits, **at));
        orphans.extend(bare.map(|at| numbers.line(moved(&edits, *at))));
        if self.scan.language == Language::Yaml {
            let places = edits.iter().map(|edit| edit.range.start);
            orphans.extend(aliases(text, places, &new));
        }
        orphans.sort_unstable();
        orphans.dedup();
        let remains: BTreeSet<usize> = self
            .secrets
            .iter()
            .flat_map(|secret| remains::lines(&new, secret))
            .chain(findings::joined(&again, &new, self.secrets))
            .collect();
        Rewritten {
            language: self.scan.language,
            lines: changed(text, &edits),
            uses_token: !self.outcome.replaced.is_empty(),
            left: self.left(&edits, &again, &new),
            orphans,
            remains: remains.into_iter().collect(),
            others,
            unclear,
            edits,
        }
    }

    /// Secrets that the new text shows, and what looks like one and is not understood.
    fn secrets_in(&self, again: &Source, new: &str) -> (Places, Places) {
        let hosts: Vec<&str> = self.scan.hosts.iter().map(String::as_str).collect();
        let (others, unclear) = findings::collect(again, new, &hosts);
        let others = others.iter().map(|f| (f.field, f.line));
        let unclear = unclear.iter().filter(|u| u.is_secret());
        (
            others.filter(|(field, _)| field.is_secret()).collect(),
            unclear.map(|u| (u.field, u.line)).collect(),
        )
    }

    /// The token requests that stay, with their lines in the new text.
    fn left(&self, edits: &[Edit], again: &Source, new: &str) -> Vec<Left> {
        let numbers = Lines::of(new);
        let left = self.outcome.left.iter().map(|(at, why)| Left {
            line: numbers.line(moved(edits, *at)),
            why: match why {
                Why::Loaded { name, line: at } => Why::Loaded {
                    name: name.clone(),
                    line: numbers.line(moved(edits, *at)),
                },
                why => why.clone(),
            },
        });
        let mut left: Vec<Left> = left.collect();
        if left.is_empty() && self.outcome.replaced.is_empty() && !self.secrets.is_empty() {
            left.extend(asking(self.scan.language, again, new));
        }
        left.sort_by_key(|left| left.line);
        left
    }

    fn is_secret(&self, text: &str) -> bool {
        self.secrets.contains(&text) && !ORDINARY.contains(&text.to_ascii_lowercase().as_str())
    }

    fn chosen(&self) -> impl Iterator<Item = &'s Finding> {
        let secrets = self.secrets;
        let lines = self.lines;
        let found = self
            .scan
            .findings
            .iter()
            .filter(move |f| f.field.is_secret() && secrets.contains(&f.text()));
        found.filter(move |f| f.commented || lines.contains(&f.line))
    }

    /// Assignments of a secret that nothing uses go with their lines; the others stay, empty, as do
    /// those that other code may read.
    fn settings(&self, edits: &mut Vec<Edit>, emptied: &mut Emptied<'s>, is_read_elsewhere: bool) {
        let spans: Vec<&Range<usize>> = self
            .chosen()
            .filter(|f| !f.commented)
            .map(|f| &f.span)
            .collect();
        let tokens: Vec<&Token> = self.scan.source.tokens.iter().collect();
        let mut uses = Uses::of(&tokens);
        for edit in edits.iter() {
            uses.forget(&tokens, &edit.range);
        }

        // A name that the script puts together may be any name.
        let by_name = self.scan.language == Language::Shell && self.scan.text().contains("${!");
        let holders = self.scan.source.live.bindings.iter().filter(|b| {
            spans.contains(&&b.value.span)
                || matches!(&b.value.meaning, Meaning::Text(text) if self.secrets.contains(&text.as_str()))
        });
        for binding in holders {
            let is_read = !plain_lines(
                self.scan.language,
                self.scan.text(),
                &BTreeSet::from([binding.name.as_str()]),
            )
            .is_empty();
            let is_read = is_read && self.scan.language == Language::DotEnv;
            let unused = uses.count(&binding.name) == 0 && !by_name && !is_read;
            match &binding.removable {
                Some(line) if unused && !is_read_elsewhere && !self.is_exported(binding) => {
                    edits.push(Edit::gone(line.clone()));
                    if self.scan.language == Language::Batch {
                        emptied.names.insert(binding.name.as_str());
                    }
                }
                _ if !covered(edits, &binding.value.span) && binding.is_variable => {
                    emptied.names.insert(binding.name.as_str());
                    // A sum of texts is no literal.
                    if matches!(&binding.value.meaning, Meaning::Text(text) if self.is_secret(text))
                    {
                        let span = &binding.value.span;
                        let with = empty(self.scan.language, self.scan.text(), span);
                        edits.push(Edit::with(span.clone(), with));
                    }
                    if self.is_exported(binding) {
                        emptied.places.insert(binding.value.span.start);
                    }
                }
                _ => {}
            }
        }
        if by_name {
            emptied
                .places
                .extend(self.scan.text().match_indices("${!").map(|(at, _)| at));
        }
    }

    /// Programs that a script starts may need what it exports.
    fn is_exported(&self, binding: &Binding) -> bool {
        let before = self
            .scan
            .text()
            .get(..binding.value.span.start)
            .unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        match self.scan.language {
            Language::Shell => {
                let at = binding.value.span.start;
                line.trim_start().starts_with("export ")
                    || is_exported_apart(self.scan.text(), &binding.name, at)
            }
            Language::PowerShell => {
                binding.name.starts_with("env:") || line.to_ascii_lowercase().contains("$global:")
            }
            _ => false,
        }
    }

    /// Every literal that is a secret becomes an empty one.
    fn literals(&self, edits: &mut Vec<Edit>, emptied: &mut Emptied<'s>) {
        for finding in self.chosen() {
            if !finding.commented {
                self.note_emptied(&finding.span, edits, emptied);
            }
            let with = if finding.inside {
                String::new()
            } else {
                self.empty(&finding.span)
            };
            edits.push(Edit::with(finding.span.clone(), with));
        }
        for literal in &self.scan.source.live.literals {
            if self.is_secret_literal(literal) {
                self.note_emptied(&literal.span, edits, emptied);
                edits.push(Edit::with(literal.span.clone(), self.empty(&literal.span)));
            }
        }
        for literal in &self.scan.source.commented.literals {
            if self.is_secret_literal(literal) {
                edits.push(Edit::with(literal.span.clone(), self.empty(&literal.span)));
            }
        }
    }

    fn is_secret_literal(&self, literal: &Literal) -> bool {
        token::literal(&literal.parts).is_some_and(|text| self.is_secret(&text))
    }

    fn empty(&self, span: &Range<usize>) -> String {
        empty(self.scan.language, self.scan.text(), span)
    }

    /// Notes the variable that a place is in, or the place, as one that has no value any more.
    fn note_emptied(&self, span: &Range<usize>, edits: &[Edit], emptied: &mut Emptied<'s>) {
        let mut bindings = self.scan.source.live.bindings.iter();
        let is_bound = bindings.any(|b| b.is_variable && b.value.span == *span);
        if is_bound || covered(edits, span) || !self.scan.language.is_script() {
            return;
        }
        if let Some(name) = self.outcome_name(span) {
            emptied.names.insert(name);
        } else {
            emptied.places.insert(span.start);
        }
    }

    /// The variable whose value a place is a part of.
    fn outcome_name(&self, span: &Range<usize>) -> Option<&'s str> {
        // What goes into a request that stays is no part of the answer.
        let is_sent = |whole: &Range<usize>| {
            let mut left = self.outcome.left.iter();
            left.any(|(at, _)| whole.contains(at) && *at <= span.start)
        };
        let within = self.outcome.assigned.iter().filter(|(_, whole)| {
            whole.start <= span.start && span.end <= whole.end && !is_sent(whole)
        });
        let name = within
            .min_by_key(|(_, whole)| whole.len())
            .map(|(name, _)| name)?;
        let known = self
            .scan
            .source
            .live
            .bindings
            .iter()
            .find(|b| b.name == *name)
            .map(|b| b.name.as_str());
        known.or_else(|| {
            self.scan.source.tokens.iter().find_map(|t| {
                let word = t.word(self.scan.text());
                t.uses().chain(word).find(|used| used == name)
            })
        })
    }
}

/// Lines of the old text that the edits change or take out.
fn changed(text: &str, edits: &[Edit]) -> Vec<usize> {
    let numbers = Lines::of(text);
    let lines: BTreeSet<usize> = edits
        .iter()
        .flat_map(|edit| {
            let last = edit.range.end - usize::from(!edit.range.is_empty());
            numbers.line(edit.range.start)..=numbers.line(last)
        })
        .collect();
    lines.into_iter().collect()
}

/// Where a place of the old text is in the new one.
fn moved(edits: &[Edit], at: usize) -> usize {
    let before = edits.iter().filter(|edit| edit.range.end <= at);
    let gone: usize = before.clone().map(|edit| edit.range.len()).sum();
    let added: usize = before.map(|edit| edit.with.len()).sum();
    at + added - gone.min(at + added)
}

/// True if an edit takes a place out, or puts more than an empty value there.
fn gone(edits: &[Edit], at: usize) -> bool {
    edits
        .iter()
        .any(|edit| edit.range.contains(&at) && (edit.is_gone || edit.with.len() > 2))
}

/// The empty value that replaces the one at that place.
fn empty(language: Language, text: &str, span: &Range<usize>) -> String {
    let quoted = text.get(span.clone()).unwrap_or_default();
    // Bytes of Python stay bytes.
    let prefix = quoted
        .find(['"', '\''])
        .filter(|at| language == Language::Python && (1..=2).contains(at));
    if let Some((prefix, rest)) = prefix.and_then(|at| quoted.split_at_checked(at))
        && prefix.bytes().all(|b| b.is_ascii_alphabetic())
    {
        return format!(
            "{prefix}{}",
            if rest.starts_with('\'') { "''" } else { "\"\"" }
        );
    }
    match (language, quoted.chars().next()) {
        (Language::DotEnv | Language::Batch, first) if !matches!(first, Some('"' | '\'' | '`')) => {
            String::new()
        }
        // `- NAME=value` of YAML.
        (Language::Yaml, _)
            if text
                .get(..span.start)
                .is_some_and(|before| before.ends_with('=')) =>
        {
            String::new()
        }
        (_, Some('\'')) | (Language::PowerShell, Some('@')) => "''".into(),
        (Language::JavaScript, Some('`')) => "``".into(),
        _ => "\"\"".into(),
    }
}
