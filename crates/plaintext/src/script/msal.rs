//! The request that MSAL makes: the app says where and for whom, the call says who.

use super::file::ScriptFile;
use crate::proof::expr::{Argument, Expr};
use crate::proof::prove::{Request, Why};

/// Modules that have these apps.
const LIBRARIES: [&str; 2] = ["msal", "@azure/msal-node"];

/// Arguments of an app that change nothing of the answer.
const PLAIN: [&str; 6] = [
    "client_id",
    "client_credential",
    "authority",
    "timeout",
    "verify",
    "proxies",
];

/// Fields of a form.
type Form = Vec<(String, Expr)>;

/// A part of an app: its argument and that argument's place in Python, and its key in JavaScript.
type Part = (&'static str, usize, &'static str);

const CLIENT_ID: Part = ("client_id", 0, "clientId");
const CLIENT_SECRET: Part = ("client_credential", 1, "clientSecret");
const AUTHORITY: Part = ("authority", 2, "authority");

impl ScriptFile<'_> {
    pub(super) fn msal(&self, request: &mut Request, arguments: Vec<Argument>, first: usize) {
        let at = request.range.start;
        let app = Expr::Name(self.tokens.list.source(first).to_owned());
        let is_direct = self.tokens.list.is(first + 1, '.') && self.tokens.list.is(first + 3, '(');
        let mut form = vec![("grant_type".to_owned(), Expr::text("password"))];
        match self.program.meant(&app, at).filter(|_| is_direct) {
            Some((Expr::Made(maker, made), made_at)) if maker.ends_with("ClientApplication") => {
                let part = |part| self.part_of_app(made, made_at, part);
                let field = |name: &str, value| (name.to_owned(), value);
                form.extend(part(CLIENT_ID).map(|value| field("client_id", value)));
                form.extend(part(CLIENT_SECRET).map(|value| field("client_secret", value)));
                if let Some(Expr::Text(authority)) = part(AUTHORITY) {
                    let authority = authority.trim_end_matches('/');
                    request.url = Expr::text(&format!("{authority}/oauth2/v2.0/token"));
                }
                if let Some(more) = self.more_of_app(made, made_at) {
                    request.odd = Some(Why::Shape(Some(more)));
                }
                match self.is_made_by(maker, &LIBRARIES, at) {
                    Some(since) => {
                        let load = self.program.loaded(since, at);
                        request.loaded = load.map(|load| (maker.clone(), load));
                    }
                    None => request.odd = Some(Why::Shape(Some(maker.clone()))),
                }
            }
            _ => form.push(("client_id".to_owned(), Expr::Unknown)),
        }
        for (name, value) in self.arguments_of_msal(arguments, at) {
            match name.as_str() {
                "username" | "password" => form.push((name, value)),
                "scopes" => form.push(("scope".to_owned(), value)),
                _ => request.odd = Some(Why::Shape(Some(name))),
            }
        }
        request.form = Expr::Map(form);
    }

    /// What the app was made with, if it was made with that.
    fn part_of_app(
        &self,
        made: &[Argument],
        made_at: usize,
        (name, place, key): Part,
    ) -> Option<Expr> {
        if self.tokens.is_python {
            let named = made.iter().find(|a| a.name.as_deref() == Some(name));
            let placed = || made.iter().take_while(|a| a.name.is_none()).nth(place);
            return named.or_else(placed).map(|a| self.known(&a.value, made_at));
        }
        let config = made.first().map(|a| a.value.clone())?;
        let auth = Expr::Member(Box::new(config), "auth".to_owned());
        let entries = self.program.entries(&auth, made_at, 0)?;
        let is_there = entries.iter().any(|(known, ..)| *known == key);
        let member = Expr::Member(Box::new(auth.clone()), key.to_owned());
        is_there.then(|| self.known(&member, made_at))
    }

    /// What an app is made with beside its sign-in: a cache, a client of its own, a log.
    fn more_of_app(&self, made: &[Argument], made_at: usize) -> Option<String> {
        if self.tokens.is_python {
            let mut names = made.iter().enumerate().map(|(place, a)| match &a.name {
                Some(name) => (name.clone(), PLAIN.contains(&name.as_str())),
                None => (place.to_string(), place < 3),
            });
            return names.find(|(_, is_plain)| !is_plain).map(|(name, _)| name);
        }
        let config = made.first().map(|a| a.value.clone())?;
        let entries = self.program.entries(&config, made_at, 0)?;
        let mut keys = entries.iter().map(|(key, ..)| *key);
        keys.find(|key| *key != "auth").map(str::to_owned)
    }

    fn arguments_of_msal(&self, arguments: Vec<Argument>, at: usize) -> Form {
        if self.tokens.is_python {
            let places = ["username", "password", "scopes"];
            let name = |(place, a): (usize, Argument)| {
                let by_place = || places.get(place).copied().unwrap_or("?").to_owned();
                (a.name.unwrap_or_else(by_place), a.value)
            };
            return arguments.into_iter().enumerate().map(name).collect();
        }
        let options = arguments.first().map_or(Expr::Unknown, |a| a.value.clone());
        let entries = self.program.entries(&options, at, 0).unwrap_or_default();
        entries
            .iter()
            .map(|(key, value, at)| ((*key).to_owned(), self.known(value, *at)))
            .collect()
    }

    fn known(&self, expr: &Expr, at: usize) -> Expr {
        self.program
            .text(expr, at)
            .map_or(Expr::Unknown, Expr::Text)
    }
}
