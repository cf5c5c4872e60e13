//! TOML: strings that are values of keys, with their places; arrays of strings are scopes.

use crate::bindings::{Binding, Form, Found, Literal, Meaning, Value};
use crate::token::Part;
use std::ops::Range;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

/// No settings that a person wrote nest deeper.
const DEEPEST: usize = 20;

/// The values, and the byte where the text stops being TOML.
pub(crate) fn read(text: &str, range: Range<usize>) -> (Found, Option<usize>) {
    let mut found = Found::default();
    let Some(content) = text.get(range.clone()) else {
        return (found, None);
    };
    match DeTable::parse(content) {
        Ok(table) => table_of(table.get_ref(), range.start, 0, &mut found),
        Err(error) => {
            return (
                found,
                Some(range.start + error.span().map_or(0, |span| span.start)),
            );
        }
    }
    (found, None)
}

fn table_of(table: &DeTable<'_>, start: usize, depth: usize, found: &mut Found) {
    if depth >= DEEPEST {
        return;
    }
    for (key, value) in table {
        let span = start + value.span().start..start + value.span().end;
        match value.get_ref() {
            DeValue::String(text) => {
                let text = Zeroizing::new(text.to_string());
                let quote = 1;
                let inner = span.start + quote..span.end.max(span.start + 2 * quote) - quote;
                let parts = vec![Part::Text(text.clone())];
                found.literals.push(Literal {
                    span: span.clone(),
                    inner,
                    parts,
                    form: Form::Perhaps,
                });
                bind(key.get_ref(), span, Meaning::Text(text), found);
            }
            DeValue::Array(items) => {
                let texts: Option<Vec<&str>> =
                    items.iter().map(|item| item.get_ref().as_str()).collect();
                let meaning = texts.map_or(Meaning::Computed, |texts| {
                    Meaning::List(Zeroizing::new(texts.join(" ")))
                });
                if !items.iter().any(|item| item.get_ref().is_table()) {
                    bind(key.get_ref(), span, meaning, found);
                }
                for table in items.iter().filter_map(|item| item.get_ref().as_table()) {
                    table_of(table, start, depth + 1, found);
                }
            }
            DeValue::Table(inner) => table_of(inner, start, depth + 1, found),
            _ => {}
        }
    }
}

fn bind(name: &str, span: Range<usize>, meaning: Meaning, found: &mut Found) {
    let value = Value { span, meaning };
    found.bindings.push(Binding::entry(name, value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_their_places() {
        let text = "# é\n[graph]\npassword = 'it'\nscopes = [\"a\", \"b\"]\n[[app]]\nclient.secret = \"\"\"x\"\"\"\nn = 1\n";
        let (found, broken) = read(text, 0..text.len());
        assert_eq!(broken, None);
        let shown: Vec<(&str, &str)> = found
            .bindings
            .iter()
            .map(|b| (b.name.as_str(), &text[b.value.span.clone()]))
            .collect();
        assert!(
            shown.contains(&("password", "'it'")) && shown.contains(&("scopes", "[\"a\", \"b\"]")),
            "{shown:?}"
        );
        assert!(shown.contains(&("secret", "\"\"\"x\"\"\"")), "{shown:?}");
        assert!(read("a = 'b", 0..6).1.is_some());
    }
}
