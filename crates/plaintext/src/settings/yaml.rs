//! YAML through `saphyr-parser`: scalars that are values of keys, with their places. Aliases mean
//! what their anchors do.

mod places;
mod scalars;

use crate::bindings::{Binding, Form, Found, Literal, Meaning, Value};
use crate::shell;
use crate::token::Part;
use places::Offsets;
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use std::collections::BTreeMap;
use std::ops::Range;
use zeroize::Zeroizing;

/// In bytes. No scope and no key is longer.
const LONGEST: usize = 256;

/// No list of scopes has more.
const MOST_ITEMS: usize = 200;

/// The values before the text stops being YAML, and the byte where that is.
pub(crate) fn read(text: &str, range: Range<usize>) -> (Found, Option<usize>) {
    let Some(content) = text.get(range.clone()) else {
        return (Found::default(), None);
    };
    let offsets = Offsets::of(content, range.start);
    let mut reader = YamlReader {
        text,
        offsets,
        found: Found::default(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        is_secret: is_secret(content),
        is_compose: content.lines().any(|line| line.trim_end() == "services:"),
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

/// True for a Secret of Kubernetes, in YAML or in JSON: what is under its `data` is base64.
pub(crate) fn is_secret(content: &str) -> bool {
    content.match_indices("kind").any(|(at, kind)| {
        let value =
            content[at + kind.len()..].trim_start_matches(['"', '\'', ' ', '\t', ':', '\n', '\r']);
        value
            .strip_prefix("Secret")
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// The name of a variable.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The name of an anchor among those of variables.
fn anchor_name(anchor: usize) -> String {
    format!("&{anchor}")
}

/// A mapping or sequence that is open.
enum OpenNode {
    /// A mapping, with the key whose value comes next.
    Mapping(Option<String>, Named),
    /// A sequence under a key, with its texts as long as it holds nothing else, its first byte and
    /// its anchor.
    Sequence {
        key: Option<String>,
        texts: Option<Vec<Zeroizing<String>>>,
        start: usize,
        anchor: usize,
    },
}

/// `name: KEY` and `value: ...`, as Kubernetes lists variables; or `KEY: { value: ... }`, where the
/// name is the key of the mapping.
#[derive(Default)]
struct Named {
    name: Option<String>,
    value: Option<(Range<usize>, Meaning)>,
}

struct YamlReader<'t> {
    text: &'t str,
    offsets: Offsets,
    found: Found,
    open: Vec<OpenNode>,
    /// Anchors by their numbers: each is the place of its binding.
    anchors: BTreeMap<usize, usize>,
    /// True for a Secret of Kubernetes: its `data` is base64.
    is_secret: bool,
    /// True for Docker Compose: a dollar sign in a value means something else to it.
    is_compose: bool,
    /// How many mappings are open around the `data` of a Secret.
    encoded: Option<usize>,
}

impl YamlReader<'_> {
    fn event(&mut self, event: &Event<'_>, span: Span) {
        let range = self.offsets.at(span.start.index())..self.offsets.at(span.end.index());
        match event {
            Event::MappingStart(..) => {
                let key = self.take_key_of_a_container();
                let is_data = self.is_secret && key.as_deref() == Some("data");
                if (is_data || key.as_deref() == Some("encryptedData")) && self.encoded.is_none() {
                    self.encoded = Some(self.open.len());
                }
                self.open.push(OpenNode::Mapping(
                    None,
                    Named {
                        name: key,
                        value: None,
                    },
                ));
            }
            Event::SequenceStart(anchor, _) => {
                let key = self.take_key_of_a_container();
                self.open.push(OpenNode::Sequence {
                    key,
                    texts: Some(Vec::new()),
                    start: range.start,
                    anchor: *anchor,
                });
            }
            Event::MappingEnd => self.mapping_end(),
            Event::SequenceEnd => self.sequence_end(range.end),
            Event::Scalar(value, style, anchor, tag) => {
                let is_made = tag.as_ref().is_some_and(|tag| tag.suffix != "str");
                let meaning = if is_made {
                    Meaning::Encoded
                } else {
                    scalars::meaning(value, *style, self.is_compose)
                };
                let span = self.span_of(*style, range);
                if *style == ScalarStyle::Literal && self.script(&span, value) {
                    self.take_key();
                    return;
                }
                if *anchor > 0 {
                    self.variable(*anchor, span.clone(), meaning.clone());
                }
                self.scalar(value, *style, span, meaning);
            }
            Event::Alias(anchor) => self.alias(*anchor, range),
            _ => {}
        }
    }

    fn mapping_end(&mut self) {
        if self.encoded == Some(self.open.len() - 1) {
            self.encoded = None;
        }
        if let Some(OpenNode::Mapping(
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

    fn sequence_end(&mut self, end: usize) {
        let Some(OpenNode::Sequence {
            key,
            texts,
            start,
            anchor,
        }) = self.open.pop()
        else {
            return;
        };
        let meaning = texts.map_or(Meaning::Computed, |texts| {
            let texts: Vec<&str> = texts.iter().map(|t| t.as_str()).collect();
            Meaning::List(Zeroizing::new(texts.join(" ")))
        });
        if anchor > 0 {
            self.variable(anchor, start..end, meaning.clone());
        }
        if let Some(key) = key {
            self.bind(key, start..end, meaning);
        }
    }

    /// `*name`: what the anchor of that name is at, as a value, an item or a key.
    fn alias(&mut self, anchor: usize, range: Range<usize>) {
        let text = self.short_text(anchor);
        match self.open.last_mut() {
            Some(OpenNode::Sequence { texts, .. }) => match (text, texts) {
                (Some(text), Some(all)) if all.len() < MOST_ITEMS => all.push(text),
                (_, texts) => *texts = None,
            },
            Some(OpenNode::Mapping(key @ None, _)) => {
                *key = Some(text.map_or_else(String::new, |text| text.to_string()));
            }
            Some(OpenNode::Mapping(key, _)) => {
                if let Some(key) = key.take() {
                    self.bind(key, range, Meaning::Name(anchor_name(anchor)));
                }
            }
            None => {}
        }
    }

    /// The text at an anchor, if it may be a scope or a key: each alias makes a copy of it.
    fn short_text(&self, anchor: usize) -> Option<Zeroizing<String>> {
        let binding = self.found.bindings.get(*self.anchors.get(&anchor)?)?;
        match &binding.value.meaning {
            Meaning::Text(text) if text.len() <= LONGEST => Some(text.clone()),
            _ => None,
        }
    }

    /// The key of a mapping or sequence that begins. If it is a key itself, its value gets an empty
    /// key, which names no part of a sign-in.
    fn take_key_of_a_container(&mut self) -> Option<String> {
        match self.open.last_mut() {
            Some(OpenNode::Mapping(key @ None, _)) => {
                *key = Some(String::new());
                None
            }
            Some(OpenNode::Sequence { texts, .. }) => {
                *texts = None;
                None
            }
            _ => self.take_key(),
        }
    }

    /// The key that waits for a value.
    fn take_key(&mut self) -> Option<String> {
        match self.open.last_mut() {
            Some(OpenNode::Mapping(key, _)) => key.take(),
            _ => None,
        }
    }

    /// What has to be replaced with a scalar.
    fn span_of(&self, style: ScalarStyle, range: Range<usize>) -> Range<usize> {
        let range = places::without_properties(self.text, range);
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                places::quoted(self.text, range)
            }
            // A block's text begins below its mark; the value to replace is mark and text.
            ScalarStyle::Literal | ScalarStyle::Folded => places::block(self.text, range),
            ScalarStyle::Plain => range,
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, span: Range<usize>, meaning: Meaning) {
        if let Some(OpenNode::Sequence { texts, .. }) = self.open.last_mut() {
            match (texts, &meaning) {
                (Some(texts), Meaning::Text(text)) => texts.push(text.clone()),
                (texts, _) => *texts = None,
            }
            if self.setting(value, &span) {
                return;
            }
        } else if let Some(OpenNode::Mapping(key @ None, _)) = self.open.last_mut() {
            *key = Some(value.to_owned());
            return;
        } else if let Some(key) = self.take_key() {
            if style == ScalarStyle::Plain && ["", "~", "null", "Null", "NULL"].contains(&value) {
                return;
            }
            if let Some(OpenNode::Mapping(_, named)) = self.open.last_mut() {
                match key.as_str() {
                    "name" => named.name = Some(value.to_owned()),
                    "value" | "default" | "defaultValue" => {
                        named.value = Some((span.clone(), meaning.clone()));
                    }
                    _ => {}
                }
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
        let Some((name, value)) = item.split_once('=') else {
            return false;
        };
        if !is_name(name) {
            return false;
        }
        let source = self.text.get(span.clone()).unwrap_or_default();
        let quote = usize::from(source.starts_with(['"', '\'']));
        // With escapes, the characters in the file are not those of the value.
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
        if !value.contains("curl ") || !value.contains("grant_type") {
            return false;
        }
        let Some(at) = self.text.get(span.clone()).and_then(|t| t.find('\n')) else {
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
        // A step of a pipeline reads a name in capital letters as a variable.
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

    fn variable(&mut self, anchor: usize, span: Range<usize>, meaning: Meaning) {
        let value = Value { span, meaning };
        self.anchors
            .entry(anchor)
            .or_insert(self.found.bindings.len());
        let binding = Binding::variable(anchor_name(anchor), value);
        self.found.bindings.push(binding);
    }
}

#[cfg(test)]
mod tests;
