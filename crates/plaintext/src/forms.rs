//! What ids and names look like: enough to tell a value from something else. The caller judges
//! whether it is a right one.

/// `8-4-4-4-12` hexadecimal digits.
pub(crate) fn is_guid(text: &str) -> bool {
    let mut lengths = [8, 4, 4, 4, 12].iter();
    text.len() == 36
        && text.split('-').all(|part| {
            lengths.next() == Some(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

/// A GUID, a domain, or the word for every organization.
pub(crate) fn is_tenant(text: &str) -> bool {
    let text = text.trim();
    is_guid(text)
        || text.eq_ignore_ascii_case("organizations")
        || text.contains('.') && text.split('.').all(is_label)
}

/// One label of a domain name.
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// `somebody@domain`.
pub(crate) fn is_user(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split_once('@');
    parts.is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !domain.contains('@')
    }) && !text.contains(char::is_whitespace)
}

/// The text behind a prefix whose ASCII letters are in any case.
pub(crate) fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// `https://graph.microsoft.com/.default`, one or several.
pub(crate) fn is_default_scope(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| word.ends_with("/.default") && word.len() > 10)
}

/// Names of permissions: `User.Read`, `openid`, `api://app/name`. `CurrentUser` of a cmdlet is
/// none, and neither is a path of Azure.
pub(crate) fn is_scope(text: &str) -> bool {
    let mut words = text
        .split([' ', ',', '\t', '\n'])
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(is_permission)
}

fn is_permission(word: &str) -> bool {
    let known = ["openid", "profile", "email", "offline_access", ".default"];
    known.contains(&word.to_ascii_lowercase().as_str())
        || !word.starts_with('/')
            && (word.contains('.')
                || word.contains("://")
                || word.split('/').next().is_some_and(is_guid))
}
