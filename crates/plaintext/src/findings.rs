//! From bindings to the parts of a sign-in: names, variables that mean others, form bodies,
//! addresses.

mod texts;

use crate::bindings::{Binding, Form, Found, Meaning, Value};
use crate::brackets::Surroundings;
use crate::certificates::KeyFiles;
use crate::encoding::is_uncertain;
use crate::forms;
use crate::lines::Lines;
use crate::names::{Field, field_of, is_encoded, is_member, is_resource};
use crate::placeholder::{is_own_name, is_placeholder, is_sealed};
use crate::proof::prove::resource_scope;
use crate::services::Services;
use crate::source::Source;
use crate::token::{Part, literal as literal_of};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::rc::Rc;
use zeroize::Zeroizing;

/// Names that mean names that mean names: more is a circle.
const MOST_STEPS: usize = 3;

/// In bytes: no part of a sign-in is longer. Each name of a long text is a copy of it.
const LONGEST: usize = 8 * 1024;

/// No file holds more values.
const MOST: usize = 10_000;

/// A value of the file.
pub struct Finding {
    /// Which part of a sign-in.
    pub field: Field,
    /// Its line, from 1.
    pub line: usize,
    /// True if it is in a comment: reported, never used.
    pub commented: bool,
    /// True if it is a part of a longer string, which stays.
    pub(crate) inside: bool,
    pub(crate) span: Range<usize>,
    text: Zeroizing<String>,
}

impl Finding {
    /// The value of a public part, for a message; `None` for a secret.
    pub fn public(&self) -> Option<&str> {
        (!self.field.is_secret()).then_some(&self.text)
    }

    /// The value. Of a secret: for comparing and for taking it out, never for a message.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value, for storing.
    pub fn to_secret(&self) -> Zeroizing<String> {
        self.text.clone()
    }
}

impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} in line {}{}",
            self.field,
            self.line,
            if self.commented {
                ", commented out"
            } else {
                ""
            }
        )
    }
}

/// Why a place gave no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The script reads, asks for or computes it.
    Computed,
    /// From a variable that this file does not set.
    Elsewhere,
    /// The script puts it together from several values.
    Interpolated,
    /// A mark that a person or a tool fills in.
    Placeholder,
    /// Not what such a value looks like.
    Malformed,
    /// A secret with a line break: the end of a block of YAML, or more than one value.
    LineBreak,
    /// Characters of an unknown encoding.
    Encoding,
    /// Encoded: what the script makes of it is the value.
    Encoded,
    /// Of another service, such as a database.
    OfAnother,
}

/// A place that looks like a part of a sign-in, and gave no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclear {
    /// Which part.
    pub field: Field,
    /// Its line, from 1.
    pub line: usize,
    /// Why.
    pub reason: Reason,
}

impl Unclear {
    /// True if a secret of the sign-in may be there.
    pub fn is_secret(&self) -> bool {
        self.field.is_secret() && self.reason != Reason::OfAnother
    }
}

pub(crate) fn collect(source: &Source, text: &str, hosts: &[&str]) -> (Vec<Finding>, Vec<Unclear>) {
    let mut collector = Collector::of(source, text, hosts);
    collector.read(&source.live);
    collector.commented = true;
    collector.variables.clear();
    collector.read(&source.commented);
    collector.finish()
}

/// Lines that put one of these texts together from pieces.
pub(crate) fn joined(source: &Source, text: &str, wanted: &[&str]) -> Vec<usize> {
    let collector = Collector::of(source, text, &[]);
    let mut found = Vec::new();
    for Binding { value, .. } in &source.live.bindings {
        let is_wanted = match &value.meaning {
            Meaning::Text(text) => wanted.contains(&text.as_str()),
            Meaning::Mixed(parts) => collector
                .joined(parts)
                .is_some_and(|text| wanted.contains(&text.as_str())),
            _ => false,
        };
        if is_wanted {
            found.push(collector.lines.line(value.span.start));
        }
    }
    found
}

struct Collector<'s> {
    text: &'s str,
    /// Of the token endpoints that the caller knows.
    hosts: &'s [&'s str],
    lines: Lines,
    variables: BTreeMap<&'s str, Vec<&'s Value>>,
    /// Variables that get their value in several steps.
    changed: BTreeSet<&'s str>,
    commented: bool,
    findings: Vec<Finding>,
    unclear: Vec<Unclear>,
    key_files: KeyFiles<'s>,
    services: Services<'s>,
    /// Reads from an object of the script: reported only where no value is known.
    members: Vec<Unclear>,
}

impl<'s> Collector<'s> {
    fn of(source: &'s Source, text: &'s str, hosts: &'s [&'s str]) -> Self {
        let mut variables: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for binding in source.live.bindings.iter().filter(|b| b.is_variable) {
            let values = variables.entry(binding.name.as_str()).or_default();
            values.push(&binding.value);
        }
        let changed = variables
            .iter()
            .filter(|(name, values)| values.iter().any(|v| v.meaning.adds_to(name)));
        let changed = changed.map(|(name, _)| *name).collect();
        let file = Rc::new(Surroundings::of(&source.tokens, text));
        Self {
            text,
            hosts,
            lines: Lines::of(text),
            variables,
            changed,
            commented: false,
            findings: Vec::new(),
            unclear: Vec::new(),
            key_files: KeyFiles::of(Rc::clone(&file)),
            services: Services::of(source, file),
            members: Vec::new(),
        }
    }
}

impl Collector<'_> {
    fn read(&mut self, found: &Found) {
        for Binding {
            name,
            value,
            is_variable,
            ..
        } in &found.bindings
        {
            match field_of(name) {
                Some(field) if *is_variable && self.changed.contains(name.as_str()) => {
                    self.unclear(field, &value.span, Reason::Interpolated);
                }
                Some(field) if field.is_secret() && is_encoded(name) => {
                    self.unclear(field, &value.span, Reason::Encoded);
                }
                Some(Field::Password) if self.key_files.are_opened_at(&value.span) => {
                    self.key_files.add_password(value, &self.variables);
                }
                Some(field) if field.is_of_user() && self.services.have(name, &value.span) => {
                    self.of_another(field, value);
                }
                Some(Field::Scope) if is_resource(name) => self.resource(value),
                Some(field) => self.value(field, value, 0),
                None => self.scope_by_value(value),
            }
        }
        for literal in &found.literals {
            match literal.form {
                Form::No => {}
                Form::User => self.user(literal),
                _ => {
                    if let Some(text) =
                        literal_of(&literal.parts).filter(|text| forms::is_default_scope(text))
                    {
                        self.literal(Field::Scope, text, literal.span.clone(), true);
                    }
                    self.address(literal);
                    self.body(literal);
                }
            }
        }
    }

    fn finish(mut self) -> (Vec<Finding>, Vec<Unclear>) {
        self.findings
            .retain(|f| f.field != Field::Password || !self.key_files.has_password(&f.span));
        self.findings
            .sort_by_key(|f| (f.span.start, f.field, f.span.end));
        self.findings
            .dedup_by(|a, b| a.field == b.field && a.span == b.span);
        // The value of a member is known where the script sets it.
        let live = self.findings.iter().filter(|f| !f.commented);
        let known: BTreeSet<Field> = live.map(|f| f.field).collect();
        self.members.retain(|u| !known.contains(&u.field));
        self.unclear.append(&mut self.members);
        self.unclear.sort_by_key(|u| (u.line, u.field));
        self.unclear.dedup_by_key(|u| (u.line, u.field));
        (self.findings, self.unclear)
    }

    /// `resource=R` asks for `R/.default`.
    fn resource(&mut self, value: &Value) {
        if let Meaning::Text(text) = &value.meaning
            && (text.contains("://") || forms::is_guid(text))
        {
            self.literal(
                Field::Scope,
                Zeroizing::new(resource_scope(text)),
                value.span.clone(),
                true,
            );
        }
    }

    /// A text that ends in `/.default` is a scope, whatever its name is.
    fn scope_by_value(&mut self, value: &Value) {
        if let Meaning::Text(text) | Meaning::List(text) = &value.meaning
            && forms::is_default_scope(text)
        {
            self.literal(Field::Scope, text.clone(), value.span.clone(), true);
        }
    }

    fn value(&mut self, field: Field, value: &Value, steps: usize) {
        match &value.meaning {
            Meaning::Text(text) | Meaning::List(text) if text.len() > LONGEST => {
                self.unclear(field, &value.span, Reason::Malformed);
            }
            Meaning::Text(text) => self.literal(field, text.clone(), value.span.clone(), false),
            Meaning::List(text) if field == Field::Scope => {
                self.literal(field, text.clone(), value.span.clone(), false);
            }
            Meaning::Name(name) => self.name(field, name, &value.span, steps),
            Meaning::Mixed(parts) => match self.joined(parts) {
                // A secret in several pieces is not in one place, so no edit could take it out.
                Some(text) if !field.is_secret() => {
                    self.literal(field, text, value.span.clone(), true);
                }
                _ => self.unclear(field, &value.span, Reason::Interpolated),
            },
            Meaning::Encoded => self.unclear(field, &value.span, Reason::Encoded),
            _ => self.unclear(field, &value.span, Reason::Computed),
        }
    }

    fn name(&mut self, field: Field, name: &str, span: &Range<usize>, steps: usize) {
        if self.changed.contains(name) {
            return self.unclear(field, span, Reason::Interpolated);
        }
        if field.is_of_user() && self.services.have_variable(name) {
            return;
        }
        match self.variables.get(name).cloned() {
            Some(values) if steps < MOST_STEPS => {
                // A hundred values of a hundred names each would be too many to follow; the others
                // have names of their own.
                for value in values.into_iter().take(4) {
                    self.value(field, value, steps + 1);
                }
            }
            _ => self.unclear(field, span, Reason::Elsewhere),
        }
    }

    /// The text of parts whose variables each have one known value.
    fn joined(&self, parts: &[Part]) -> Option<Zeroizing<String>> {
        let mut all = Zeroizing::new(String::new());
        for part in parts {
            match part {
                Part::Text(text) => all.push_str(text),
                Part::Name(name) => match self.variables.get(name.as_str())?.as_slice() {
                    [
                        Value {
                            meaning: Meaning::Text(text),
                            ..
                        },
                    ] => all.push_str(text),
                    _ => return None,
                },
                Part::Code(_) => return None,
            }
        }
        Some(all)
    }

    fn literal(&mut self, field: Field, text: Zeroizing<String>, span: Range<usize>, inside: bool) {
        if text.is_empty() {
            return;
        }
        if field == Field::Authority {
            self.url(&[Part::Text(text)], &span, true);
            return;
        }
        let wrong = match field {
            _ if self.findings.len() >= MOST => Some(Reason::Malformed),
            _ if is_uncertain(&text) => Some(Reason::Encoding),
            _ if field.is_secret() && is_sealed(&text) => Some(Reason::Encoded),
            _ if is_placeholder(&text) || is_own_name(field, &text) => Some(Reason::Placeholder),
            _ if field.is_secret() && text.contains(['\n', '\r']) => Some(Reason::LineBreak),
            Field::Tenant => (!forms::is_tenant(&text)).then_some(Reason::Malformed),
            Field::ClientId => (!forms::is_guid(&text)).then_some(Reason::Malformed),
            Field::Scope => (!forms::is_scope(&text)).then_some(Reason::Malformed),
            Field::Username => (!forms::is_user(&text)).then_some(Reason::Malformed),
            _ => None,
        };
        if let Some(reason) = wrong {
            self.unclear(field, &span, reason);
        } else {
            let line = self.lines.line(span.start);
            self.findings.push(Finding {
                field,
                line,
                commented: self.commented,
                inside,
                span,
                text,
            });
        }
    }

    fn unclear(&mut self, field: Field, span: &Range<usize>, reason: Reason) {
        // Prose in comments is full of such words.
        if self.commented {
            return;
        }
        let place = Unclear {
            field,
            line: self.lines.line(span.start),
            reason,
        };
        let text = self.text.get(span.start..).unwrap_or_default();
        if reason == Reason::Computed && is_member(text, field) {
            self.members.push(place);
        } else {
            self.unclear.push(place);
        }
    }
}
