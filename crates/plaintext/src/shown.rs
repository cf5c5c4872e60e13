//! A file for a person to look at, without the secrets that are known and the texts that may be
//! one. Nothing else of a finding may be printed.

use crate::edited::Rewritten;
use crate::findings::{self, Finding};
use crate::proof::prove::Identity;
use crate::scan::Scan;
use crate::token::Kind;
use crate::{forms, remains, source};
use zeroize::Zeroizing;

const HIDDEN: &str = "[hidden]";

impl Scan {
    /// The file before and after the edit with every secret in it hidden, for a person to compare.
    pub fn shown(
        &self,
        new: &Rewritten,
        identity: &Identity<'_>,
    ) -> (Zeroizing<String>, Zeroizing<String>) {
        let text = new.text(self);
        let mut secrets: Vec<&str> = vec![identity.password, identity.client_secret];
        secrets.extend(
            self.findings
                .iter()
                .filter(|f| f.field.is_secret())
                .map(Finding::text),
        );
        secrets.retain(|secret| !secret.is_empty());
        // The longest first, as one may be a part of another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        (
            hidden(self, self.text(), &secrets),
            hidden(self, &text, &secrets),
        )
    }
}

fn hidden(scan: &Scan, text: &str, secrets: &[&str]) -> Zeroizing<String> {
    let mut shown = strings_hidden(scan, text);
    for secret in secrets {
        for form in remains::forms(secret).iter().filter(|form| form.len() > 3) {
            shown = Zeroizing::new(shown.replace(form.as_str(), HIDDEN));
        }
    }
    // A secret in another form goes with its line.
    let lines: Vec<usize> = secrets
        .iter()
        .flat_map(|secret| remains::lines(&shown, secret))
        .collect();
    let mut kept = Zeroizing::new(String::with_capacity(shown.len()));
    for (index, line) in shown.split_inclusive('\n').enumerate() {
        if !lines.contains(&(index + 1)) {
            kept.push_str(line);
            continue;
        }
        kept.push_str(HIDDEN);
        if line.ends_with('\n') {
            kept.push('\n');
        }
    }
    kept
}

/// The text without the strings that look like a secret, and without those of a line whose secret
/// the reader does not know.
fn strings_hidden(scan: &Scan, text: &str) -> Zeroizing<String> {
    let source = source::read(scan.language, text);
    let hosts: Vec<&str> = scan.hosts.iter().map(String::as_str).collect();
    let unclear = findings::collect(&source, text, &hosts).1;
    let lines: Vec<usize> = unclear
        .iter()
        .filter(|u| u.field.is_secret())
        .map(|u| u.line)
        .collect();
    let numbers = crate::lines::Lines::of(text);
    let strings = source
        .tokens
        .iter()
        .filter(|t| t.kind == Kind::Str)
        .map(|t| t.inner.clone());
    let others = source
        .live
        .literals
        .iter()
        .chain(&source.commented.literals)
        .map(|literal| literal.inner.clone());
    let mut spans: Vec<std::ops::Range<usize>> = strings
        .chain(others)
        .filter(|span| {
            let string = text.get(span.clone()).unwrap_or_default();
            let string = string.trim_matches(['"', '\'']);
            let is_unclear = lines.contains(&numbers.line(span.start)) && !is_public(string);
            !span.is_empty() && (is_unclear || looks_secret(string))
        })
        .collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let mut shown = Zeroizing::new(String::with_capacity(text.len()));
    let mut at = 0;
    for span in spans {
        if span.start >= at {
            shown.push_str(text.get(at..span.start).unwrap_or_default());
            shown.push_str(HIDDEN);
            at = span.end;
        }
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    shown
}

/// An address, an id, a name: what a sign-in has beside its secrets.
fn is_public(text: &str) -> bool {
    text.contains("://")
        || text.contains(['@', '/', '\\', ' '])
        || forms::is_guid(text)
        || text.chars().all(|c| c.is_alphabetic() || "._-".contains(c))
}

/// Letters and digits with signs, or in both cases, in one piece: another secret may look like
/// this.
fn looks_secret(text: &str) -> bool {
    let is_mixed = text.contains(char::is_uppercase) && text.contains(char::is_lowercase)
        || text.contains(|c: char| c.is_ascii_punctuation() && c != '_');
    text.len() >= 8
        && !is_public(text)
        && text.contains(char::is_alphabetic)
        && text.contains(|c: char| c.is_ascii_digit())
        && is_mixed
        && !text.contains(['$', '{', '(', '&'])
}
