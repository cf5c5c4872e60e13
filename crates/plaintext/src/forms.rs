//! What ids and names look like: enough to tell a value from something else. Whether it is a right
//! one, the caller judges.

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
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let text = text.trim();
    is_guid(text)
        || text.eq_ignore_ascii_case("organizations")
        || text.contains('.') && text.split('.').all(label)
}

/// `somebody@domain`.
pub(crate) fn is_user(text: &str) -> bool {
    let text = text.trim();
    let parts = text.split_once('@');
    parts.is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !domain.contains('@')
    }) && !text.contains(char::is_whitespace)
}
