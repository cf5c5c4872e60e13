//! Files with `[sections]`, which have rules of their own: a line with a deeper indent goes on with
//! the value above, quotation marks and comments belong to the value in some readers, `%%` is one
//! sign in others.

use crate::names::{Field, field_of};
use std::ops::Range;

/// The lines of a file with sections; none for another one.
#[derive(Default)]
pub(crate) struct Sections {
    lines: Vec<SectionLine>,
}

/// A line by its first byte, with the indents of the settings that are next to it.
struct SectionLine {
    start: usize,
    above: Option<usize>,
    below: Option<usize>,
}

impl Sections {
    pub(crate) fn of(text: &str) -> Self {
        if !text.lines().any(is_section) {
            return Self::default();
        }
        let mut lines = Vec::new();
        let mut start = 0;
        let mut above = None;
        for line in text.split_inclusive('\n') {
            lines.push(SectionLine {
                start,
                above,
                below: None,
            });
            start += line.len();
            above = indent_behind(line, above);
        }
        let mut below = None;
        for (line, text) in lines.iter_mut().rev().zip(text.split_inclusive('\n').rev()) {
            line.below = below;
            below = indent_behind(text, below);
        }
        Self { lines }
    }

    /// True if two programs would read the value of this line differently.
    pub(super) fn is_unsure(
        &self,
        name: &str,
        text: &str,
        line: &Range<usize>,
        value: &Range<usize>,
    ) -> bool {
        let behind = self
            .lines
            .partition_point(|known| known.start <= line.start);
        behind.checked_sub(1).is_some_and(|index| {
            goes_on(
                &self.lines[index],
                text.get(line.clone()).unwrap_or_default(),
            ) || is_secret_with_signs(name, text, line, value)
        })
    }
}

/// True if the next line, or this one, is a part of the value above it.
fn goes_on(line: &SectionLine, text: &str) -> bool {
    let indent = indent_of(text);
    line.below.is_some_and(|below| below > indent) || line.above.is_some_and(|above| above < indent)
}

/// The indent of the last setting behind a line: a section has none, and other lines change
/// nothing.
fn indent_behind(line: &str, before: Option<usize>) -> Option<usize> {
    if !is_text(line) {
        return before;
    }
    is_setting(line).then(|| indent_of(line))
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
