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
type FormFields = Vec<(String, Expr)>;

/// What an app is made with.
struct App<'p> {
    /// The name of its constructor.
    maker: &'p str,
    arguments: &'p [Argument],
    /// The byte where it is made.
    at: usize,
}

/// A part of an app: its argument and that argument's place in Python, and its key in JavaScript.
struct AppPart {
    argument: &'static str,
    place: usize,
    key: &'static str,
}

const CLIENT_ID: AppPart = AppPart {
    argument: "client_id",
    place: 0,
    key: "clientId",
};
const CLIENT_SECRET: AppPart = AppPart {
    argument: "client_credential",
    place: 1,
    key: "clientSecret",
};
const AUTHORITY: AppPart = AppPart {
    argument: "authority",
    place: 2,
    key: "authority",
};

impl ScriptFile<'_> {
    pub(super) fn msal(&self, request: &mut Request, arguments: Vec<Argument>, first: usize) {
        let at = request.range.start;
        let app = Expr::Name(self.tokens.list.source(first).to_owned());
        let is_direct = self.tokens.list.is(first + 1, '.') && self.tokens.list.is(first + 3, '(');
        let mut form = vec![("grant_type".to_owned(), Expr::text("password"))];
        match self.program.meant(&app, at) {
            Some((Expr::Made(maker, arguments), made_at))
                if is_direct && maker.ends_with("ClientApplication") =>
            {
                let app = App {
                    maker,
                    arguments,
                    at: made_at,
                };
                form.extend(self.form_of_app(request, &app));
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

    /// The fields that the app gives to the form. The address, and why the request may have to
    /// stay, go into the request.
    fn form_of_app(&self, request: &mut Request, app: &App<'_>) -> FormFields {
        let mut form = FormFields::new();
        if let Some(id) = self.part_of_app(app, &CLIENT_ID) {
            form.push(("client_id".to_owned(), id));
        }
        if let Some(secret) = self.part_of_app(app, &CLIENT_SECRET) {
            form.push(("client_secret".to_owned(), secret));
        }
        if let Some(Expr::Text(authority)) = self.part_of_app(app, &AUTHORITY) {
            let authority = authority.trim_end_matches('/');
            request.url = Expr::text(&format!("{authority}/oauth2/v2.0/token"));
        }
        if let Some(more) = self.more_of_app(app) {
            request.odd = Some(Why::Shape(Some(more)));
        }
        let at = request.range.start;
        match self.is_made_by(app.maker, &LIBRARIES, at) {
            Some(since) => {
                let load = self.program.loaded(since, at);
                request.loaded = load.map(|load| (app.maker.to_owned(), load));
            }
            None => request.odd = Some(Why::Shape(Some(app.maker.to_owned()))),
        }
        form
    }

    /// What the app was made with, if it was made with that.
    fn part_of_app(&self, app: &App<'_>, part: &AppPart) -> Option<Expr> {
        if self.tokens.is_python {
            let mut named = app.arguments.iter();
            let mut placed = app.arguments.iter().take_while(|a| a.name.is_none());
            let argument = named
                .find(|a| a.name.as_deref() == Some(part.argument))
                .or_else(|| placed.nth(part.place))?;
            return Some(self.known(&argument.value, app.at));
        }
        let auth = app.arguments.first()?.value.member("auth");
        let entries = self.program.entries(&auth, app.at)?;
        let is_there = entries.iter().any(|(key, ..)| *key == part.key);
        is_there.then(|| self.known(&auth.member(part.key), app.at))
    }

    /// What an app is made with beside its sign-in: a cache, a client of its own, a log.
    fn more_of_app(&self, app: &App<'_>) -> Option<String> {
        if self.tokens.is_python {
            let mut names = app
                .arguments
                .iter()
                .enumerate()
                .map(|(place, a)| match &a.name {
                    Some(name) => (name.clone(), PLAIN.contains(&name.as_str())),
                    None => (place.to_string(), place < 3),
                });
            return names.find(|(_, is_plain)| !is_plain).map(|(name, _)| name);
        }
        let config = &app.arguments.first()?.value;
        let entries = self.program.entries(config, app.at)?;
        let mut keys = entries.iter().map(|(key, ..)| *key);
        keys.find(|key| *key != "auth").map(str::to_owned)
    }

    fn arguments_of_msal(&self, arguments: Vec<Argument>, at: usize) -> FormFields {
        if self.tokens.is_python {
            let mut form = FormFields::new();
            let mut places = ["username", "password", "scopes"].into_iter();
            for argument in arguments {
                let place = places.next().unwrap_or("?");
                let name = argument.name.unwrap_or_else(|| place.to_owned());
                form.push((name, argument.value));
            }
            return form;
        }
        let options = arguments.first().map_or(Expr::Unknown, |a| a.value.clone());
        let entries = self.program.entries(&options, at).unwrap_or_default();
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
