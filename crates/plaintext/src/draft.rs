//! One way to edit a file: the requests that become the variable, the literals that go, and what is
//! to be said of the rest.

use crate::bindings::{Binding, Meaning};
use crate::edits::{Edit, Uses, applied, covered, ordered};
use crate::findings::{self, Finding, Lines};
use crate::proof::Outcome;
use crate::proof::prove::Why;
use crate::rewrite::{Left, Rewritten, with_script};
use crate::source::Source;
use crate::token::{Kind, Token, literal};
use crate::{Language, Scan, remains, source};
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};

/// Words of the protocol. A secret that is one of them goes from where it is a value only:
/// elsewhere it is the word, and the script would stop working.
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

/// Names of what asks for a token, by which a request is seen that no reader knows.
const ASKING: [&str; 6] = [
    "grant_type",
    "/oauth2/v2.0/token",
    "/oauth2/token",
    "acquire_token_by",
    "acquireTokenBy",
    "UsernamePasswordCredential",
];

pub(crate) struct Draft<'s> {
    pub(crate) scan: &'s Scan,
    pub(crate) secrets: &'s [&'s str],
    pub(crate) lines: &'s RangeInclusive<usize>,
    pub(crate) outcome: Outcome,
}

impl<'s> Draft<'s> {
    pub(crate) fn finish(mut self) -> Rewritten {
        let text = self.scan.text();
        let mut edits = std::mem::take(&mut self.outcome.edits);
        let mut emptied = BTreeSet::new();
        let mut places = BTreeSet::new();
        self.settings(&mut edits, &mut emptied, &mut places);
        self.literals(&mut edits, &mut emptied, &mut places);
        let edits = ordered(text, edits);
        let numbers = Lines::of(text);
        let new = applied(text, &edits);
        let moved = |at: usize| Lines::of(&new).line(moved(&edits, at));
        let lines: BTreeSet<usize> = edits
            .iter()
            .flat_map(|edit| {
                let last = if edit.range.is_empty() {
                    edit.range.end
                } else {
                    edit.range.end - 1
                };
                numbers.line(edit.range.start)..=numbers.line(last)
            })
            .collect();
        let again = source::read(self.scan.language, &new);
        let hosts: Vec<&str> = self.scan.hosts.iter().map(String::as_str).collect();
        let (others, unclear) = findings::collect(&again, &new, &hosts);
        let others = others
            .iter()
            .filter(|f| f.field.is_secret())
            .map(|f| (f.field, f.line))
            .collect();
        let unclear = unclear
            .iter()
            .filter(|u| u.field.is_secret())
            .map(|u| (u.field, u.line))
            .collect();
        let remains: BTreeSet<usize> = self
            .secrets
            .iter()
            .flat_map(|secret| remains::lines(&new, secret))
            .collect();
        let uses_token = !self.outcome.replaced.is_empty();
        let mut left: Vec<Left> = self
            .outcome
            .left
            .iter()
            .map(|(at, why)| Left {
                line: moved(*at),
                why: why.clone(),
            })
            .collect();
        if left.is_empty() && !uses_token && !self.secrets.is_empty() {
            left.extend(asking(self.scan.language, &again, &new));
        }
        left.sort_by_key(|left| left.line);
        let mut orphans = orphans(&again, &new, &emptied);
        orphans.extend(
            places
                .into_iter()
                .filter(|at| !gone(&edits, *at))
                .map(moved),
        );
        orphans.sort_unstable();
        orphans.dedup();
        Rewritten {
            orphans,
            language: self.scan.language,
            lines: lines.into_iter().collect(),
            uses_token,
            left,
            remains: remains.into_iter().collect(),
            others,
            unclear,
            edits,
        }
    }

    fn is_secret(&self, text: &str) -> bool {
        self.secrets.contains(&text) && !ORDINARY.contains(&text.to_ascii_lowercase().as_str())
    }

    fn chosen(&self) -> impl Iterator<Item = &'s Finding> {
        let (secrets, lines) = (self.secrets, self.lines);
        let found = self
            .scan
            .findings
            .iter()
            .filter(move |f| f.field.is_secret() && secrets.contains(&f.text()));
        found.filter(move |f| f.commented || lines.contains(&f.line))
    }

    /// Assignments of a secret that nothing uses go with their lines; the others stay, empty.
    fn settings(
        &self,
        edits: &mut Vec<Edit>,
        emptied: &mut BTreeSet<&'s str>,
        places: &mut BTreeSet<usize>,
    ) {
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
        let holds = |b: &&Binding| {
            spans.contains(&&b.value.span)
                || matches!(&b.value.meaning, Meaning::Text(text) if self.secrets.contains(&text.as_str()))
        };
        // A name that is put together when the script runs may be any name.
        let by_name = self.scan.language == Language::Shell && self.scan.text().contains("${!");
        for binding in self.scan.source.live.bindings.iter().filter(holds) {
            let is_read = !plain_lines(
                self.scan.language,
                self.scan.text(),
                &BTreeSet::from([binding.name.as_str()]),
            )
            .is_empty();
            let is_read = is_read && self.scan.language == Language::DotEnv;
            let unused = uses.count(&binding.name) == 0 && !by_name && !is_read;
            match &binding.removable {
                Some(line) if unused && !self.is_exported(binding) => {
                    edits.push(Edit::gone(line.clone()));
                    if self.scan.language == Language::Batch {
                        emptied.insert(binding.name.as_str());
                    }
                }
                _ if !covered(edits, &binding.value.span) && binding.is_variable => {
                    emptied.insert(binding.name.as_str());
                    if self.is_exported(binding) {
                        places.insert(binding.value.span.start);
                    }
                }
                _ => {}
            }
        }
        if by_name {
            places.extend(self.scan.text().match_indices("${!").map(|(at, _)| at));
        }
    }

    /// Programs that a shell script starts may need what it exports.
    fn is_exported(&self, binding: &Binding) -> bool {
        let before = self
            .scan
            .text()
            .get(..binding.value.span.start)
            .unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        self.scan.language == Language::Shell && line.trim_start().starts_with("export ")
    }

    /// Every literal that is a secret becomes an empty one.
    fn literals(
        &self,
        edits: &mut Vec<Edit>,
        emptied: &mut BTreeSet<&'s str>,
        places: &mut BTreeSet<usize>,
    ) {
        let (language, text) = (self.scan.language, self.scan.text());
        let mut empty_at =
            |span: &Range<usize>, is_inside: bool, is_live: bool, edits: &mut Vec<Edit>| {
                let is_bound = self
                    .scan
                    .source
                    .live
                    .bindings
                    .iter()
                    .any(|b| b.is_variable && b.value.span == *span);
                if is_live && !is_bound && !covered(edits, span) && is_script(language) {
                    match self.outcome_name(span) {
                        Some(name) => drop(emptied.insert(name)),
                        None => drop(places.insert(span.start)),
                    }
                }
                let with = if is_inside {
                    String::new()
                } else {
                    empty(language, text, span)
                };
                edits.push(Edit::with(span.clone(), with));
            };
        for finding in self.chosen() {
            empty_at(&finding.span, finding.inside, !finding.commented, edits);
        }
        let source = &self.scan.source;
        for (found, is_live) in [(&source.live, true), (&source.commented, false)] {
            for same in found
                .literals
                .iter()
                .filter(|l| literal(&l.parts).is_some_and(|text| self.is_secret(&text)))
            {
                empty_at(&same.span, false, is_live, edits);
            }
        }
    }

    /// The variable whose value a place is a part of.
    fn outcome_name(&self, span: &Range<usize>) -> Option<&'s str> {
        let within = self
            .outcome
            .assigned
            .iter()
            .filter(|(_, whole)| whole.start <= span.start && span.end <= whole.end);
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
                let word = if t.kind == Kind::Word {
                    self.scan.text().get(t.span.clone())
                } else {
                    None
                };
                t.uses().chain(word).find(|used| used == name)
            })
        })
    }
}

fn is_script(language: Language) -> bool {
    matches!(
        language,
        Language::PowerShell | Language::Shell | Language::Python | Language::JavaScript
    )
}

impl Rewritten {
    /// True if the new text is a whole script still: it ends what it begins, it is more than
    /// nothing, and it uses no variable that is gone.
    pub(crate) fn is_whole(&self, scan: &Scan) -> bool {
        let new = self.text(scan);
        let again = source::read(scan.language, &new);
        let is_code = |t: &&Token| !matches!(t.kind, Kind::Newline | Kind::Comment);
        if again.broken.is_some() || !again.tokens.iter().any(|t| is_code(&t)) {
            return false;
        }
        let names = |text: &str, tokens: &[Token]| -> BTreeSet<String> {
            let all = with_script(scan.language, text, tokens, |script| {
                script
                    .program()
                    .assigns
                    .iter()
                    .map(|a| a.name.clone())
                    .collect()
            });
            all.unwrap_or_default()
        };
        let gone = &names(scan.text(), &scan.source.tokens) - &names(&new, &again.tokens);
        let uses_one = |t: &Token| {
            let word = if t.kind == Kind::Word && scan.language == Language::Python {
                new.get(t.span.clone())
            } else {
                None
            };
            t.uses().chain(word).any(|name| gone.contains(name))
        };
        let gives_empty = with_script(scan.language, &new, &again.tokens, |script| {
            script.program().gives_empty()
        });
        !again.tokens.iter().any(uses_one) && !gives_empty.unwrap_or(false)
    }
}

/// Where a place of the old text is in the new one.
fn moved(edits: &[Edit], at: usize) -> usize {
    let before = edits.iter().filter(|edit| edit.range.end <= at);
    let gone: usize = before.clone().map(|edit| edit.range.len()).sum();
    let added: usize = before.map(|edit| edit.with.len()).sum();
    at + added - gone.min(at + added)
}

/// True if a place is in what is taken out or replaced by something else than an empty value.
fn gone(edits: &[Edit], at: usize) -> bool {
    edits
        .iter()
        .any(|edit| edit.range.contains(&at) && (edit.is_gone || edit.with.len() > 2))
}

/// The first place of a file that asks for a token in a way that no reader knows.
fn asking(language: Language, again: &Source, new: &str) -> Option<Left> {
    let is_scripted = is_script(language) || matches!(language, Language::Batch | Language::Yaml);
    let comments: Vec<&Range<usize>> = again
        .tokens
        .iter()
        .filter(|t| t.kind == Kind::Comment)
        .map(|t| &t.span)
        .collect();
    let live = |at: &usize| !comments.iter().any(|range| range.contains(at));
    let first = ASKING
        .iter()
        .filter_map(|word| new.match_indices(word).map(|(at, _)| at).find(live))
        .min();
    let line = first
        .filter(|_| is_scripted)
        .map(|at| Lines::of(new).line(at));
    match line {
        Some(line) => Some(Left {
            line,
            why: Why::Shape(None),
        }),
        // It asks with the help of something else: which line that is, nobody can say.
        None => is_script(language).then_some(Left {
            line: 0,
            why: Why::Shape(None),
        }),
    }
}

/// Lines that use a value which is empty now; the assignment of the empty value itself is no use of
/// it.
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
    // A parameter of that name is another variable, and what gets a value uses none.
    let own = with_script(again.language, new, &again.tokens, |script| {
        let program = script.program();
        let is_own = |at: usize, name: &str| {
            let function = program
                .function_at(at)
                .map(|index| &program.functions[index]);
            function.is_some_and(|f| f.params.iter().any(|(param, _)| param == name))
        };
        let tokens = again
            .tokens
            .iter()
            .filter(|t| emptied.iter().any(|name| is_own(t.span.start, name)));
        tokens.map(|t| t.span.start).collect::<BTreeSet<usize>>()
    });
    let own = own.unwrap_or_default();
    let is_target = |end: usize| {
        let behind = new.get(end..).unwrap_or_default().trim_start_matches(' ');
        behind.starts_with('=') && !behind.starts_with("==")
    };
    let users = again.tokens.iter().filter(|t| {
        let word = if t.kind == Kind::Word {
            new.get(t.span.clone())
        } else {
            None
        };
        let is_used = t.uses().chain(word).any(|name| emptied.contains(name));
        is_used && !own.contains(&t.span.start) && !is_target(t.span.end)
    });
    let lines: BTreeSet<usize> = users
        .map(|t| numbers.line(t.span.start))
        .filter(|l| !assigned.contains(l))
        .collect();
    lines.into_iter().chain(plain).collect()
}

/// Lines that read one of these variables, of files of which no reader sees that: command scripts,
/// and pipelines in YAML.
fn plain_lines(language: Language, new: &str, emptied: &BTreeSet<&str>) -> Vec<usize> {
    let marks: &[(&str, &str)] = match language {
        Language::Batch => &[("%", "%"), ("!", "!")],
        Language::DotEnv => &[("$", ""), ("${", "}")],
        Language::Yaml => &[("$", ""), ("${", "}"), ("env.", "")],
        _ => return Vec::new(),
    };
    let reads = |line: &str| {
        let line = if language == Language::Batch {
            line.to_ascii_lowercase()
        } else {
            line.to_owned()
        };
        emptied.iter().any(|name| {
            marks
                .iter()
                .any(|(open, close)| line.contains(&format!("{open}{name}{close}")))
        })
    };
    let lines = new.lines().enumerate().filter(|(_, line)| reads(line));
    lines.map(|(index, _)| index + 1).collect()
}

/// An empty value in the place of that one.
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
