//! `NO_PROXY`: the hosts that ropc reaches without the proxy. Pure. There is no standard. ropc
//! reads entries between commas or spaces, each one of
//! - `*`: every host;
//! - `contoso.example`, `.contoso.example`, `*.contoso.example`: the domain and everything below
//!   it;
//! - an IP address or a network (`10.0.0.0/8`), for hosts that are addresses themselves: ropc
//!   resolves no name for this;
//! - each except a network may have `:port` and then means only that port;
//! - `<local>`: names without a dot (Windows).
//!
//! Anything else, such as `10.*` or a URL, matches no host.

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use std::net::{IpAddr, Ipv6Addr};

enum Entry<'a> {
    Everything,
    NamesWithoutDot,
    /// Hosts in the library's own form, and the port if there is one.
    Hosts(&'a str, Option<u16>),
    Unread(&'a str),
}

/// True if ropc reaches this https host without the proxy.
pub(super) fn excepts(list: &str, url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    let port = url.port_u16().unwrap_or(443);
    let mut hosts = Vec::new();
    for entry in entries(list) {
        match entry {
            Entry::Everything => return true,
            Entry::NamesWithoutDot if !host.contains(['.', ':']) => return true,
            Entry::Hosts(pattern, only) if only.is_none_or(|only| only == port) => {
                hosts.push(pattern);
            }
            Entry::NamesWithoutDot | Entry::Hosts(..) | Entry::Unread(_) => {}
        }
    }
    // The library matches domains and networks: if it uses no proxy, the list has the host.
    let any = Matcher::builder()
        .https("http://proxy.invalid")
        .no(hosts.join(","))
        .build();
    any.intercept(url).is_none()
}

/// The entries that ropc does not understand, and that match no host.
pub(super) fn unread(list: &str) -> Vec<String> {
    entries(list)
        .filter_map(|entry| match entry {
            Entry::Unread(text) => Some(text.to_owned()),
            _ => None,
        })
        .collect()
}

fn entries(list: &str) -> impl Iterator<Item = Entry<'_>> {
    list.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .map(entry)
}

fn entry(text: &str) -> Entry<'_> {
    match text {
        "*" => return Entry::Everything,
        "<local>" => return Entry::NamesWithoutDot,
        _ => {}
    }
    if text.parse::<IpAddr>().is_ok() || is_network(text) {
        return Entry::Hosts(text, None);
    }
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => return Entry::Unread(text),
        },
        _ => (text, None),
    };
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return if address.parse::<Ipv6Addr>().is_ok() {
            Entry::Hosts(address, port)
        } else {
            Entry::Unread(text)
        };
    }
    let host = host
        .strip_prefix('*')
        .filter(|rest| rest.starts_with('.'))
        .unwrap_or(host);
    let host = host.strip_prefix('.').unwrap_or(host);
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_name = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if is_name {
        Entry::Hosts(host, port)
    } else {
        Entry::Unread(text)
    }
}

fn is_network(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else {
        return false;
    };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u8>().is_ok_and(|length| length <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_excepted(list: &str, url: &'static str) -> bool {
        excepts(list, &Uri::from_static(url))
    }

    #[test]
    fn every_form_is_decided() {
        const NAME: &str = "https://login.contoso.example/";
        for list in [
            "*",
            "contoso.example",
            ".contoso.example",
            "*.contoso.example",
            "login.contoso.example",
            "LOGIN.Contoso.Example.",
            "login.contoso.example:443",
            "*.contoso.example:443",
            "localhost, *.contoso.example",
            "localhost contoso.example",
            "10.*,contoso.example",
        ] {
            assert!(is_excepted(list, NAME), "{list}");
        }
        for list in [
            "",
            ",",
            "fabrikam.example",
            "oso.example",
            "*oso.example",
            "login.contoso.example:8443",
            "contoso.example:*",
            "https://login.contoso.example",
            "login.*",
            "<local>",
            "10.0.0.0/8",
        ] {
            assert!(!is_excepted(list, NAME), "{list}");
        }
        assert!(is_excepted("localhost:8443", "https://localhost:8443/"));
        assert!(!is_excepted("localhost:443", "https://localhost:8443/"));
        assert!(is_excepted("<local>", "https://localhost:8443/"));
    }

    #[test]
    fn addresses_and_networks() {
        const V4: &str = "https://10.1.2.3:8443/";
        const V6: &str = "https://[2001:db8::1]/";
        assert!(
            is_excepted("10.0.0.0/8", V4)
                && is_excepted("10.1.2.3", V4)
                && is_excepted("10.1.2.3:8443", V4)
        );
        assert!(
            !is_excepted("10.1.2.3:443", V4)
                && !is_excepted("192.168.0.0/16", V4)
                && !is_excepted("<local>", V6)
        );
        assert!(
            is_excepted("2001:db8::/32", V6)
                && is_excepted("2001:db8::1", V6)
                && is_excepted("[2001:db8::1]:443", V6)
        );
        assert!(is_excepted("*", V4) && is_excepted("*", V6));
    }

    #[test]
    fn entries_that_are_not_understood_are_listed() {
        let list = "10.*,http://x.example/,contoso.example:*,10.0.0.0/33,<local>,*,a.example,[::1],[::1]:443,::1";
        assert_eq!(
            unread(list),
            [
                "10.*",
                "http://x.example/",
                "contoso.example:*",
                "10.0.0.0/33"
            ]
        );
    }
}
