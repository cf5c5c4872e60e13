//! Token requests of Python and JavaScript: `requests.post` and its like, `fetch`, `axios`, and the
//! call of MSAL by user name and password.

use super::file::{Kind, ScriptFile};
use crate::proof::answer::{Level, Value};
use crate::proof::expr::{Argument, Expr};
use crate::proof::prove::{Request, Why};
use crate::token::Token;

/// What a call of `requests.post` may have beside the form: nothing of it changes the answer.
const OPTIONS: [&str; 4] = ["timeout", "verify", "proxies", "allow_redirects"];

/// Modules that send what they are given, and nothing else.
const LIBRARIES: [&str; 5] = [
    "axios",
    "cross-fetch",
    "isomorphic-fetch",
    "node-fetch",
    "undici",
];

const MSAL: [&str; 2] = [
    "acquire_token_by_username_password",
    "acquireTokenByUsernamePassword",
];

impl ScriptFile<'_> {
    /// How the call whose bracket opens here asks a server for something, and its first token.
    fn kind(&self, open: usize) -> Option<(Kind, usize)> {
        let list = &self.tokens.list;
        let name = open.checked_sub(1).filter(|_| list.is(open, '('))?;
        let word = list.word(name)?;
        let is_member = name > 0 && list.is(name - 1, '.');
        let mut first = name;
        while first >= 2 && list.is(first - 1, '.') && list.word(first - 2).is_some() {
            first -= 2;
        }
        let kind = match (self.tokens.is_python, word, is_member) {
            (_, word, true) if MSAL.contains(&word) => Kind::Msal,
            (true, "post" | "request", true) => Kind::Post,
            (false, "fetch" | "axios", false) => {
                if word == "fetch" {
                    Kind::Fetch
                } else {
                    Kind::Axios
                }
            }
            (false, "post" | "request", true) if list.source(first) == "axios" => Kind::Axios,
            _ => return None,
        };
        // `function fetch(...)` makes one, and calls none.
        let is_made = first > 0 && self.tokens.is_word(first - 1, &["function", "def"]);
        (!is_made).then_some((kind, first))
    }

    pub(super) fn kind_of(&self, request: &Request) -> Option<Kind> {
        (request.tokens.0..=request.tokens.1)
            .find(|at| self.tokens.brackets.closing(*at) == Some(request.tokens.1))
            .and_then(|open| self.kind(open))
            .map(|(kind, _)| kind)
    }

    pub(super) fn request(&self, open: usize) -> Option<Request> {
        let (kind, first) = self.kind(open)?;
        let last = self.tokens.brackets.closing(open)?;
        let range = self.tokens.span(first, last);
        let mut request = Request {
            range,
            tokens: (first, last),
            url: Expr::Unknown,
            form: Expr::Unknown,
            headers: None,
            odd: None,
        };
        let Some(arguments) = self.tokens.arguments(open, 0) else {
            request.odd = Some(Why::Shape(None));
            return Some(request);
        };
        match kind {
            Kind::Post => self.post(&mut request, arguments, open),
            Kind::Fetch => self.fetch(&mut request, &arguments),
            Kind::Axios => self.axios(&mut request, &arguments, open),
            Kind::Msal => self.msal(&mut request, arguments, first),
        }
        Some(request)
    }

    /// `requests.post(url, data=form)`, and the same of a session without anything of its own.
    fn post(&self, request: &mut Request, arguments: Vec<Argument>, open: usize) {
        let is_any = self.tokens.is_word(open - 1, &["request"]);
        let places: &[&str] = if is_any {
            &["method", "url", "data"]
        } else {
            &["url", "data"]
        };
        for (place, argument) in arguments.into_iter().enumerate() {
            let name = argument
                .name
                .as_deref()
                .or_else(|| places.get(place).copied())
                .unwrap_or_default();
            match name {
                "url" => request.url = argument.value,
                "data" => request.form = argument.value,
                "headers" => request.headers = Some(argument.value),
                "method" => {
                    let method = self.program.text(&argument.value, request.range.start);
                    if !method.is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                        request.odd = Some(Why::Shape(Some("method".to_owned())));
                    }
                }
                name if OPTIONS.contains(&name) => {}
                name => request.odd = Some(Why::Shape(Some(name.to_owned()))),
            }
        }
        if !self.is_plain_sender(request.tokens.0, open, request.range.start) {
            request.odd = Some(Why::Shape(Some(
                self.tokens.list.source(request.tokens.0).to_owned(),
            )));
        }
    }

    /// True for the library itself, and for a session of it that carries nothing of its own.
    fn is_plain_sender(&self, first: usize, open: usize, at: usize) -> bool {
        let name = self.tokens.list.source(first);
        if open != first + 3 {
            return false;
        }
        let has_own = |name: &str| {
            let list = &self.tokens.list;
            (0..list.tokens.len()).any(|at| {
                list.word(at) == Some(name)
                    && list.is(at + 1, '.')
                    && self.tokens.is_word(
                        at + 2,
                        &["headers", "auth", "params", "hooks", "cookies", "cert"],
                    )
            })
        };
        if ["requests", "httpx"].contains(&name) {
            return !self.program.assigns.iter().any(|a| a.name == name);
        }
        let made = Expr::Name(name.to_owned());
        let is_session = matches!(self.program.meant(&made, at), Some((Expr::Made(maker, arguments), _))
            if ["Session", "session", "Client"].contains(&maker.as_str()) && arguments.is_empty());
        is_session && !has_own(name) && !self.program.escapes(name, 0, at)
    }

    fn fetch(&self, request: &mut Request, arguments: &[Argument]) {
        request.url = arguments.first().map_or(Expr::Unknown, |a| a.value.clone());
        if self
            .program
            .functions
            .iter()
            .any(|function| function.name == "fetch")
            || !self.is_library("fetch")
        {
            request.odd = Some(Why::Shape(None));
        }
        if let Some(options) = arguments.get(1) {
            self.options(request, &options.value, "body");
        }
    }

    /// True if the file gets that name from nowhere, or from a library that is known.
    fn is_library(&self, name: &str) -> bool {
        let list = &self.tokens.list;
        let is_known = |at: usize| {
            list.get(at)
                .and_then(Token::literal)
                .is_some_and(|module| LIBRARIES.contains(&module.as_str()))
        };
        (0..list.tokens.len())
            .filter(|at| list.word(*at) == Some(name))
            .all(|at| {
                if list.is(at + 1, '=') {
                    let is_default =
                        list.is(at + 6, '.') && self.tokens.is_word(at + 7, &["default"]);
                    let end = if is_default { at + 8 } else { at + 6 };
                    return self.tokens.is_word(at + 2, &["require"])
                        && is_known(at + 4)
                        && !list.is(end, '.');
                }
                let is_import = (at.saturating_sub(10)..at)
                    .any(|before| self.tokens.is_word(before, &["import"]));
                let from = (at..at + 10)
                    .find(|from| self.tokens.is_word(*from, &["from"]))
                    .filter(|_| is_import);
                from.is_none_or(|from| is_known(from + 1))
            })
    }

    fn axios(&self, request: &mut Request, arguments: &[Argument], open: usize) {
        let value = |place: usize| arguments.get(place).map(|a| a.value.clone());
        if self.tokens.is_word(open - 1, &["post"]) {
            request.url = value(0).unwrap_or(Expr::Unknown);
            request.form = value(1).unwrap_or(Expr::Unknown);
            if let Some(options) = value(2) {
                self.options(request, &options, "");
            }
        } else if let Some(options) = value(0) {
            self.options(request, &options, "data");
        }
        // Defaults and interceptors are for every call of the file.
        let list = &self.tokens.list;
        let is_changed = (0..list.tokens.len()).any(|at| {
            list.word(at) == Some("axios")
                && self.tokens.is_word(at + 2, &["defaults", "interceptors"])
        });
        if is_changed || !self.is_library("axios") {
            request.odd = Some(Why::Shape(Some("axios".to_owned())));
        }
    }

    /// `{ method, url, headers, body }`, as far as each is known.
    fn options(&self, request: &mut Request, options: &Expr, form: &str) {
        let at = request.range.start;
        let Some(entries) = self.program.entries(options, at, 0) else {
            request.odd = Some(Why::Shape(None));
            return;
        };
        for (key, value, value_at) in entries {
            let member = || Expr::Member(Box::new(options.clone()), key.to_owned());
            match key {
                "method" => {
                    let method = self.program.text(value, value_at);
                    if !method.is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                        request.odd = Some(Why::Shape(Some("method".to_owned())));
                    }
                }
                "url" => request.url = member(),
                "headers" => request.headers = Some(member()),
                key if key == form => request.form = member(),
                "timeout" => {}
                key => request.odd = Some(Why::Shape(Some(key.to_owned()))),
            }
        }
    }

    /// The value that a request is, before anything is done with it.
    pub(super) fn value_of(&self, request: &Request) -> Value {
        let level = match self.kind_of(request) {
            Some(Kind::Msal) if self.tokens.is_python => Level::Data,
            Some(Kind::Msal) => Level::DataPromised,
            Some(Kind::Fetch | Kind::Axios) => Level::Promised,
            _ => Level::Response,
        };
        Value {
            first: request.tokens.0,
            last: request.tokens.1,
            level,
        }
    }
}
