//! Token requests of Python and JavaScript: `requests.post` and its like, `fetch`, `axios`, and the
//! call of MSAL by user name and password.

use super::file::{RequestKind, ScriptFile};
use super::origin::loads;
use crate::proof::answer::{Level, ValueSpan};
use crate::proof::expr::{Argument, Expr};
use crate::proof::prove::{Request, Why};

/// What a call of `requests.post` may have beside the form: nothing of it changes the answer.
const OPTIONS: [&str; 4] = ["timeout", "verify", "proxies", "allow_redirects"];

/// Modules of JavaScript that send what they are given, and nothing else.
const LIBRARIES: [&str; 5] = [
    "axios",
    "cross-fetch",
    "isomorphic-fetch",
    "node-fetch",
    "undici",
];

/// Modules of Python that do.
const SENDERS: [&str; 2] = ["requests", "httpx"];

/// What a script may do with a session that sends nothing of its own.
const OF_SESSIONS: [&str; 9] = [
    "get", "post", "put", "patch", "delete", "request", "head", "options", "close",
];

const MSAL: [&str; 2] = [
    "acquire_token_by_username_password",
    "acquireTokenByUsernamePassword",
];

/// Nobody writes more.
const MOST_OPTIONS: usize = 50;

impl ScriptFile<'_> {
    /// How the call whose bracket opens here asks a server for something, and its first token.
    pub(super) fn kind(&self, open: usize) -> Option<(RequestKind, usize)> {
        let list = &self.tokens.list;
        if !list.is(open, '(') {
            return None;
        }
        let name = open.checked_sub(1)?;
        let word = list.word(name)?;
        let is_member = name > 0 && list.is(name - 1, '.');
        let mut first = name;
        while first >= 2 && list.is(first - 1, '.') && list.word(first - 2).is_some() {
            first -= 2;
        }
        let kind = match (self.tokens.is_python, word, is_member) {
            (_, word, true) if MSAL.contains(&word) => RequestKind::Msal,
            (true, "post" | "request", true) => RequestKind::Post,
            (false, "fetch" | "axios", false) => {
                if word == "fetch" {
                    RequestKind::Fetch
                } else {
                    RequestKind::Axios
                }
            }
            (false, "post" | "request", true) if list.source(first) == "axios" => {
                RequestKind::Axios
            }
            _ => return None,
        };
        // `function fetch(...)` makes one, and calls none.
        let is_made = first > 0 && self.tokens.is_word(first - 1, &["function", "def"]);
        (!is_made).then_some((kind, first))
    }

    pub(super) fn kind_of(&self, request: &Request) -> Option<RequestKind> {
        (request.tokens.0..=request.tokens.1)
            .find(|at| self.tokens.brackets.closing(*at) == Some(request.tokens.1))
            .and_then(|open| self.kind(open))
            .map(|(kind, _)| kind)
    }

    pub(super) fn request(&self, open: usize) -> Option<Request> {
        let (kind, first) = self.kind(open)?;
        let last = self.tokens.brackets.closing(open)?;
        let mut request = Request::of(self.tokens.span(first, last), (first, last));
        let Some(arguments) = self.tokens.arguments(open, 0) else {
            request.odd = Some(Why::Shape(None));
            return Some(request);
        };
        match kind {
            RequestKind::Post => self.post(&mut request, arguments, open),
            RequestKind::Fetch => self.fetch(&mut request, &arguments),
            RequestKind::Axios => self.axios(&mut request, &arguments, open),
            RequestKind::Msal => self.msal(&mut request, arguments, first),
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
        self.sender(request, open);
    }

    /// Whether the sender is the library itself, or a session of it that carries nothing of its
    /// own.
    fn sender(&self, request: &mut Request, open: usize) {
        let first = request.tokens.0;
        let at = request.range.start;
        let name = self.tokens.list.source(first);
        let is_direct = open == first + 3;
        let since = match self.known_since(name, &SENDERS, at) {
            Some(since) => Some(since),
            None => self.session(name, at),
        };
        match since {
            Some(since) if is_direct => {
                let load = self.program.loaded(since, at);
                request.loaded = load.map(|load| (name.to_owned(), load));
            }
            _ => request.odd = Some(Why::Shape(Some(name.to_owned()))),
        }
    }

    /// The place from which on a name is a session of a library that carries nothing of its own.
    fn session(&self, name: &str, at: usize) -> Option<usize> {
        let made = Expr::Name(name.to_owned());
        let Some((Expr::Made(maker, arguments), _)) = self.program.meant(&made, at) else {
            return None;
        };
        let list = &self.tokens.list;
        let has_own = (0..list.tokens.len()).any(|at| {
            list.word(at) == Some(name)
                && list.is(at + 1, '.')
                && !self.tokens.is_word(at + 2, &OF_SESSIONS)
        });
        let is_plain = ["Session", "session", "Client"].contains(&maker.as_str())
            && arguments.is_empty()
            && !has_own
            && !self.program.escapes(name, 0, at);
        if is_plain {
            self.is_made_by(maker, &SENDERS, at)
        } else {
            None
        }
    }

    fn fetch(&self, request: &mut Request, arguments: &[Argument]) {
        request.url = arguments.first().map_or(Expr::Unknown, |a| a.value.clone());
        let at = request.range.start;
        if self.known_since("fetch", &LIBRARIES, at).is_none() {
            if self.is_own_global("fetch", at) {
                let load = loads(self, false).or(self.program.loaded(0, at));
                request.loaded = load.map(|load| ("fetch".to_owned(), load));
            } else {
                request.odd = Some(Why::Shape(Some("fetch".to_owned())));
            }
        }
        let options = arguments
            .get(1)
            .map_or(Expr::Map(Vec::new()), |a| a.value.clone());
        self.options(request, &options, "body");
    }

    fn axios(&self, request: &mut Request, arguments: &[Argument], open: usize) {
        let mut values = arguments.iter().map(|argument| &argument.value);
        if self.tokens.is_word(open - 1, &["post"]) {
            request.url = values.next().cloned().unwrap_or(Expr::Unknown);
            request.form = values.next().cloned().unwrap_or(Expr::Unknown);
            if let Some(options) = values.next() {
                self.options(request, options, "");
            }
        } else if let Some(options) = values.next() {
            self.options(request, options, "data");
        }
        // Defaults and interceptors are for every call of the file.
        let list = &self.tokens.list;
        let is_changed = (0..list.tokens.len()).any(|at| {
            let member = if self.tokens.is_word(at + 2, &["default"]) {
                at + 4
            } else {
                at + 2
            };
            list.word(at) == Some("axios")
                && self.tokens.is_word(member, &["defaults", "interceptors"])
        });
        let at = request.range.start;
        if is_changed || self.known_since("axios", &LIBRARIES, at).is_none() {
            request.odd = Some(Why::Shape(Some("axios".to_owned())));
        }
        let load = loads(self, true).or(self.program.loaded(0, at));
        request.loaded = load.map(|load| ("axios".to_owned(), load));
    }

    /// `{ method, url, headers, body }`, as far as each is known.
    fn options(&self, request: &mut Request, options: &Expr, form: &str) {
        let at = request.range.start;
        let entries = self.program.entries(options, at);
        let Some(entries) = entries.filter(|entries| entries.len() <= MOST_OPTIONS) else {
            request.odd = Some(Why::Shape(None));
            return;
        };
        // Where no method is named, only `axios.post` sends with POST.
        if !form.is_empty() && !entries.iter().any(|(key, ..)| *key == "method") {
            request.odd = Some(Why::Shape(Some("method".to_owned())));
        }
        for (key, value, value_at) in entries {
            match key {
                "method" => {
                    let method = self.program.text(value, value_at);
                    if !method.is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                        request.odd = Some(Why::Shape(Some("method".to_owned())));
                    }
                }
                "url" => request.url = options.member(key),
                "headers" => request.headers = Some(options.member(key)),
                key if key == form => request.form = options.member(key),
                "timeout" => {}
                key => request.odd = Some(Why::Shape(Some(key.to_owned()))),
            }
        }
    }

    /// The value that a request is, before anything is done with it.
    pub(super) fn value_of(&self, request: &Request) -> ValueSpan {
        let level = match self.kind_of(request) {
            Some(RequestKind::Msal) if self.tokens.is_python => Level::Data,
            Some(RequestKind::Msal) => Level::DataPromised,
            Some(RequestKind::Fetch | RequestKind::Axios) => Level::Promised,
            _ => Level::Response,
        };
        ValueSpan {
            first: request.tokens.0,
            last: request.tokens.1,
            level,
        }
    }
}
