//! A file as it may be shown: every secret that is known, and every text that may be one, is
//! hidden.

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
    // What is written in another way is hidden with its line.
    let lines: Vec<usize> = secrets
        .iter()
        .flat_map(|secret| remains::lines(&shown, secret))
        .collect();
    let line = |(index, line): (usize, &str)| {
        let end = if line.ends_with('\n') { "\n" } else { "" };
        if lines.contains(&(index + 1)) {
            format!("{HIDDEN}{end}")
        } else {
            line.to_owned()
        }
    };
    Zeroizing::new(shown.split_inclusive('\n').enumerate().map(line).collect())
}

/// Strings in lines where a secret is written in a form that was not understood.
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
    let is_hidden = |span: &std::ops::Range<usize>| {
        let shown = text
            .get(span.clone())
            .unwrap_or_default()
            .trim_matches(['"', '\'']);
        let is_unclear = lines.contains(&numbers.line(span.start)) && !is_public(shown);
        is_unclear || looks_secret(shown)
    };
    let mut spans: Vec<std::ops::Range<usize>> = strings
        .chain(others)
        .filter(|span| !span.is_empty() && is_hidden(span))
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

/// Letters and figures with signs, or in both cases, in one piece: somebody else's secret may look
/// like this.
fn looks_secret(text: &str) -> bool {
    let has = |like: fn(char) -> bool| text.chars().any(like);
    let is_mixed = has(char::is_uppercase) && has(char::is_lowercase)
        || has(|c| c.is_ascii_punctuation() && c != '_');
    text.len() >= 8
        && !is_public(text)
        && has(char::is_alphabetic)
        && has(|c| c.is_ascii_digit())
        && is_mixed
        && !text.contains(['$', '{', '(', '&'])
}
