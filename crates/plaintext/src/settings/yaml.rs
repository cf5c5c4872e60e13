//! YAML through `saphyr-parser`: scalars that are values of keys, with their places. Aliases stand
//! for what their anchors do.

mod places;

use crate::bindings::{Binding, Form, Found, Literal, Meaning, Value};
use crate::placeholder::is_placeholder;
use crate::shell;
use crate::token::Part;
use places::Offsets;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::ops::Range;
use zeroize::Zeroizing;

/// What is found before the text stops being YAML, and where that is.
pub(crate) fn read(text: &str, range: Range<usize>) -> (Found, Option<usize>) {
    let Some(content) = text.get(range.clone()) else {
        return (Found::default(), None);
    };
    let offsets = Offsets::of(content, range.start);
    let (is_secret, is_compose) = (
        is_secret(content),
        content.lines().any(|line| line.trim_end() == "services:"),
    );
    let mut reader = Reader {
        text,
        offsets,
        found: Found::default(),
        open: Vec::new(),
        is_secret,
        is_compose,
        encoded: None,
    };
    for event in Parser::new_from_str(content) {
        match event {
            Ok((event, span)) => reader.event(&event, span),
            Err(error) => {
                return (
                    reader.found,
                    Some(reader.offsets.at(error.marker().index())),
                );
            }
        }
    }
    (reader.found, None)
}

/// True for a Secret of Kubernetes, in YAML or in JSON: what stands under its `data` is base64.
pub(crate) fn is_secret(content: &str) -> bool {
    content.match_indices("kind").any(|(at, kind)| {
        let value =
            content[at + kind.len()..].trim_start_matches(['"', '\'', ' ', '\t', ':', '\n', '\r']);
        value
            .strip_prefix("Secret")
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// A mapping or sequence that is open.
enum Open {
    /// A mapping, with the key whose value comes next.
    Mapping(Option<String>, Named),
    /// A sequence of texts under a key.
    Sequence(Option<String>, Vec<Zeroizing<String>>, usize),
}

/// `name: KEY` and `value: ...`, as Kubernetes lists variables; or `KEY: { value: ... }`, where the
/// name is the key of the mapping.
#[derive(Default)]
struct Named {
    name: Option<String>,
    value: Option<(Range<usize>, Meaning)>,
}

struct Reader<'t> {
    text: &'t str,
    offsets: Offsets,
    found: Found,
    open: Vec<Open>,
    /// True for a Secret of Kubernetes: its `data` is base64.
    is_secret: bool,
    /// True for Docker Compose: a dollar sign in a value means something else to it.
    is_compose: bool,
    /// How many mappings are open around the `data` of a Secret.
    encoded: Option<usize>,
}

impl Reader<'_> {
    fn event(&mut self, event: &Event<'_>, span: Span) {
        let range = self.offsets.at(span.start.index())..self.offsets.at(span.end.index());
        match event {
            Event::MappingStart(..) => {
                let key = self.take_key();
                let is_data = self.is_secret && key.as_deref() == Some("data");
                if (is_data || key.as_deref() == Some("encryptedData")) && self.encoded.is_none() {
                    self.encoded = Some(self.open.len());
                }
                self.open.push(Open::Mapping(
                    None,
                    Named {
                        name: key,
                        value: None,
                    },
                ));
            }
            Event::SequenceStart(..) => {
                let key = self.take_key();
                self.open.push(Open::Sequence(key, Vec::new(), range.start));
            }
            Event::MappingEnd => self.mapping_end(),
            Event::SequenceEnd => {
                if let Some(Open::Sequence(Some(key), texts, start)) = self.open.pop() {
                    let texts: Vec<&str> = texts.iter().map(|t| t.as_str()).collect();
                    let meaning = Meaning::List(Zeroizing::new(texts.join(" ")));
                    self.bind(key, start..range.end, meaning);
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                let is_made = tag.as_ref().is_some_and(|tag| tag.suffix != "str");
                let meaning = if is_made {
                    Meaning::Encoded
                } else {
                    self.meaning(value, *style)
                };
                self.scalar(value, *style, *anchor, range, meaning);
            }
            Event::Alias(anchor) => {
                if let Some(key) = self.take_key() {
                    self.bind(key, range, Meaning::Name(format!("&{anchor}")));
                }
            }
            _ => {}
        }
    }

    fn mapping_end(&mut self) {
        if self.encoded == Some(self.open.len() - 1) {
            self.encoded = None;
        }
        if let Some(Open::Mapping(
            _,
            Named {
                name: Some(name),
                value: Some((span, meaning)),
            },
        )) = self.open.pop()
        {
            self.bind(name, span, meaning);
        }
    }

    /// The key that waits for a value.
    fn take_key(&mut self) -> Option<String> {
        match self.open.last_mut() {
            Some(Open::Mapping(key, _)) => key.take(),
            _ => None,
        }
    }

    /// What a program gets of a value, as far as all programs agree.
    fn meaning(&self, value: &str, style: ScalarStyle) -> Meaning {
        let is_number = value.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
            && value.replace('_', "").parse::<f64>().is_ok();
        let is_decimal = value.bytes().all(|b| b.is_ascii_digit()) && !value.starts_with('0');
        let is_typed = is_number && !is_decimal
            || value.starts_with("0x")
            || value.starts_with("0o")
            || ["true", "false", "yes", "no", "on", "off"]
                .contains(&value.to_ascii_lowercase().as_str());
        let variable = value.strip_prefix('$').unwrap_or_default();
        let is_variable = variable.starts_with('[')
            || !variable.is_empty()
                && variable
                    .chars()
                    .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        match () {
            () if value.starts_with("ENC[") || value.starts_with("$ANSIBLE_VAULT") => {
                Meaning::Encoded
            }
            () if style == ScalarStyle::Plain && is_typed => Meaning::Computed,
            () if is_variable
                || self.is_compose && value.contains('$') && !is_placeholder(value) =>
            {
                Meaning::Computed
            }
            () => Meaning::Text(Zeroizing::new(value.to_owned())),
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        range: Range<usize>,
        meaning: Meaning,
    ) {
        // A block's text begins below its mark; the value to replace is mark and text.
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let range = places::without_properties(self.text, range);
        let span = match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                places::quoted(self.text, range)
            }
            _ if block => places::block(self.text, range),
            _ => range,
        };
        if style == ScalarStyle::Literal && self.script(&span, value) {
            self.take_key();
            return;
        }
        if let Some(Open::Sequence(_, texts, _)) = self.open.last_mut() {
            texts.push(Zeroizing::new(value.to_owned()));
            if self.setting(value, &span) {
                return;
            }
        } else if let Some(Open::Mapping(key @ None, _)) = self.open.last_mut() {
            *key = Some(value.to_owned());
            return;
        } else if let Some(key) = self.take_key() {
            if style == ScalarStyle::Plain && ["", "~", "null", "Null", "NULL"].contains(&value) {
                return;
            }
            if let Some(Open::Mapping(_, named)) = self.open.last_mut() {
                match key.as_str() {
                    "name" => named.name = Some(value.to_owned()),
                    "value" | "default" | "defaultValue" => {
                        named.value = Some((span.clone(), meaning.clone()));
                    }
                    _ => {}
                }
            }
            if anchor > 0 {
                self.variable(format!("&{anchor}"), span.clone(), meaning.clone());
            }
            self.bind(key, span.clone(), meaning);
        }
        let parts = vec![Part::Text(Zeroizing::new(value.to_owned()))];
        self.found.literals.push(Literal {
            inner: span.clone(),
            span,
            parts,
            form: Form::Perhaps,
        });
    }

    /// `- NAME=value`, as Docker Compose lists variables; a dollar sign means something else to it.
    fn setting(&mut self, item: &str, span: &Range<usize>) -> bool {
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        let Some((name, value)) = item.split_once('=').filter(|(name, _)| is_name(name)) else {
            return false;
        };
        let source = self.text.get(span.clone()).unwrap_or_default();
        let quote = usize::from(source.starts_with(['"', '\'']));
        // What is escaped stands there in other characters.
        let is_plain = source.get(quote..source.len().saturating_sub(quote)) == Some(item);
        let start = if is_plain {
            span.start + quote + name.len() + 1
        } else {
            span.start
        };
        let range = if is_plain {
            start..span.end - quote
        } else {
            span.clone()
        };
        let known = is_plain && !value.contains('$');
        let meaning = if known {
            Meaning::Text(Zeroizing::new(value.to_owned()))
        } else {
            Meaning::Computed
        };
        self.bind(name.to_owned(), range.clone(), meaning);
        if known {
            let parts = vec![Part::Text(Zeroizing::new(value.to_owned()))];
            self.found.literals.push(Literal {
                inner: range.clone(),
                span: range,
                parts,
                form: Form::No,
            });
        }
        true
    }

    /// A token request in a step of a pipeline: `run: |` with the lines of a shell script. Their
    /// indent means nothing to it.
    fn script(&mut self, span: &Range<usize>, value: &str) -> bool {
        let first_line = self.text.get(span.clone()).and_then(|t| t.find('\n'));
        let Some(at) =
            first_line.filter(|_| value.contains("curl ") && value.contains("grant_type"))
        else {
            return false;
        };
        let tokens = shell::lex::lex(self.text, span.start + at + 1..span.end);
        if tokens.broken.is_some() {
            return false;
        }
        let found = shell::read::read(&tokens.list, self.text);
        self.found
            .bindings
            .extend(found.bindings.into_iter().map(|b| Binding {
                removable: None,
                ..b
            }));
        self.found.literals.extend(found.literals);
        true
    }

    fn bind(&mut self, name: String, span: Range<usize>, meaning: Meaning) {
        // What a step of a pipeline reads as a variable is written so.
        let is_variable = name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let meaning = if self.encoded.is_some() {
            Meaning::Encoded
        } else {
            meaning
        };
        let value = Value { span, meaning };
        self.found.bindings.push(Binding {
            name,
            is_variable,
            value,
            removable: None,
        });
    }

    fn variable(&mut self, name: String, span: Range<usize>, meaning: Meaning) {
        let value = Value { span, meaning };
        self.found.bindings.push(Binding::variable(name, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_their_places() {
        let text = "# é\na:\n  password: &p 'it''s'\n  other: {client_secret: *p, x: \"\\u00e9\"}\nq: 'r' # s\nscope: [b, c]\npw: |\n  d\n  e\nz: 1\n";
        let (found, broken) = read(text, 0..text.len());
        assert_eq!(broken, None);
        let shown: Vec<(&str, &str)> = found
            .bindings
            .iter()
            .map(|b| (b.name.as_str(), &text[b.value.span.clone()]))
            .collect();
        assert_eq!(shown[0].0, "&1");
        assert!(shown.contains(&("password", "'it''s'")), "{shown:?}");
        assert!(shown.contains(&("client_secret", "*p")), "{shown:?}");
        assert!(
            shown.contains(&("scope", "[b, c]")) && shown.contains(&("q", "'r'")),
            "{shown:?}"
        );
        assert!(shown.contains(&("pw", "|\n  d\n  e")), "{shown:?}");
        let scope = found.bindings.iter().find(|b| b.name == "scope").unwrap();
        assert!(matches!(&scope.value.meaning, Meaning::List(t) if t.as_str() == "b c"));
        assert!(read("a: [b", 0..5).1.is_some());
    }
}
