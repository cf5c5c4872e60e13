//! Lists the texts of `locales/en` with the names of their values, so that the compiler checks
//! every `text!`. A text in any language that does not parse, or that breaks a rule of
//! `src/text/mod.rs`, stops the build with file and line. `ropc --version --verbose` gets the
//! target and its libc, which only Cargo knows. Nothing else happens here.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The value that the renderer fills in itself.
const PROFILE_FLAG: &str = "p";
/// The one value that is a number, so the one that selects a plural.
const COUNT: &str = "count";
/// Help texts, whose English is in the comments of `src/cli`.
const HELP: &str = "help";

/// By the id of a text, the names of its values.
pub type Texts = BTreeMap<String, BTreeSet<String>>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=locales");
    match (read_language("en"), read_language("ja")) {
        (Ok((areas, texts)), Ok(_)) => write_lists(&areas, &texts)?,
        (Err(fault), _) | (_, Err(fault)) => println!("cargo::error={fault}"),
    }
    println!("cargo::rustc-env=ROPC_TARGET={}", cargo_says("TARGET")?);
    println!("cargo::rustc-env=ROPC_LIBC={}", libc()?);
    Ok(())
}

/// The libc that the program needs. musl is part of it; of glibc, `.ci/dist` names the oldest that
/// will do.
fn libc() -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-env-changed=ROPC_GLIBC");
    Ok(match cargo_says("CARGO_CFG_TARGET_ENV")?.as_str() {
        "musl" => "musl, linked statically".to_owned(),
        _ => cargo_says("ROPC_GLIBC").map_or("of the system".to_owned(), |oldest| {
            format!("glibc {oldest}")
        }),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "how Cargo speaks to a build script"
)]
fn cargo_says(name: &str) -> Result<String, Box<dyn Error>> {
    std::env::var(name).map_err(|_| format!("{name} is not set").into())
}

/// The names of the files of a language, and its texts.
fn read_language(language: &str) -> Result<(Vec<String>, Texts), Box<dyn Error>> {
    let mut areas = Vec::new();
    let mut texts = Texts::new();
    for entry in std::fs::read_dir(format!("locales/{language}"))? {
        let path = entry?.path();
        areas.push(read_texts(
            &path,
            &std::fs::read_to_string(&path)?,
            &mut texts,
        )?);
    }
    areas.sort();
    Ok((areas, texts))
}

/// What `src/text` includes: the ids with the names of their values, and the files to compile in.
fn write_lists(areas: &[String], texts: &Texts) -> Result<(), Box<dyn Error>> {
    let mut messages = String::from("pub(super) const MESSAGES: &[(&str, &[&str])] = &[\n");
    for (id, values) in texts {
        write!(messages, "    (\"{id}\", &[")?;
        for name in values.iter().filter(|name| *name != PROFILE_FLAG) {
            write!(messages, "\"{name}\", ")?;
        }
        messages.push_str("]),\n");
    }
    messages.push_str("];\n");
    let out = PathBuf::from(cargo_says("OUT_DIR")?);
    for (name, code) in [
        ("messages.rs", messages),
        ("areas.rs", format!("areas!({areas:?});\n")),
    ] {
        #[expect(
            clippy::disallowed_methods,
            reason = "a file of the build, which Cargo looks after"
        )]
        std::fs::write(out.join(name), code)?;
    }
    Ok(())
}

/// Adds the texts of one file, and returns the name of its area.
///
/// # Errors
///
/// `FILE:LINE: ...` for a text that does not parse or breaks a rule.
pub fn read_texts(path: &Path, source: &str, texts: &mut Texts) -> Result<String, String> {
    let area = path.file_stem().unwrap_or_default().to_string_lossy();
    let file = path.display();
    let resource = fluent_syntax::parser::parse(source).map_err(|(_, faults)| {
        let first = faults.first();
        let line = first.map_or(1, |fault| {
            source[..fault.pos.start].matches('\n').count() + 1
        });
        format!(
            "{file}:{line}: {}",
            first.map_or_else(String::new, ToString::to_string)
        )
    })?;
    for entry in resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let id = message.id.name;
        let fault = match read_message(&area, &message) {
            Ok(values) => texts
                .insert(id.to_owned(), values)
                .map(|_| "this id is defined twice"),
            Err(fault) => Some(fault),
        };
        if let Some(fault) = fault {
            let line = last_line_of(id, source);
            return Err(format!("{file}:{line}: {id}: {fault}"));
        }
    }
    Ok(area.into_owned())
}

/// The line on which the last text of this id begins.
fn last_line_of(id: &str, source: &str) -> usize {
    let mut last = 0;
    for (at, line) in source.lines().enumerate() {
        if let Some(rest) = line.strip_prefix(id)
            && rest.trim_start().starts_with('=')
        {
            last = at + 1;
        }
    }
    last
}

/// The names of the values of a text.
fn read_message(area: &str, message: &Message<&str>) -> Result<BTreeSet<String>, &'static str> {
    let is_of_area = message
        .id
        .name
        .strip_prefix(area)
        .is_some_and(|rest| rest.starts_with('-'));
    if !is_of_area {
        return Err("an id begins with the name of its file and a `-`");
    }
    let mut values = BTreeSet::new();
    match &message.value {
        Some(pattern) if message.attributes.is_empty() => collect(pattern, &mut values)?,
        _ => return Err("a text has a value and no attributes"),
    }
    if area == HELP && !values.is_empty() {
        return Err("a help text takes no values");
    }
    Ok(values)
}

/// The names of the values in a pattern, plural forms included.
fn collect(pattern: &Pattern<&str>, values: &mut BTreeSet<String>) -> Result<(), &'static str> {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        match expression {
            Expression::Inline(InlineExpression::StringLiteral { .. }) => {}
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                values.insert(id.name.to_owned());
            }
            Expression::Select {
                selector: InlineExpression::VariableReference { id },
                variants,
            } if id.name == COUNT => {
                values.insert(COUNT.to_owned());
                for variant in variants {
                    collect(&variant.value, values)?;
                }
            }
            Expression::Select { .. } => return Err("only `$count`, a number, selects a form"),
            Expression::Inline(_) => return Err("braces hold a value or a literal"),
        }
    }
    Ok(())
}
