//! Lists the texts of `locales/en` with the names of their values, so that the compiler checks every
//! `text!`. Nothing else happens here.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;

/// The value that the renderer fills in itself.
const PROFILE_FLAG: &str = "p";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales/en");
    let mut messages = BTreeMap::new();
    for entry in std::fs::read_dir("locales/en")? {
        read(&std::fs::read_to_string(entry?.path())?, &mut messages)?;
    }
    let mut code = String::from("const MESSAGES: &[(&str, &[&str])] = &[\n");
    for (id, values) in messages {
        write!(code, "    (\"{id}\", &[")?;
        for name in values.iter().filter(|name| *name != PROFILE_FLAG) {
            write!(code, "\"{name}\", ")?;
        }
        code.push_str("]),\n");
    }
    code.push_str("];\n");
    #[expect(
        clippy::disallowed_methods,
        reason = "how Cargo speaks to a build script"
    )]
    let out = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    #[expect(
        clippy::disallowed_methods,
        reason = "a file of the build, which Cargo looks after"
    )]
    std::fs::write(PathBuf::from(out).join("messages.rs"), code)?;
    Ok(())
}

fn read(source: &str, messages: &mut BTreeMap<String, BTreeSet<String>>) -> Result<(), String> {
    let resource =
        fluent_syntax::parser::parse(source).map_err(|(_, faults)| format!("{faults:?}"))?;
    for entry in resource.body {
        if let Entry::Message(message) = entry {
            let mut values = BTreeSet::new();
            if let Some(pattern) = &message.value {
                collect(pattern, &mut values);
            }
            messages.insert(message.id.name.to_owned(), values);
        }
    }
    Ok(())
}

/// The names of the values in a pattern, selectors and their variants included.
fn collect(pattern: &Pattern<&str>, values: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            match expression {
                Expression::Inline(inline) => value(inline, values),
                Expression::Select { selector, variants } => {
                    value(selector, values);
                    for variant in variants {
                        collect(&variant.value, values);
                    }
                }
            }
        }
    }
}

fn value(inline: &InlineExpression<&str>, values: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        values.insert(id.name.to_owned());
    }
}
