//! The file without its secrets: edits as byte ranges, everything else untouched.
//!
//! Secrets are taken out of their lines; a token request of a known shape becomes the variable that `ropc exec` sets. Values
//! that are no secret stay, unless only that request used them.

use crate::bindings::{Binding, Literal, Meaning, Source};
use crate::findings::{Finding, Lines};
use crate::token::{Token, literal};
use crate::{Field, Language, Scan, Unreadable, encoding, powershell, remains, script, shell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::{Range, RangeInclusive};
use zeroize::Zeroizing;

/// One change: this range of bytes becomes this text.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) with: String,
    /// True for a whole statement or setting: its lines go, if nothing else stands in them.
    pub(crate) is_gone: bool,
}

impl Edit {
    pub(crate) fn with(range: Range<usize>, with: impl Into<String>) -> Self {
        Self { range, with: with.into(), is_gone: false }
    }

    pub(crate) fn gone(range: Range<usize>) -> Self {
        Self { range, with: String::new(), is_gone: true }
    }
}

/// How a token request is known to be the one that is stored: by its password. Several users may share an app and its secret.
pub(crate) struct Marks<'s> {
    /// Where the value stands.
    pub(crate) spans: Vec<Range<usize>>,
    /// Variables that have it.
    pub(crate) names: BTreeSet<&'s str>,
    /// True if the file holds no other value of that kind.
    pub(crate) is_only: bool,
}

impl<'s> Marks<'s> {
    fn of(scan: &'s Scan, chosen: &[&Finding]) -> Self {
        let of = |field: Option<Field>| {
            let live = chosen.iter().filter(|f| !f.commented && field.is_none_or(|field| f.field == field));
            live.map(|f| f.span.clone()).collect::<Vec<_>>()
        };
        let by_password = Some(of(Some(Field::Password))).filter(|spans| !spans.is_empty());
        let mut spans = by_password.clone().unwrap_or_else(|| of(None));
        // The same text may stand where it is no value that is known, as in `EscapeDataString("...")`.
        let texts = || chosen.iter().filter(|f| by_password.is_none() || f.field == Field::Password).map(|f| f.text());
        let same = |l: &&Literal| literal(&l.parts).is_some_and(|text| texts().any(|t| *text == t));
        spans.extend(scan.source.live.literals.iter().filter(same).map(|l| l.span.clone()));
        let bound = scan.source.live.bindings.iter().filter(|b| b.is_variable && spans.contains(&b.value.span));
        let names = bound.map(|b| b.name.as_str()).collect();
        let others = scan.findings.iter().filter(|f| f.field == Field::Password && !f.commented);
        let mut others = others.filter(|f| !spans.contains(&f.span));
        let is_only = !others.any(|f| chosen.iter().all(|c| c.text() != f.text()));
        Self { spans, names, is_only }
    }
}

/// Words of the protocol. A secret that is one of them goes from where it is a value only: elsewhere it is the word, and the
/// script would stop working.
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

/// How often each variable is used.
pub(crate) struct Uses<'t>(BTreeMap<&'t str, usize>, BTreeSet<usize>);

impl<'t> Uses<'t> {
    pub(crate) fn of(list: &[&'t Token]) -> Self {
        let mut counts = BTreeMap::new();
        for name in list.iter().flat_map(|t| t.uses()) {
            *counts.entry(name).or_insert(0) += 1;
        }
        Self(counts, BTreeSet::new())
    }

    /// Leaves out what stands in this range.
    pub(crate) fn forget(&mut self, list: &[&'t Token], range: &Range<usize>) {
        let first = list.partition_point(|t| t.span.start < range.start);
        for token in list.iter().skip(first).take_while(|t| t.span.end <= range.end) {
            if self.1.insert(token.span.start) {
                for name in token.uses() {
                    if let Some(count) = self.0.get_mut(name) {
                        *count -= 1;
                    }
                }
            }
        }
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or(0)
    }
}

/// How a file is changed: places and what they become, nothing of its text.
pub struct Rewritten {
    edits: Vec<Edit>,
    /// How the file was read.
    pub language: Language,
    /// Lines of the old file that were changed or taken out.
    pub lines: Vec<usize>,
    /// True if a token request became the variable.
    pub uses_token: bool,
    /// True if the new file asks for a token still, as far as its words tell.
    pub asks: bool,
    /// Lines of the new file that use a value which is empty now.
    pub orphans: Vec<usize>,
    /// Lines of the new file in which one of the secrets still stands, in some form.
    pub remains: Vec<usize>,
    /// Secrets that were not chosen and stand in the new file, in a comment or for another sign-in, with their lines.
    pub others: Vec<(Field, usize)>,
}

impl Rewritten {
    /// The new bytes of that very file, in its own encoding.
    pub fn apply(&self, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let decoded = encoding::decode(bytes)?;
        Ok(decoded.encode(&applied(&decoded.text, &self.edits)))
    }
}

impl fmt::Debug for Rewritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rewritten({} edits, lines {:?})", self.edits.len(), self.lines)
    }
}

pub(crate) fn rewrite(scan: &Scan, secrets: &[&str], lines: &RangeInclusive<usize>) -> Rewritten {
    // Whose request it is, nobody could say.
    if secrets.is_empty() {
        return finish(scan, secrets, Vec::new(), false, &BTreeSet::new());
    }
    let text = scan.text();
    let chosen: Vec<&Finding> = scan
        .findings
        .iter()
        .filter(|f| f.field.is_secret() && secrets.contains(&f.text()))
        .filter(|f| f.commented || lines.contains(&f.line))
        .collect();
    let spans: Vec<Range<usize>> = chosen.iter().filter(|f| !f.commented).map(|f| f.span.clone()).collect();
    let marks = Marks::of(scan, &chosen);
    let mut edits = match scan.language {
        Language::PowerShell => powershell::requests::edits(text, &scan.source.tokens, &marks),
        Language::Shell => shell::requests::edits(text, &scan.source.tokens, &marks),
        Language::Python | Language::JavaScript => script::requests::edits(text, &scan.source, &marks),
        _ => Vec::new(),
    };
    let uses_token = edits.iter().any(|e| e.with.contains("GRAPH_ACCESS_TOKEN"));
    let mut emptied: BTreeSet<&str> = BTreeSet::new();
    let tokens: Vec<&Token> = scan.source.tokens.iter().collect();
    let mut uses = Uses::of(&tokens);
    for edit in &edits {
        uses.forget(&tokens, &edit.range);
    }
    let holds = |b: &&Binding| {
        spans.contains(&b.value.span)
            || matches!(&b.value.meaning, Meaning::Text(text) if secrets.contains(&text.as_str()))
    };
    for binding in scan.source.live.bindings.iter().filter(holds) {
        let unused = uses.count(&binding.name) == 0;
        match &binding.removable {
            Some(line) if unused => {
                edits.push(Edit::gone(line.clone()));
                if scan.language == Language::Batch {
                    emptied.insert(binding.name.as_str());
                }
            }
            _ if !covered(&edits, &binding.value.span) && binding.is_variable => {
                emptied.insert(binding.name.as_str());
            }
            _ => {}
        }
    }
    for finding in &chosen {
        let with = if finding.inside { String::new() } else { empty(scan.language, text, &finding.span) };
        edits.push(Edit::with(finding.span.clone(), with));
    }
    let all = scan.source.live.literals.iter().chain(&scan.source.commented.literals);
    let is_secret = |text: &str| secrets.contains(&text) && !ORDINARY.contains(&text.to_ascii_lowercase().as_str());
    for same in all.filter(|l| literal(&l.parts).is_some_and(|text| is_secret(&text))) {
        edits.push(Edit::with(same.span.clone(), empty(scan.language, text, &same.span)));
    }
    finish(scan, secrets, edits, uses_token, &emptied)
}

fn finish(scan: &Scan, secrets: &[&str], edits: Vec<Edit>, uses_token: bool, emptied: &BTreeSet<&str>) -> Rewritten {
    let text = scan.text();
    let edits = ordered(text, edits);
    let numbers = Lines::of(text);
    let new = applied(text, &edits);
    let lines: BTreeSet<usize> = edits
        .iter()
        .flat_map(|edit| {
            let last = if edit.range.is_empty() { edit.range.end } else { edit.range.end - 1 };
            numbers.line(edit.range.start)..=numbers.line(last)
        })
        .collect();
    let hosts: Vec<&str> = scan.hosts.iter().map(String::as_str).collect();
    let again = crate::bindings::read(scan.language, &new);
    let others = crate::findings::collect(&again, &new, &hosts).0;
    let others = others.iter().filter(|f| f.field.is_secret()).map(|f| (f.field, f.line)).collect();
    let remains: BTreeSet<usize> = secrets.iter().flat_map(|secret| remains::lines(&new, secret)).collect();
    Rewritten {
        orphans: orphans(&again, &new, emptied),
        edits,
        language: scan.language,
        lines: lines.into_iter().collect(),
        uses_token,
        asks: new.contains("grant_type"),
        remains: remains.into_iter().collect(),
        others,
    }
}

fn applied(text: &str, edits: &[Edit]) -> Zeroizing<String> {
    let mut new = Zeroizing::new(String::with_capacity(text.len() + edits.iter().map(|e| e.with.len()).sum::<usize>()));
    let mut at = 0;
    for edit in edits {
        new.push_str(text.get(at..edit.range.start).unwrap_or_default());
        new.push_str(&edit.with);
        at = edit.range.end;
    }
    new.push_str(text.get(at..).unwrap_or_default());
    new
}

/// Lines that use a value which is empty now; the assignment of the empty value itself is no use of it.
fn orphans(again: &Source, new: &str, emptied: &BTreeSet<&str>) -> Vec<usize> {
    if emptied.is_empty() {
        return Vec::new();
    }
    let numbers = Lines::of(new);
    let assigned: BTreeSet<usize> = again
        .live
        .bindings
        .iter()
        .filter(|b| b.is_variable && emptied.contains(b.name.as_str()))
        .map(|b| numbers.line(b.value.span.start))
        .collect();
    let plain = plain_lines(again.language, new, emptied);
    let users = again.tokens.iter().filter(|t| {
        let word = if t.kind == crate::token::Kind::Word { new.get(t.span.clone()) } else { None };
        t.uses().chain(word).any(|name| emptied.contains(name))
    });
    let lines: BTreeSet<usize> = users.map(|t| numbers.line(t.span.start)).filter(|l| !assigned.contains(l)).collect();
    lines.into_iter().chain(plain).collect()
}

/// Lines that read one of these variables, of files of which no reader sees that: command scripts, and pipelines in YAML.
fn plain_lines(language: Language, new: &str, emptied: &BTreeSet<&str>) -> Vec<usize> {
    let marks: &[(&str, &str)] = match language {
        Language::Batch => &[("%", "%"), ("!", "!")],
        Language::Yaml => &[("$", ""), ("${", "}"), ("env.", "")],
        _ => return Vec::new(),
    };
    let reads = |line: &str| {
        let line = if language == Language::Batch { line.to_ascii_lowercase() } else { line.to_owned() };
        emptied.iter().any(|name| marks.iter().any(|(open, close)| line.contains(&format!("{open}{name}{close}"))))
    };
    let lines = new.lines().enumerate().filter(|(_, line)| reads(line));
    lines.map(|(index, _)| index + 1).collect()
}

fn covered(edits: &[Edit], span: &Range<usize>) -> bool {
    edits.iter().any(|e| e.range.start <= span.start && span.end <= e.range.end)
}

/// An empty value in the place of that one.
fn empty(language: Language, text: &str, span: &Range<usize>) -> String {
    let quoted = text.get(span.clone()).unwrap_or_default();
    // Bytes of Python stay bytes.
    let prefix = quoted.find(['"', '\'']).filter(|at| language == Language::Python && (1..=2).contains(at));
    if let Some((prefix, rest)) = prefix.and_then(|at| quoted.split_at_checked(at))
        && prefix.bytes().all(|b| b.is_ascii_alphabetic())
    {
        return format!("{prefix}{}", if rest.starts_with('\'') { "''" } else { "\"\"" });
    }
    match (language, quoted.chars().next()) {
        (Language::DotEnv | Language::Batch, first) if !matches!(first, Some('"' | '\'' | '`')) => String::new(),
        // `- NAME=value` of YAML.
        (Language::Yaml, _) if text.get(..span.start).is_some_and(|before| before.ends_with('=')) => String::new(),
        (_, Some('\'')) | (Language::PowerShell, Some('@')) => "''".into(),
        (Language::JavaScript, Some('`')) => "``".into(),
        _ => "\"\"".into(),
    }
}

/// In order, each once, whole lines where a statement was alone in them.
fn ordered(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = edits
        .into_iter()
        .map(|e| if e.is_gone { Edit { range: whole_lines(text, e.range), ..e } } else { e })
        .collect();
    // The widest first, so that what it covers is left out.
    edits.sort_by_key(|e| (e.range.start, std::cmp::Reverse(e.range.end)));
    let mut kept: Vec<Edit> = Vec::new();
    for edit in edits {
        match kept.last_mut() {
            Some(last) if edit.range.end <= last.range.end && edit.range.start < last.range.end => {}
            Some(last) if edit.range.start < last.range.end => {
                last.range.end = edit.range.end;
                last.with.push_str(&edit.with);
            }
            Some(last) if last.is_gone && edit.is_gone && last.range.end == edit.range.start => {
                last.range.end = edit.range.end;
            }
            _ => kept.push(edit),
        }
    }
    without_double_blanks(text, kept)
}

/// The lines of a statement that shares them with nothing but blanks, a comment or a semicolon; else its own range.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.get(..range.start).and_then(|t| t.rfind('\n')).map_or(0, |n| n + 1);
    let end = text.get(range.end..).and_then(|t| t.find('\n')).map_or(text.len(), |n| range.end + n + 1);
    let before = text.get(start..range.start).unwrap_or_default().trim();
    let behind = text.get(range.end..end).unwrap_or_default().trim();
    let ended = range.end > range.start && text.get(..range.end).is_some_and(|t| t.ends_with('\n'));
    if before.is_empty() && ended {
        return start..range.end;
    }
    if before.is_empty() && (behind.is_empty() || behind == ";" || behind.starts_with('#')) {
        return start..end;
    }
    let rest = text.get(range.end..end).unwrap_or_default();
    let semicolon = rest.strip_prefix(';').map_or(0, |more| 1 + more.len() - more.trim_start_matches(' ').len());
    range.start..range.end + semicolon
}

/// Where lines go between two blank ones, one of these goes as well.
fn without_double_blanks(text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    let next_start: Vec<usize> = edits.iter().skip(1).map(|e| e.range.start).chain([text.len()]).collect();
    let mut gone_until = 0;
    for (edit, next) in edits.iter_mut().zip(next_start) {
        let before = text.get(..edit.range.start).unwrap_or_default();
        let above = before.strip_suffix('\n').map_or("x", |t| t.rsplit('\n').next().unwrap_or_default());
        let blank_above =
            before.is_empty() || above.trim().is_empty() || gone_until == edit.range.start && gone_until > 0;
        while edit.is_gone && blank_above {
            let rest = text.get(edit.range.end..next).unwrap_or_default();
            let Some(end) = rest.find('\n').filter(|end| rest[..*end].trim().is_empty()) else { break };
            edit.range.end += end + 1;
        }
        gone_until = if edit.is_gone && blank_above { edit.range.end } else { 0 };
    }
    edits
}
