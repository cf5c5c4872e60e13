//! Token requests of PowerShell: where they go and what they send.

use super::expr::Given;
use super::file::Powershell;
use crate::proof::MOST_REQUESTS;
use crate::proof::answer::{Level, ValueSpan};
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

/// The name of a command that asks for a token or reads the answer.
fn is_asking_name(name: &str) -> bool {
    COMMANDS.contains(&name) || READERS.contains(&name)
}

/// A command or an option in front of the name of an alias.
fn takes_alias(word: &str) -> bool {
    ["set-alias", "new-alias", "sal", "nal"].contains(&word)
        || word.starts_with("-n") && "-name".starts_with(word)
}

/// `alias:name`, `function:\name`, the command as an item of a drive.
fn is_in_drive(text: &str, command: &str) -> bool {
    ["alias:", "function:"].iter().any(|drive| {
        let mut behind = text.split(drive).skip(1);
        behind.any(|rest| {
            rest.trim_start_matches(['\\', '/', ':'])
                .starts_with(command)
        })
    })
}

/// `-Meth` may be short for `-Method`.
fn long_option(name: &str) -> Option<&'static str> {
    ["method", "body", "headers", "contenttype"]
        .into_iter()
        .find(|long| name.len() >= 3 && long.starts_with(name))
}

impl Powershell<'_> {
    fn is_command(&self, at: usize) -> bool {
        COMMANDS.contains(&self.tokens.list.lower_word(at).as_str()) && self.begins(at)
    }

    /// True if a word at this token is the name of a command.
    fn begins(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1) else {
            return true;
        };
        match self.tokens.list.get(before).map(|t| t.kind) {
            // `function scope:name` makes one.
            Some(Kind::Sym(':')) => false,
            None | Some(Kind::Newline | Kind::Sym(_)) => true,
            _ => self.is_word(before, "return"),
        }
    }

    pub(super) fn is_request(&self, tokens: &Range<usize>) -> bool {
        tokens.clone().any(|at| self.is_command(at))
    }

    pub(super) fn is_web(&self, at: usize) -> bool {
        self.is_word(at, "Invoke-WebRequest") || self.is_word(at, "iwr")
    }

    /// `Set-Alias irm ...`, `Set-Item alias:irm ...`: the name means another command.
    fn has_alias(&self, text: &str) -> bool {
        let mut names = COMMANDS.iter().chain(&READERS);
        names.any(|name| is_in_drive(text, name))
            || (1..self.tokens.list.tokens.len())
                .any(|at| is_asking_name(&self.unquoted(at)) && takes_alias(&self.unquoted(at - 1)))
    }

    /// A token in small letters, without quotation marks.
    fn unquoted(&self, at: usize) -> String {
        let source = self.tokens.list.source(at).trim_matches(['\'', '"']);
        source.to_ascii_lowercase()
    }

    fn request(&self, at: usize, is_another: bool) -> Request {
        let (given, end) = self.tokens.arguments(at + 1);
        let range = self.span(at, end.max(at + 1) - 1);
        let mut url = Expr::Unknown;
        let mut form = Expr::Unknown;
        let mut headers = None;
        let mut odd = is_another.then(|| Why::Shape(Some(self.tokens.list.source(at).to_owned())));
        let mut has_address = false;
        let mut has_method = false;
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
                ("", Some(value)) if !has_address => {
                    url = value;
                    has_address = true;
                }
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
    /// function or an alias; or if every call gets arguments that are not in it.
    fn is_another(&self) -> bool {
        let text = self.tokens.list.text.to_ascii_lowercase();
        let mut functions = self.program.functions.iter();
        text.contains("$psdefaultparametervalues")
            || self.has_alias(&text)
            || functions.any(|function| is_asking_name(&function.name))
    }

    /// The options of a call by their long names, with the entries of splatted hash tables.
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
                Given::Splat(name) => match self.program.entries(&Expr::Name(name.clone()), at) {
                    Some(entries) => found.extend(entries.into_iter().map(|(key, ..)| {
                        let member = Expr::Name(name.clone()).member(key);
                        (key.to_owned(), Some(member))
                    })),
                    None => *odd = Some(Why::Shape(Some(format!("@{name}")))),
                },
            }
        }
        for (name, _) in &mut found {
            if let Some(long) = long_option(name) {
                long.clone_into(name);
            }
        }
        found
    }

    pub(super) fn find_requests(&self) -> Vec<Request> {
        let commands = (0..self.tokens.list.tokens.len()).filter(|at| self.is_command(*at));
        let is_another = self.is_another();
        commands
            .take(MOST_REQUESTS + 1)
            .map(|at| self.request(at, is_another))
            .collect()
    }

    /// The value that a request is.
    pub(super) fn value_of(&self, request: &Request) -> ValueSpan {
        let level = if self.is_web(request.tokens.0) {
            Level::Response
        } else {
            Level::Data
        };
        ValueSpan {
            first: request.tokens.0,
            last: request.tokens.1,
            level,
        }
    }
}
