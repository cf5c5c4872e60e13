//! What looks wrong with a secret: facts, never the value.

/// Something about a secret that usually means a slip of the hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// A GUID: the id of the secret was pasted, not its value (answered with AADSTS7000215).
    LooksLikeGuid,
    /// White space at an end. The password grant does not support such passwords.
    OuterBlanks,
    /// Wrapped in quotation marks, which are sent as part of the value.
    OuterQuotes,
    /// Entra refuses cloud passwords of more than 256 characters (AADSTS50052).
    Over256Characters,
}

pub(super) fn shape_oddities(text: &str) -> Vec<Oddity> {
    let mut found = Vec::new();
    if text.trim() != text {
        found.push(Oddity::OuterBlanks);
    }
    let mut chars = text.trim().chars();
    if let (Some(first), Some(last)) = (chars.next(), chars.next_back())
        && first == last
        && matches!(first, '"' | '\'' | '`')
    {
        found.push(Oddity::OuterQuotes);
    }
    found
}
