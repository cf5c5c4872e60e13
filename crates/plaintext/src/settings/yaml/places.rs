//! Places of a YAML text as the parser gives them, and where a value really begins and ends.

use std::ops::Range;

/// Bytes for characters: the parser counts the latter.
pub(super) struct Offsets(Vec<usize>);

impl Offsets {
    pub(super) fn of(content: &str, start: usize) -> Self {
        Self(
            content
                .char_indices()
                .map(|(at, _)| start + at)
                .chain([start + content.len()])
                .collect(),
        )
    }

    pub(super) fn at(&self, index: usize) -> usize {
        self.0.get(index).or(self.0.last()).copied().unwrap_or(0)
    }
}

/// An anchor and a tag are before a value, and stay.
pub(super) fn without_properties(text: &str, mut range: Range<usize>) -> Range<usize> {
    while let Some(value) = text
        .get(range.clone())
        .filter(|t| t.starts_with(['&', '!']))
    {
        let word = value.find(char::is_whitespace).unwrap_or(value.len());
        let rest = &value[word..];
        range.start += word + rest.len() - rest.trim_start().len();
    }
    range
}

/// To the closing quote: the parser's end lies behind the comment that may follow.
pub(super) fn quoted(text: &str, range: Range<usize>) -> Range<usize> {
    let content = text.get(range.clone()).unwrap_or_default();
    let mut chars = content.char_indices().peekable();
    let Some((_, quote)) = chars.next() else {
        return range;
    };
    while let Some((at, c)) = chars.next() {
        let doubled =
            quote == '\'' && c == quote && chars.peek().is_some_and(|(_, next)| *next == quote);
        if doubled || (c == '\\' && quote == '"') {
            chars.next();
        } else if c == quote {
            return range.start..range.start + at + 1;
        }
    }
    range
}

/// From the `|` or `>` to the end of the text, without the line end behind it.
pub(super) fn block(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let start = if text
        .get(range.clone())
        .is_some_and(|t| t.starts_with(['|', '>']))
    {
        range.start
    } else {
        before.rfind(['|', '>']).unwrap_or(range.start)
    };
    let content = text.get(start..range.end).unwrap_or_default();
    start..start + content.trim_end().len()
}
