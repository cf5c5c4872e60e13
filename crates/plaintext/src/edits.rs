//! Changes as ranges of bytes: in order, each once, with whole lines where a statement was alone in
//! them.

use crate::token::Token;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use zeroize::Zeroizing;

/// One change: this range of bytes becomes this text.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) with: String,
    /// True for a whole statement or setting: its lines go, if nothing else is in them.
    pub(crate) is_gone: bool,
}

impl Edit {
    pub(crate) fn with(range: Range<usize>, with: impl Into<String>) -> Self {
        Self {
            range,
            with: with.into(),
            is_gone: false,
        }
    }

    pub(crate) fn gone(range: Range<usize>) -> Self {
        Self {
            range,
            with: String::new(),
            is_gone: true,
        }
    }
}

/// How often each variable is used.
pub(crate) struct Uses<'t>(BTreeMap<&'t str, usize>, BTreeSet<usize>);

impl<'t> Uses<'t> {
    pub(crate) fn of(list: &[&'t Token]) -> Self {
        let mut counts = BTreeMap::new();
        for name in list.iter().flat_map(|t| t.uses()) {
            *counts.entry(name).or_insert(0) += 1;
        }
        Self(counts, BTreeSet::new())
    }

    /// Leaves out what is in this range.
    pub(crate) fn forget(&mut self, list: &[&'t Token], range: &Range<usize>) {
        let first = list.partition_point(|t| t.span.start < range.start);
        for token in list
            .iter()
            .skip(first)
            .take_while(|t| t.span.end <= range.end)
        {
            if self.1.insert(token.span.start) {
                for name in token.uses() {
                    if let Some(count) = self.0.get_mut(name) {
                        *count -= 1;
                    }
                }
            }
        }
    }

    pub(crate) fn count(&self, name: &str) -> usize {
        self.0.get(name).copied().unwrap_or(0)
    }
}

/// The text with these changes, which are in order.
pub(crate) fn applied(text: &str, edits: &[Edit]) -> Zeroizing<String> {
    let mut new = Zeroizing::new(String::with_capacity(
        text.len() + edits.iter().map(|e| e.with.len()).sum::<usize>(),
    ));
    let mut at = 0;
    for edit in edits {
        new.push_str(text.get(at..edit.range.start).unwrap_or_default());
        new.push_str(&edit.with);
        at = edit.range.end;
    }
    new.push_str(text.get(at..).unwrap_or_default());
    new
}

/// True if one of the changes takes this range along.
pub(crate) fn covered(edits: &[Edit], span: &Range<usize>) -> bool {
    edits
        .iter()
        .any(|e| e.range.start <= span.start && span.end <= e.range.end)
}

/// In order, each once, whole lines where a statement was alone in them.
pub(crate) fn ordered(text: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let mut edits: Vec<Edit> = edits
        .into_iter()
        .map(|e| {
            if e.is_gone {
                Edit {
                    range: whole_lines(text, e.range),
                    ..e
                }
            } else {
                e
            }
        })
        .collect();
    // The widest first, so that what it covers is left out.
    edits.sort_by_key(|e| (e.range.start, std::cmp::Reverse(e.range.end)));
    let mut kept: Vec<Edit> = Vec::new();
    for edit in edits {
        match kept.last_mut() {
            Some(last) if edit.range.end <= last.range.end && edit.range.start < last.range.end => {
            }
            Some(last) if edit.range.start < last.range.end => {
                last.range.end = edit.range.end;
                last.with.push_str(&edit.with);
            }
            Some(last) if last.is_gone && edit.is_gone && last.range.end == edit.range.start => {
                last.range.end = edit.range.end;
            }
            _ => kept.push(edit),
        }
    }
    without_double_blanks(text, kept)
}

/// The lines of a statement that shares them with nothing but blanks, a comment or a semicolon;
/// else its own range.
fn whole_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text
        .get(..range.start)
        .and_then(|t| t.rfind('\n'))
        .map_or(0, |n| n + 1);
    let end = text
        .get(range.end..)
        .and_then(|t| t.find('\n'))
        .map_or(text.len(), |n| range.end + n + 1);
    let before = text.get(start..range.start).unwrap_or_default().trim();
    let behind = text.get(range.end..end).unwrap_or_default().trim();
    let ended = range.end > range.start && text.get(..range.end).is_some_and(|t| t.ends_with('\n'));
    if before.is_empty() && ended {
        return start..range.end;
    }
    if before.is_empty() && (behind.is_empty() || behind == ";" || behind.starts_with('#')) {
        return start..end;
    }
    let rest = text.get(range.end..end).unwrap_or_default();
    let semicolon = rest.strip_prefix(';').map_or(0, |more| {
        1 + more.len() - more.trim_start_matches(' ').len()
    });
    range.start..range.end + semicolon
}

/// Where lines go between two blank ones, one of these goes as well.
fn without_double_blanks(text: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    let next_start: Vec<usize> = edits
        .iter()
        .skip(1)
        .map(|e| e.range.start)
        .chain([text.len()])
        .collect();
    let mut gone_until = 0;
    for (edit, next) in edits.iter_mut().zip(next_start) {
        let before = text.get(..edit.range.start).unwrap_or_default();
        let above = before
            .strip_suffix('\n')
            .map_or("x", |t| t.rsplit('\n').next().unwrap_or_default());
        let blank_above = before.is_empty()
            || above.trim().is_empty()
            || gone_until == edit.range.start && gone_until > 0;
        while edit.is_gone && blank_above {
            let rest = text.get(edit.range.end..next).unwrap_or_default();
            let Some(end) = rest.find('\n').filter(|end| rest[..*end].trim().is_empty()) else {
                break;
            };
            edit.range.end += end + 1;
        }
        gone_until = if edit.is_gone && blank_above {
            edit.range.end
        } else {
            0
        };
    }
    edits
}
