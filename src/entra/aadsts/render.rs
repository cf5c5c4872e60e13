//! The plain lines that `ropc explain` and the error hints show for an entry. Text only: no colour, no wrapping, no
//! output; that is the user interface's work.

use super::{Accepted, Entry, Evidence, Fixer, Guard, Lock, Retry};
use crate::l10n::msg;

/// What is known of a profile, for the placeholders in the steps of an entry. All of it is public.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Host of the authority, such as `login.microsoftonline.com`.
    pub host: Option<&'a str>,
    /// Tenant id or domain.
    pub tenant: Option<&'a str>,
    /// Client id.
    pub client_id: Option<&'a str>,
    /// Scopes, separated by spaces.
    pub scope: Option<&'a str>,
}

/// A step with `{host}`, `{tenant}`, `{client_id}` and `{scope}` replaced by what is known; what is not known, and
/// `{redirect_uri}`, stays as it is. Values are percent-encoded, for the placeholders stand in web addresses.
pub fn fill(line: &str, facts: &Facts<'_>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let value = after.split_once('}').and_then(|(name, tail)| {
            let value = match name {
                "host" => facts.host,
                "tenant" => facts.tenant,
                "client_id" => facts.client_id,
                "scope" => facts.scope,
                _ => None,
            };
            value.map(|value| (value, tail))
        });
        if let Some((value, tail)) = value {
            push_encoded(&mut out, value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn push_encoded(out: &mut String, value: &str) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)]);
            out.push(HEX[usize::from(byte & 15)]);
        }
    }
}

/// The explanation of an entry, line by line. `code` is the number that was asked for; it may lie inside a range.
pub fn render(entry: &Entry, code: u32) -> Vec<String> {
    let text = entry.text();
    let mut lines = vec![msg!("explain-title", code = code, title = text.title)];
    if entry.first != entry.last {
        lines.push(msg!("explain-range", first = entry.first, last = entry.last));
    }
    lines.push(msg!("explain-why", cause = text.cause));
    lines.push(msg!("explain-password", state = password(entry.accepted)));
    let who =
        entry.fix.iter().copied().map(who).reduce(|one, other| msg!("explain-who-both", one = one, other = other));
    lines.push(msg!("explain-who", who = who.unwrap_or_default()));
    lines.push(msg!("explain-repeated", answer = repeated(entry.retry)));
    lines.push(msg!("explain-lock", answer = locks(entry.lock)));
    lines.push(msg!("explain-does", what = does(entry.guard)));
    lines.push(msg!("explain-to-do"));
    let steps = text.todo.iter().enumerate();
    lines.extend(steps.map(|(index, step)| format!("  {}. {step}", index + 1)));
    let source = known_from(entry.evidence);
    lines.push(match text.note.as_str() {
        "" => msg!("explain-known", source = source),
        note => msg!("explain-known-but", source = source, note = note),
    });
    lines
}

/// The explanation of a number that the table does not have.
pub fn render_unknown(code: u32) -> Vec<String> {
    vec![
        msg!("explain-title", code = code, title = msg!("explain-unknown")),
        msg!("explain-does", what = msg!("explain-unknown-does")),
        msg!("explain-to-do"),
        format!("  1. {}", msg!("explain-unknown-look-up", code = code)),
        format!("  2. {}", msg!("explain-unknown-ids")),
        format!("  3. {}", msg!("explain-unknown-retry")),
    ]
}

fn password(accepted: Accepted) -> String {
    match accepted {
        Accepted::Yes => msg!("explain-password-right"),
        Accepted::No => msg!("explain-password-wrong"),
        Accepted::NotJudged => msg!("explain-password-not-judged"),
        Accepted::Unknown => msg!("explain-password-unknown"),
    }
}

fn who(fixer: Fixer) -> String {
    match fixer {
        Fixer::User => msg!("explain-who-user"),
        Fixer::AppOwner => msg!("explain-who-owner"),
        Fixer::TenantAdmin => msg!("explain-who-admin"),
        Fixer::Wait => msg!("explain-who-wait"),
    }
}

fn repeated(retry: Retry) -> String {
    match retry {
        Retry::Never => msg!("explain-repeated-never"),
        Retry::Once => msg!("explain-repeated-once"),
        Retry::AfterDelay => msg!("explain-repeated-after-delay"),
        Retry::ByUser => msg!("explain-repeated-by-user"),
    }
}

fn locks(lock: Lock) -> String {
    match lock {
        Lock::Yes => msg!("explain-lock-yes"),
        Lock::No => msg!("explain-lock-no"),
        Lock::Unknown => msg!("explain-lock-unknown"),
    }
}

fn does(guard: Guard) -> String {
    match guard {
        Guard::None => msg!("explain-does-none"),
        Guard::Slow => msg!("explain-does-slow"),
        Guard::CoolDown => msg!("explain-does-cool-down"),
        Guard::LatchClientSecret => msg!("explain-does-latch-client-secret"),
        Guard::LatchPassword => msg!("explain-does-latch-password"),
    }
}

fn known_from(evidence: Evidence) -> String {
    match evidence {
        Evidence::Documented => msg!("explain-known-documented"),
        Evidence::Source => msg!("explain-known-source"),
        Evidence::Recorded => msg!("explain-known-recorded"),
        Evidence::Community => msg!("explain-known-community"),
        Evidence::Inferred => msg!("explain-known-inferred"),
    }
}
