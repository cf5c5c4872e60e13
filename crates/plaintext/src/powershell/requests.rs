//! Token requests of PowerShell: where they go and what they send.

use super::expr::Given;
use super::file::Powershell;
use crate::proof::answer::{Level, Value};
use crate::proof::expr::Expr;
use crate::proof::prove::{Request, Why};
use crate::token::Kind;
use std::ops::Range;

const COMMANDS: [&str; 4] = ["invoke-restmethod", "invoke-webrequest", "irm", "iwr"];

/// Commands that read an answer.
const READERS: [&str; 3] = ["convertfrom-json", "select-object", "select"];

/// Options that change nothing of the answer.
const OPTIONS: [&str; 12] = [
    "uri",
    "method",
    "body",
    "headers",
    "contenttype",
    "usebasicparsing",
    "erroraction",
    "ea",
    "timeoutsec",
    "useragent",
    "disablekeepalive",
    "verbose",
];

impl Powershell<'_> {
    fn is_command(&self, at: usize) -> bool {
        let begins = |before: usize| match self.tokens.list.get(before).map(|t| t.kind) {
            // `function scope:name` makes one.
            Some(Kind::Sym(':')) => false,
            None | Some(Kind::Newline | Kind::Sym(_)) => true,
            _ => self.is_word(before, "return"),
        };
        (at == 0 || begins(at - 1)) && self.is_named(at)
    }

    fn is_named(&self, at: usize) -> bool {
        self.tokens
            .list
            .word(at)
            .is_some_and(|w| COMMANDS.contains(&w.to_ascii_lowercase().as_str()))
    }

    pub(super) fn is_request(&self, tokens: &Range<usize>) -> bool {
        tokens.clone().any(|at| self.is_command(at))
    }

    pub(super) fn is_web(&self, at: usize) -> bool {
        self.is_word(at, "Invoke-WebRequest") || self.is_word(at, "iwr")
    }

    /// `Set-Alias irm ...`, `Set-Item alias:irm ...`: the name means another command.
    fn has_alias(&self, text: &str) -> bool {
        let list = &self.tokens.list;
        let lower = |at: usize| {
            list.source(at)
                .trim_matches(['\'', '"'])
                .to_ascii_lowercase()
        };
        let is_maker = |word: &str| {
            ["set-alias", "new-alias", "sal", "nal"].contains(&word)
                || word.starts_with("-n") && "-name".starts_with(word)
        };
        let in_drive = |command: &str| {
            ["alias:", "function:"].iter().any(|drive| {
                let mut places = text
                    .match_indices(drive)
                    .map(|(at, _)| text[at + drive.len()..].trim_start_matches(['\\', '/', ':']));
                places.any(|rest| rest.starts_with(command))
            })
        };
        let names = || COMMANDS.iter().chain(&READERS);
        let by_name = |at: usize| {
            at > 0 && names().any(|name| *name == lower(at)) && is_maker(&lower(at - 1))
        };
        names().any(|name| in_drive(name)) || (0..list.tokens.len()).any(by_name)
    }

    fn request(&self, at: usize) -> Request {
        let (given, end) = self.tokens.arguments(at + 1);
        let range = self.span(at, end.max(at + 1) - 1);
        let (mut url, mut form, mut headers) = (Expr::Unknown, Expr::Unknown, None);
        let mut odd = self
            .is_another()
            .then(|| Why::Shape(Some(self.tokens.list.source(at).to_owned())));
        let (mut plain, mut has_method) = (0, false);
        for (name, value) in self.options(given, range.start, &mut odd) {
            match (name.as_str(), value) {
                ("uri", Some(value)) => url = value,
                ("body", Some(value)) => form = value,
                ("headers", Some(value)) => headers = Some(value),
                ("method", Some(value)) => {
                    has_method = true;
                    let method = self.program.text(&value, range.start);
                    if !method.is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                        odd = Some(Why::Shape(Some("-Method".to_owned())));
                    }
                }
                // The address is the first one without a name.
                ("", Some(value)) if plain == 0 => (url, plain) = (value, 1),
                (name, _) if OPTIONS.contains(&name) => {}
                (name, _) => odd = Some(Why::Shape(Some(format!("-{name}")))),
            }
        }
        if !has_method {
            odd = odd.or(Some(Why::Shape(Some("-Method".to_owned()))));
        }
        let load = self.program.loaded(0, range.start);
        Request {
            tokens: (at, end.max(at + 1) - 1),
            url,
            form,
            headers,
            odd,
            loaded: load.map(|load| (self.tokens.list.source(at).to_owned(), load)),
            range,
        }
    }

    /// True if the name of a command that asks, or reads the answer, may mean another one here: a
    /// function or an alias; or if every call gets arguments that are not looked for.
    fn is_another(&self) -> bool {
        let text = self.tokens.list.text.to_ascii_lowercase();
        let is_own = |name: &str| COMMANDS.contains(&name) || READERS.contains(&name);
        let mut functions = self.program.functions.iter();
        text.contains("$psdefaultparametervalues")
            || self.has_alias(&text)
            || functions.any(|function| is_own(&function.name))
    }

    /// With the entries of what is splatted.
    fn options(
        &self,
        given: Vec<Given>,
        at: usize,
        odd: &mut Option<Why>,
    ) -> Vec<(String, Option<Expr>)> {
        let mut found = Vec::new();
        for argument in given {
            match argument {
                Given::Named(name, value) => found.push((name, value)),
                Given::Plain(value) => found.push((String::new(), Some(value))),
                Given::Splat(name) => {
                    match self.program.entries(&Expr::Name(name.clone()), at, 0) {
                        Some(entries) => {
                            let base = || Box::new(Expr::Name(name.clone()));
                            let member = |key: &str| {
                                (key.to_owned(), Some(Expr::Member(base(), key.to_owned())))
                            };
                            found.extend(entries.into_iter().map(|(key, ..)| member(key)));
                        }
                        None => *odd = Some(Why::Shape(Some(format!("@{name}")))),
                    }
                }
            }
        }
        // `-Meth` may be short for `-Method`.
        let whole = |name: String| {
            let long = ["method", "body", "headers", "contenttype"]
                .iter()
                .find(|long| name.len() >= 3 && long.starts_with(&name));
            long.map_or(name, |long| (*long).to_owned())
        };
        found
            .into_iter()
            .map(|(name, value)| (whole(name), value))
            .collect()
    }

    pub(super) fn find_requests(&self) -> Vec<Request> {
        let commands = (0..self.tokens.list.tokens.len()).filter(|at| self.is_command(*at));
        commands.take(1000).map(|at| self.request(at)).collect()
    }

    /// The value that a request is.
    pub(super) fn value_of(&self, request: &Request) -> Value {
        let level = if self.is_web(request.tokens.0) {
            Level::Response
        } else {
            Level::Data
        };
        Value {
            first: request.tokens.0,
            last: request.tokens.1,
            level,
        }
    }
}
