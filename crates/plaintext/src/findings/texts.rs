//! What a string says without a name: an address with its tenant, a form, the user of `curl`.

use super::{Collector, Finding, Reason};
use crate::bindings::{Form, Literal, Meaning, Value};
use crate::forms;
use crate::list::exactly_one;
use crate::names::{Field, field_of};
use crate::proof::prove::resource_scope;
use crate::proof::resolve::decoded;
use crate::token::Part;
use std::ops::Range;
use zeroize::Zeroizing;

/// Fields of a form that are parts of a sign-in.
const FORM_KEYS: [&str; 6] = [
    "client_id",
    "client_secret",
    "username",
    "password",
    "scope",
    "resource",
];

/// A text with more of them is no form.
const MOST_PAIRS: usize = 200;

/// `name=value` of a form, the name in small letters.
#[derive(Default)]
struct Pair {
    key: Zeroizing<String>,
    value: Vec<Part>,
}

/// The pairs of a string as if it were a form. Text without a `=` is a pair without a name.
fn pairs_of(literal: &Literal) -> Vec<Pair> {
    let mut done = Vec::new();
    let mut pair = Pair::default();
    let mut in_value = false;
    for part in &literal.parts {
        let Part::Text(text) = part else {
            if in_value {
                pair.value.push(part.clone());
            }
            continue;
        };
        let pieces: Vec<&str> = if literal.form == Form::Raw {
            vec![text]
        } else {
            text.split('&').collect()
        };
        for (index, piece) in pieces.into_iter().enumerate() {
            if index > 0 {
                done.push(std::mem::take(&mut pair));
                in_value = false;
            }
            if in_value {
                pair.value
                    .push(Part::Text(Zeroizing::new(piece.to_owned())));
            } else if let Some((key, value)) = piece.split_once('=') {
                let key = key.rsplit(['?', '\n', ' ']).next().unwrap_or_default();
                pair.key = Zeroizing::new(key.to_ascii_lowercase());
                pair.value
                    .push(Part::Text(Zeroizing::new(value.to_owned())));
                in_value = true;
            }
        }
    }
    done.push(pair);
    done
}

/// True for a part of line ends only.
fn is_blank(part: &Part) -> bool {
    matches!(part, Part::Text(text) if text.trim_matches(['\r', '\n']).is_empty())
}

impl Collector<'_> {
    /// A user or a password of another service; so is the variable that it comes from.
    pub(super) fn of_another(&mut self, field: Field, value: &Value) {
        if field == Field::Password {
            self.key_files.add_password(value, &self.variables);
            self.unclear(field, &value.span, Reason::OfAnother);
        }
    }

    /// `https://HOST/TENANT/oauth2/...` names both.
    pub(super) fn address(&mut self, literal: &Literal) {
        let starts = matches!(literal.parts.first(), Some(Part::Text(t)) if t.trim_start().starts_with("https://"));
        if starts {
            self.url(&literal.parts, &literal.span, false);
        }
    }

    pub(super) fn url(&mut self, parts: &[Part], span: &Range<usize>, is_authority: bool) {
        let Some((Part::Text(first), more)) = parts.split_first() else {
            return;
        };
        let Some(rest) = first.trim().strip_prefix("https://") else {
            return;
        };
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let known = self
            .hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(host));
        let is_endpoint = path.contains("/oauth2/")
            || more
                .iter()
                .any(|part| matches!(part, Part::Text(text) if text.contains("/oauth2/")));
        if host.is_empty() || !(is_authority || known || is_endpoint) {
            return;
        }
        self.findings.push(Finding {
            field: Field::Authority,
            line: self.lines.line(span.start),
            commented: self.commented,
            inside: true,
            span: span.clone(),
            text: Zeroizing::new(format!("https://{host}")),
        });
        let tenant = path.split('/').next().unwrap_or_default();
        match more.first() {
            Some(Part::Name(name)) if path.is_empty() => {
                self.name(Field::Tenant, &name.clone(), span, 0);
            }
            _ if tenant.is_empty() || tenant.starts_with("oauth2") => {}
            None | Some(_)
                if forms::is_tenant(tenant) && !tenant.eq_ignore_ascii_case("organizations") =>
            {
                self.literal(
                    Field::Tenant,
                    Zeroizing::new(tenant.to_owned()),
                    span.clone(),
                    true,
                );
            }
            _ => {}
        }
    }

    /// `client_id=...&client_secret=...` as one string.
    pub(super) fn body(&mut self, literal: &Literal) {
        let pairs = pairs_of(literal);
        let is_form = literal.form != Form::Perhaps
            || pairs.iter().any(|pair| {
                matches!(
                    pair.key.as_str(),
                    "grant_type" | "client_secret" | "password"
                )
            });
        if !is_form {
            return;
        }
        // Each value is looked for in the whole text; no form has more fields.
        let is_whole = pairs.len() <= MOST_PAIRS
            && (literal.form != Form::Perhaps || begins_as_form(&literal.parts));
        for Pair { key, value } in &pairs {
            if !FORM_KEYS.contains(&key.as_str()) {
                continue;
            }
            match field_of(key) {
                Some(field) if is_whole => self.pair(field, key, value, literal),
                // A command with a form in it: its shell decides where a value ends.
                Some(field) if field.is_secret() => {
                    self.unclear(field, &literal.span, Reason::Interpolated);
                }
                _ => {}
            }
        }
    }

    fn pair(&mut self, field: Field, key: &str, value: &[Part], literal: &Literal) {
        let value: Vec<Part> = value
            .iter()
            .filter(|part| !is_blank(part))
            .cloned()
            .collect();
        match Meaning::of(&value) {
            Meaning::Text(raw) => {
                let raw = raw.trim_end_matches(['\r', '\n']);
                let text = if literal.form == Form::Raw {
                    Zeroizing::new(raw.to_owned())
                } else {
                    decoded(raw)
                };
                if text.is_empty() {
                    return;
                }
                let inner = self.text.get(literal.inner.clone()).unwrap_or_default();
                let places = inner
                    .match_indices(raw)
                    .filter(|(at, _)| ends_with_name(&inner[..*at], key));
                let span = exactly_one(places)
                    .map(|(at, _)| literal.inner.start + at..literal.inner.start + at + raw.len());
                let inside = span.is_some();
                let text = if key == "resource" {
                    Zeroizing::new(resource_scope(&text))
                } else {
                    text
                };
                self.literal(field, text, span.unwrap_or(literal.span.clone()), inside);
            }
            Meaning::Name(name) => self.name(field, &name, &literal.span, 0),
            Meaning::Mixed(_) => self.unclear(field, &literal.span, Reason::Interpolated),
            _ => self.unclear(field, &literal.span, Reason::Computed),
        }
    }

    /// `GUID:secret`: with anything else before the colon it is no app.
    pub(super) fn user(&mut self, literal: &Literal) {
        let Meaning::Text(text) = Meaning::of(&literal.parts) else {
            return;
        };
        let Some((id, secret)) = text.split_once(':').filter(|(id, _)| forms::is_guid(id)) else {
            return;
        };
        let inner = self.text.get(literal.inner.clone()).unwrap_or_default();
        let span = inner
            .find(id)
            .zip(inner.rfind(secret))
            .map(|(at, secret_at)| {
                let start = literal.inner.start;
                (
                    start + at..start + at + id.len(),
                    start + secret_at..start + secret_at + secret.len(),
                )
            });
        let inside = span.is_some();
        let (of_id, of_secret) = span.unwrap_or((literal.span.clone(), literal.span.clone()));
        self.literal(Field::ClientId, Zeroizing::new(id.to_owned()), of_id, true);
        self.literal(
            Field::ClientSecret,
            Zeroizing::new(secret.to_owned()),
            of_secret,
            inside,
        );
    }
}

/// True if a text ends with `name=`; the name is in small letters.
fn ends_with_name(text: &str, name: &str) -> bool {
    let before = text.strip_suffix('=').unwrap_or_default();
    let start = before.len().checked_sub(name.len());
    start
        .and_then(|start| before.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case(name))
}

/// True if a text begins with the name of a field, or with an address that ends in one.
fn begins_as_form(parts: &[Part]) -> bool {
    let Some(Part::Text(first)) = parts.first() else {
        return true;
    };
    let start = first
        .trim_start()
        .split(['=', '&'])
        .next()
        .unwrap_or_default();
    let name = start.rsplit('?').next().unwrap_or_default();
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    is_name && !start.contains(char::is_whitespace)
}
