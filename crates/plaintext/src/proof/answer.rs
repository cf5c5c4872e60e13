//! Where the answer of a request goes. It may become a variable only if every way ends at the
//! token, or at something else that the replacement can give. Each language says what is around a
//! value; the ways are the same in all of them.

use super::prove::Why;
use std::collections::BTreeSet;

/// What of the answer a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// A promise of the response.
    Promised,
    /// The response of the server.
    Response,
    /// A promise of what it says.
    DataPromised,
    /// What it says: the token and more.
    Data,
}

/// A value in the text, from its first to its last token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValueSpan {
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) level: Level,
}

/// What a script does with a value at its place.
#[derive(Clone, Debug)]
pub(crate) enum Around {
    /// It reads these members and drops the rest.
    Members(Vec<String>),
    /// It is a part of a longer value.
    Goes(ValueSpan),
    /// A name gets this of it, in the assignment that begins at this byte.
    Named(String, usize, Level),
    /// The function that it is in returns it.
    Returned,
    /// A condition, such as `$null -ne $x`, and nothing else.
    Tested,
    /// Anything else.
    Elsewhere,
}

/// What a language knows of its own text.
pub(crate) trait Answers {
    /// What the script does with a value.
    fn around(&self, value: &ValueSpan) -> Around;
    /// Every place where a name has the value of the assignment at this byte: the value itself, or
    /// the members that the script reads of it. `None` if one place is not understood.
    fn mentions(&self, name: &str, given_at: usize, level: Level) -> Option<Vec<Around>>;
    /// The calls of the function that a value is in, as values.
    fn calls_around(&self, value: &ValueSpan) -> Option<Vec<ValueSpan>>;
    /// True if the replacement has a member like this.
    fn has(&self, level: Level, member: &str) -> bool;
}

/// No script that a person wrote takes more steps.
const MOST: usize = 200;

/// The members that the script uses, if the replacement has all of them.
pub(crate) fn used(
    language: &dyn Answers,
    start: ValueSpan,
) -> Result<BTreeSet<(Level, String)>, Why> {
    let mut found = BTreeSet::new();
    let mut open = vec![(Around::Goes(start), start.level)];
    let mut seen = Vec::new();
    while let Some((around, level)) = open.pop() {
        match around {
            Around::Goes(value) => {
                if seen.len() > MOST {
                    return Err(Why::Answer(None));
                }
                if !seen.contains(&value) {
                    seen.push(value);
                    let next = match language.around(&value) {
                        Around::Returned => {
                            let calls = language.calls_around(&value).ok_or(Why::Answer(None))?;
                            open.extend(
                                calls
                                    .into_iter()
                                    .map(|call| (Around::Goes(call), call.level)),
                            );
                            continue;
                        }
                        Around::Named(name, at, level) => {
                            let all = language
                                .mentions(&name, at, level)
                                .ok_or(Why::Answer(Some(name)))?;
                            open.extend(all.into_iter().map(|around| (around, level)));
                            continue;
                        }
                        next => next,
                    };
                    open.push((next, value.level));
                }
            }
            Around::Members(members) => {
                for member in members {
                    if !language.has(level, &member) {
                        return Err(Why::Answer(Some(member)));
                    }
                    found.insert((level, member));
                }
            }
            Around::Tested => {}
            Around::Named(name, ..) => return Err(Why::Answer(Some(name))),
            Around::Returned | Around::Elsewhere => return Err(Why::Answer(None)),
        }
    }
    Ok(found)
}

/// Members of an answer that the environment of `ropc exec` can give, and those that only a refusal
/// has: reading one of them finds nothing, as it did before.
pub(crate) const GIVEN: [&str; 9] = [
    "access_token",
    "token_type",
    "expires_in",
    "expires_on",
    "error",
    "error_description",
    "error_codes",
    "suberror",
    "correlation_id",
];
