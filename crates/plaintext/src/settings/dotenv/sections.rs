//! Files with `[sections]`, which have rules of their own: a line with a deeper indent goes on with
//! the value above, quotation marks and comments belong to the value in some readers, `%%` is one
//! sign in others.

use super::Dialect;
use crate::names::{Field, field_of};
use std::ops::Range;

/// Whether a file has sections.
pub(super) struct Sections(bool);

impl Sections {
    pub(super) fn of(text: &str, dialect: Dialect) -> Self {
        Self(dialect == Dialect::DotEnv && text.lines().any(is_section))
    }

    /// True if two programs would read the value of this line differently.
    pub(super) fn is_unsure(
        &self,
        name: &str,
        text: &str,
        line: &Range<usize>,
        value: &Range<usize>,
    ) -> bool {
        self.0 && (goes_on(text, line) || is_secret_with_signs(name, text, line, value))
    }
}

/// True if the next line, or this one, is a part of the value above it.
fn goes_on(text: &str, line: &Range<usize>) -> bool {
    let indent = indent_of(text.get(line.clone()).unwrap_or_default());
    let behind = text.get(line.end..).unwrap_or_default();
    let next = behind.lines().skip(1).find(|line| is_text(line));
    let before = text.get(..line.start).unwrap_or_default();
    let last = before.lines().rev().find(|line| is_text(line));
    next.is_some_and(|next| is_setting(next) && indent_of(next) > indent)
        || last.is_some_and(|last| is_setting(last) && indent_of(last) < indent)
}

fn is_section(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('[') && line.ends_with(']') && !line.contains('=')
}

fn is_setting(line: &str) -> bool {
    !line.trim().starts_with('[')
}

fn is_text(line: &str) -> bool {
    !line.trim().is_empty() && !is_comment(line)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', ';'])
}

fn is_secret_with_signs(name: &str, text: &str, line: &Range<usize>, value: &Range<usize>) -> bool {
    let whole = text.get(value.start..line.end.max(value.end));
    let whole = whole.unwrap_or_default();
    let has_signs =
        whole.starts_with(['"', '\'']) || whole.contains(['#', ';']) || whole.contains("%%");
    has_signs && field_of(name).is_some_and(Field::is_secret)
}
