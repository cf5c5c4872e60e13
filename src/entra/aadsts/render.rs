//! The plain lines that `ropc explain` and the error hints show for an entry. Text only: no colour, no wrapping, no
//! output; that is the user interface's work.

use super::{Accepted, Entry, Evidence, Fixer, Guard, Lock, Retry};

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
    let mut lines = vec![format!("AADSTS{code}: {}", entry.title)];
    if entry.first != entry.last {
        lines.push(format!("range: {} to {}", entry.first, entry.last));
    }
    lines.push(format!("why: {}", entry.cause));
    lines.push(format!("password: {}", password(entry.accepted)));
    let who: Vec<&str> = entry.fix.iter().copied().map(who).collect();
    lines.push(format!("who fixes it: {}", who.join("; ")));
    lines.push(format!("repeated by ropc: {}", repeated(entry.retry)));
    lines.push(format!("can lock the account: {}", locks(entry.lock)));
    lines.push(format!("what ropc does: {}", does(entry.guard)));
    lines.push("what to do:".to_owned());
    let steps = entry.todo.iter().enumerate();
    lines.extend(steps.map(|(index, step)| format!("  {}. {step}", index + 1)));
    lines.push(match entry.note.as_str() {
        "" => format!("known from: {}", known_from(entry.evidence)),
        note => format!("known from: {}; {note}", known_from(entry.evidence)),
    });
    lines
}

/// The explanation of a number that the table does not have.
pub fn render_unknown(code: u32) -> Vec<String> {
    vec![
        format!("AADSTS{code}: not in the table of this version"),
        "what ropc does: it goes by the OAuth word and the HTTP status of the answer; after an unknown invalid_grant \
         or invalid_client it does not send the stored secret again until a person acts"
            .to_owned(),
        "what to do:".to_owned(),
        format!("  1. look it up: https://login.microsoftonline.com/error?code={code}"),
        "  2. give the tenant admin the trace id, correlation id and time of the message".to_owned(),
        "  3. when the cause is gone: `ropc login --retry`".to_owned(),
    ]
}

fn password(accepted: Accepted) -> &'static str {
    match accepted {
        Accepted::Yes => "was right; something after it refused",
        Accepted::No => "was judged wrong",
        Accepted::NotJudged => "was not judged",
        Accepted::Unknown => "the answer does not tell whether it was right",
    }
}

fn who(fixer: Fixer) -> &'static str {
    match fixer {
        Fixer::User => "the user",
        Fixer::AppOwner => "the owner of the app registration or of the profile",
        Fixer::TenantAdmin => "the tenant admin",
        Fixer::Wait => "nobody: wait",
    }
}

fn repeated(retry: Retry) -> &'static str {
    match retry {
        Retry::Never => "no; the same request gets the same answer until something is changed",
        Retry::Once => "once, after a second",
        Retry::AfterDelay => "only after the pause that the service asks for",
        Retry::ByUser => "no; a person may try again when the cause is gone",
    }
}

fn locks(lock: Lock) -> &'static str {
    match lock {
        Lock::Yes => "yes, each further try counts",
        Lock::No => "no",
        Lock::Unknown => "not documented; taken for possible",
    }
}

fn does(guard: Guard) -> &'static str {
    match guard {
        Guard::None => "nothing more; the next run signs in as usual",
        Guard::Slow => "spaces out the next sign-ins of this profile; nothing is blocked for good",
        Guard::CoolDown => "makes no sign-in until a pause is over",
        Guard::LatchClientSecret => {
            "does not send this client secret again, from any process, until `ropc login` stores another or `ropc \
             login --retry` asks for one more try"
        }
        Guard::LatchPassword => {
            "does not send this password again, from any process, until `ropc login` stores another or `ropc login \
             --retry` asks for one more try"
        }
    }
}

fn known_from(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Documented => "Microsoft's documentation",
        Evidence::Source => "the source of a published library",
        Evidence::Recorded => "a recording of the live service",
        Evidence::Community => "reports by users, likely but not certain",
        Evidence::Inferred => "our own inference",
    }
}
