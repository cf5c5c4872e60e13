//! What a token request of PowerShell becomes: the variable in the place of the token, or an object
//! that answers as the request did.

use super::dead;
use super::file::{Powershell, VARIABLE};
use crate::edits::Edit;
use crate::proof::Used;
use crate::proof::answer::{Answers, Around, ValueSpan};
use crate::proof::prove::{Request, Why};
use crate::token::Kind;
use std::ops::Range;

pub(super) fn replaced(
    file: &Powershell<'_>,
    request: &Request,
    used: &Used,
) -> Result<Vec<Edit>, Why> {
    let statement = file.innermost(request.tokens.0).ok_or(Why::Shape(None))?;
    let only_token = used.iter().all(|(_, member)| member == "access_token");
    let edits = if let Some(range) = file.direct(file.value_of(request)) {
        vec![Edit::with(range, VARIABLE)]
    } else if only_token
        && file.readers.is_empty()
        && let Some(edits) = dead::inlined(file, statement)
    {
        edits
    } else {
        vec![Edit::with(
            request.range.clone(),
            file.replacement(request, used),
        )]
    };
    Ok(dead::without(file, statement, edits))
}

fn is_used(used: &Used, name: &str) -> bool {
    used.iter().any(|(_, member)| member == name)
}

impl Powershell<'_> {
    /// The place where a script reads the token of the request itself: `(...).access_token`, or
    /// through a pipe.
    fn direct(&self, value: ValueSpan) -> Option<Range<usize>> {
        let mut value = value;
        for _ in 0..10 {
            if let Some((name, last)) = self.expanded(&value) {
                return (name == "access_token").then(|| self.span(value.first, last));
            }
            match self.around(&value) {
                Around::Goes(next) => value = next,
                Around::Members(names) if names == ["access_token"] => {
                    let word = self.tokens.list.get(value.last + 1)?;
                    let start = self.span(value.first, value.last).start;
                    let end = match word.kind {
                        Kind::Word => word.span.start + ".access_token".len(),
                        _ => self.tokens.list.get(value.last + 3)?.span.end,
                    };
                    return Some(start..end);
                }
                _ => return None,
            }
        }
        None
    }

    /// What an answer looks like to the rest of the script, where that needs more of it than the
    /// token.
    fn replacement(&self, request: &Request, used: &Used) -> String {
        let mut answer = format!("@{{ access_token = {VARIABLE}; token_type = 'Bearer'");
        if is_used(used, "expires_in") {
            answer.push_str("; expires_in = [long]$env:ROPC_EXPIRES_ON - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()");
        }
        if is_used(used, "expires_on") {
            answer.push_str("; expires_on = $env:ROPC_EXPIRES_ON");
        }
        answer.push_str(" }");
        if self.is_web(request.tokens.0) {
            format!("[pscustomobject]@{{ Content = (ConvertTo-Json {answer}) }}")
        } else {
            format!("[pscustomobject]{answer}")
        }
    }
}
