//! The route of a request: directly, or through the proxy that the environment or the system names.
//! Pure, except for the system's own settings, which the library reads if no variable is set. The
//! rule: ropc never takes another route than the configured one. A proxy that cannot be used is an
//! error, and no reason to connect directly. No message shows a value: it may hold the proxy's
//! password. The variables are those of curl ("Environment variables" of its manual):
//! `HTTPS_PROXY`, then `ALL_PROXY`, each in capitals first; `NO_PROXY` lists exceptions. An empty
//! variable counts as not set.

use super::no_proxy;
use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::Authority;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use std::ffi::{OsStr, OsString};
use std::fmt;

/// The variables that can name the proxy for https: the first one that is set counts.
const NAMING: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
/// The variables that list the exceptions.
const EXCEPTING: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The proxy settings of the environment.
#[derive(Clone, Default)]
pub struct ProxySettings {
    naming: Option<(&'static str, OsString)>,
    excepting: Option<(&'static str, OsString)>,
}

impl fmt::Debug for ProxySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            |variable: &Option<(&'static str, OsString)>| variable.as_ref().map(|(name, _)| *name);
        write!(
            f,
            "ProxySettings({:?}, {:?})",
            name(&self.naming),
            name(&self.excepting)
        )
    }
}

/// The setting that names a proxy, or roots of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// A variable of the environment.
    Variable(&'static str),
    /// The settings of the system (Windows, macOS).
    System,
}

/// A proxy as messages name it, without its credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyName {
    /// `host:port`.
    pub address: String,
    /// The setting that names it.
    pub from: Setting,
}

/// A proxy, with the facts to ask it for a tunnel.
#[derive(Clone)]
pub struct Proxy {
    pub(super) name: ProxyName,
    /// TLS to the proxy itself (`https://`).
    pub(super) tls: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// `Proxy-Authorization`, marked as sensitive.
    pub(super) authorization: Option<HeaderValue>,
}

impl Proxy {
    /// Its name for messages.
    pub fn name(&self) -> &ProxyName {
        &self.name
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.name.address)
    }
}

/// The route to a host.
#[derive(Clone, Debug)]
pub enum Route {
    /// Without a proxy.
    Direct,
    /// Through this proxy.
    Through(Proxy),
}

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSetting {
    /// Which one.
    pub setting: Setting,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What is wrong with a setting. Never a part of its value, except a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Not valid Unicode: Latin-1, for instance.
    NotText,
    /// It holds CR, LF or another control character.
    ControlCharacter,
    /// Nothing but spaces.
    Blank,
    /// It is in quotation marks, as in the line of an env file.
    Quoted,
    /// A character that no address has.
    Character,
    /// The scheme of a proxy that ropc does not support: `socks5`, for instance.
    Scheme(String),
    /// No host in it.
    NoHost,
    /// The text after the host is no port.
    Port,
    /// More than user, host and port. Often an unencoded `@`, `/`, `?` or `#` of a password.
    Rest,
    /// No address of a proxy for another reason.
    NoAddress,
}

impl BadSetting {
    /// True if it is a list of exceptions.
    pub fn is_of_exceptions(&self) -> bool {
        matches!(self.setting, Setting::Variable(name) if EXCEPTING.contains(&name))
    }
}

impl ProxySettings {
    /// Reads the variables.
    pub fn read<'e>(variable: impl Fn(&str) -> Option<&'e OsStr>) -> Self {
        let first = |names: &[&'static str]| {
            let set = names
                .iter()
                .filter_map(|name| Some((*name, variable(name)?.to_owned())));
            set.into_iter().find(|(_, value)| !value.is_empty())
        };
        Self {
            naming: first(&NAMING),
            excepting: first(&EXCEPTING),
        }
    }

    /// The route to this https host. Fails if the setting that names the proxy, or the list of
    /// exceptions, cannot be used.
    pub fn route(&self, url: &Uri) -> Result<Route, BadSetting> {
        let Some((name, value)) = &self.naming else {
            return self.route_of_system(url);
        };
        if self.excepts(url)? {
            return Ok(Route::Direct);
        }
        let bad = |flaw| BadSetting {
            setting: Setting::Variable(name),
            flaw,
        };
        let address = address(value).map_err(bad)?;
        let found = Matcher::builder()
            .https(address)
            .build()
            .intercept(url)
            .ok_or_else(|| bad(Flaw::NoAddress))?;
        proxy(&found, Setting::Variable(name)).map(Route::Through)
    }

    /// The variable of the exceptions, and its entries that ropc does not understand and that match
    /// no host, for `doctor`. `None` if there are none, or if no variable names a proxy.
    pub fn unread(&self) -> Option<(&'static str, Vec<String>)> {
        let (name, value) = self.excepting.as_ref()?;
        let unread = no_proxy::unread(value.to_str()?);
        (self.naming.is_some() && !unread.is_empty()).then_some((*name, unread))
    }

    fn excepts(&self, url: &Uri) -> Result<bool, BadSetting> {
        let Some((name, value)) = &self.excepting else {
            return Ok(false);
        };
        let list = plain(value).map_err(|flaw| BadSetting {
            setting: Setting::Variable(name),
            flaw,
        })?;
        Ok(no_proxy::excepts(list, url))
    }

    /// The route by the settings of the system, as the library reads them, if no variable names a
    /// proxy.
    fn route_of_system(&self, url: &Uri) -> Result<Route, BadSetting> {
        let Some(found) = Matcher::from_system().intercept(url) else {
            return Ok(Route::Direct);
        };
        if self.excepts(url)? {
            return Ok(Route::Direct);
        }
        proxy(&found, Setting::System).map(Route::Through)
    }
}

/// The value as text, if it has none of the characters that only a mistake puts there.
fn plain(value: &OsStr) -> Result<&str, Flaw> {
    let text = value.to_str().ok_or(Flaw::NotText)?;
    if text.chars().any(char::is_control) {
        return Err(Flaw::ControlCharacter);
    }
    if text.trim().is_empty() {
        return Err(Flaw::Blank);
    }
    if text.trim().starts_with(['"', '\'', '`', '“', '‘'])
        || text.trim().ends_with(['"', '\'', '`', '”', '’'])
    {
        return Err(Flaw::Quoted);
    }
    Ok(text)
}

/// `[http://|https://][user:password@]host[:port][/]`, strictly: a lenient parser may take a piece
/// of a password for the host.
fn address(value: &OsStr) -> Result<&str, Flaw> {
    let text = plain(value)?;
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Flaw::Character);
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    if !["http", "https"]
        .iter()
        .any(|spoken| scheme.eq_ignore_ascii_case(spoken))
    {
        let is_scheme = scheme.len() <= 16
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
        return Err(if is_scheme && !scheme.is_empty() {
            Flaw::Scheme(scheme.to_ascii_lowercase())
        } else {
            Flaw::NoAddress
        });
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains(['/', '?', '#', '\\']) {
        return Err(if rest.starts_with('/') {
            Flaw::NoHost
        } else {
            Flaw::Rest
        });
    }
    let (user, place) = rest.rsplit_once('@').unwrap_or(("", rest));
    if user.contains('@') {
        return Err(Flaw::Rest);
    }
    if place.is_empty() || place.starts_with(':') {
        return Err(Flaw::NoHost);
    }
    let after_host = place.rsplit_once(']').map_or(place, |(_, after)| after);
    if let Some((_, port)) = after_host.split_once(':') {
        let is_port = port.bytes().all(|b| b.is_ascii_digit())
            && port.parse::<u16>().is_ok_and(|port| port > 0);
        if !is_port {
            return Err(Flaw::Port);
        }
    }
    let authority: Authority = rest.parse().map_err(|_| Flaw::NoAddress)?;
    url::Host::parse(authority.host()).map_err(|_| Flaw::NoAddress)?;
    Ok(text)
}

fn proxy(found: &Intercept, from: Setting) -> Result<Proxy, BadSetting> {
    let bad = |flaw| BadSetting {
        setting: from,
        flaw,
    };
    let uri = found.uri();
    let tls = match uri.scheme_str().unwrap_or("http") {
        "http" => false,
        "https" => true,
        other => return Err(bad(Flaw::Scheme(other.to_owned()))),
    };
    let host = uri
        .host()
        .filter(|host| !host.is_empty())
        .ok_or_else(|| bad(Flaw::NoHost))?
        .to_owned();
    let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
    let name = ProxyName {
        address: format!("{host}:{port}"),
        from,
    };
    Ok(Proxy {
        name,
        tls,
        host,
        port,
        authorization: found.basic_auth().cloned(),
    })
}

#[cfg(test)]
mod tests;
