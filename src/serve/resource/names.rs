//! Names of resources as Entra and its clients write them: which names are equal, and which API a
//! permission belongs to. Pure.

use crate::profile::CLOUDS;

/// Two names of one API, Azure Resource Manager: the global cloud, the US Government, China
/// (Microsoft: "Azure endpoints").
const ARM: [[&str; 2]; 3] = [
    [
        "https://management.azure.com",
        "https://management.core.windows.net",
    ],
    [
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net",
    ],
    [
        "https://management.chinacloudapi.cn",
        "https://management.core.chinacloudapi.cn",
    ],
];
/// Other APIs of Microsoft whose name is only a host: the text after it is a permission.
const HOSTS: [&str; 4] = [
    "https://outlook.office365.com",
    "https://outlook.office.com",
    "https://vault.azure.net",
    "https://storage.azure.com",
];
/// Ends of `SharePoint` hosts, with those of the national clouds. `SharePoint` is one resource a
/// host; clients ask with the address of a site.
const SHAREPOINT: [&str; 4] = [
    ".sharepoint.com",
    ".sharepoint.us",
    ".sharepoint-mil.us",
    ".sharepoint.cn",
];

/// Drops one `/.default` at the end, and nothing else.
pub(super) fn without_default(text: &str) -> &str {
    const TAIL: &str = "/.default";
    match text
        .len()
        .checked_sub(TAIL.len())
        .and_then(|at| text.split_at_checked(at))
    {
        Some((head, tail)) if tail.eq_ignore_ascii_case(TAIL) => head,
        _ => text,
    }
}

/// Turns the address of a `SharePoint` site into that of its host; every other text stays
/// unchanged.
pub(super) fn origin_of(text: &str) -> String {
    match url::Url::parse(text) {
        Ok(url) if is_sharepoint(&url) => url.origin().ascii_serialization(),
        _ => text.to_owned(),
    }
}

fn is_sharepoint(url: &url::Url) -> bool {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    url.scheme() == "https" && SHAREPOINT.iter().any(|domain| host.ends_with(domain))
}

/// The part of `name` after the name of an API, if `name` begins with it.
pub(super) fn below<'n>(name: &'n str, api: &str) -> Option<&'n str> {
    let (head, rest) = name.split_at_checked(api.len())?;
    let rest = rest.trim_matches('/');
    let is_below = head.eq_ignore_ascii_case(api) && name[api.len()..].starts_with('/');
    (is_below && !rest.is_empty()).then_some(rest)
}

/// The API with only a host as its name, for a permission or path below it.
pub(super) fn api_of(name: &str) -> Option<&'static str> {
    let graphs = CLOUDS.iter().map(|cloud| cloud.graph);
    let mut known = graphs.chain(ARM.into_iter().flatten()).chain(HOSTS);
    known.find(|api| below(name, api).is_some())
}

/// True for the forms of delegated permissions: `Mail.Send`, `user_impersonation`.
pub(super) fn is_permission(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.iter().all(|part| is_word(part)) && (parts.len() > 1 || word.contains('_'))
}

fn is_word(part: &str) -> bool {
    part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(in_permission)
}

fn in_permission(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// The name of an API with several names, in the spelling of this table.
pub(super) fn other_name(name: &str) -> Option<&'static str> {
    ARM.into_iter().flatten().find(|known| same(known, name))
}

/// True for names of one API.
pub(super) fn alike(a: &str, b: &str) -> bool {
    same(a, b)
        || ARM
            .iter()
            .any(|names| names.iter().any(|n| same(n, a)) && names.iter().any(|n| same(n, b)))
}

/// True for names of one resource, without regard to case and one slash at the end.
pub(super) fn same(a: &str, b: &str) -> bool {
    let a = a.strip_suffix('/').unwrap_or(a);
    a.eq_ignore_ascii_case(b.strip_suffix('/').unwrap_or(b))
}
