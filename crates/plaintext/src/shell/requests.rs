//! The token request of a shell script: `curl` with the data of a password grant, wherever a
//! command may be. What the script does with the answer is in `answers`.

use super::file::Shell;
use super::read::without_start;
use crate::proof::MOST_REQUESTS;
use crate::proof::expr::Expr;
use crate::proof::prove::{Request, Why};
use crate::token::{Kind, Part};

/// Options of `curl` without a value that change nothing of the answer.
const FLAGS: [&str; 12] = [
    "--silent",
    "--show-error",
    "--fail",
    "--location",
    "--insecure",
    "--compressed",
    "--http1.1",
    "--tlsv1.2",
    "--ipv4",
    "--ipv6",
    "--globoff",
    "--no-progress-meter",
];

/// Options with a value that change nothing of the answer.
const VALUES: [&str; 7] = [
    "--max-time",
    "--connect-timeout",
    "--retry",
    "--retry-delay",
    "--user-agent",
    "--proxy",
    "--cacert",
];

/// Short options by their long ones.
const SHORT: [(char, &str); 16] = [
    ('s', "--silent"),
    ('S', "--show-error"),
    ('f', "--fail"),
    ('L', "--location"),
    ('k', "--insecure"),
    ('4', "--ipv4"),
    ('6', "--ipv6"),
    ('g', "--globoff"),
    ('m', "--max-time"),
    ('A', "--user-agent"),
    ('x', "--proxy"),
    ('X', "--request"),
    ('d', "--data"),
    ('H', "--header"),
    ('u', "--user"),
    ('E', "--cert"),
];

/// One option with its value, or a word that is none.
struct CurlOption {
    name: String,
    value: Option<Expr>,
}

/// Programs that read an answer.
const READERS: [&str; 7] = ["jq", "python3", "python", "sed", "grep", "echo", "printf"];

/// The programs of a script that may read an answer.
struct Readers {
    names: Vec<&'static str>,
    /// The one that is something else here.
    redefined: Option<&'static str>,
}

impl Shell<'_> {
    pub(super) fn find_requests(&self) -> Vec<Request> {
        let readers = self.readers();
        (0..self.words.tokens.len())
            .filter_map(|at| self.request(at, &readers))
            .take(MOST_REQUESTS + 1)
            .collect()
    }

    fn request(&self, first: usize, readers: &Readers) -> Option<Request> {
        let name = self.words.source(first);
        if !self.words.is_word(first)
            || !(name == "curl" || name.ends_with("/curl"))
            || !self.words.begins(first)
            || self.is_definition(first)
        {
            return None;
        }
        let mut last = first;
        let mut next = self.words.behind(first);
        while self.words.is_word(next) && !self.is_descriptor(next) {
            last = next;
            next = self.words.behind(next);
        }
        let tokens = &self.words.tokens;
        let range = tokens[first].span.start..tokens[last].span.end;
        let mut request = Request::of(range, (first, last));
        self.options(&mut request);
        let redefined = if self.is_redefined(name) {
            Some(name)
        } else {
            readers.redefined
        };
        if let Some(other) = redefined {
            request.odd = Some(Why::Shape(Some(other.to_owned())));
        }
        let load = self.program.loaded(0, request.range.start);
        let mut names = std::iter::once(name).chain(readers.names.iter().copied());
        let by_name = names.find(|name| !name.contains('/'));
        request.loaded = load
            .zip(by_name)
            .map(|(load, name)| (name.to_owned(), load));
        Some(request)
    }

    fn readers(&self) -> Readers {
        let names: Vec<&str> = READERS
            .into_iter()
            .filter(|name| {
                (0..self.words.tokens.len())
                    .any(|at| self.words.source(at) == *name && self.words.begins(at))
            })
            .collect();
        let redefined = names.iter().copied().find(|name| self.is_redefined(name));
        Readers { names, redefined }
    }

    /// True if the script has a function or an alias of that name, which is something else.
    fn is_redefined(&self, name: &str) -> bool {
        let mut functions = self.program.functions.iter();
        functions.any(|function| function.name == name) || self.is_alias(name)
    }

    /// `curl() { ... }` makes a function.
    fn is_definition(&self, at: usize) -> bool {
        self.words.is(at + 1, '(') && self.words.is(at + 2, ')')
    }

    /// `alias curl=...`; an alias whose name is not known may be this one.
    fn is_alias(&self, name: &str) -> bool {
        let all = self.words.tokens.len();
        let mut aliases = (0..all).filter(|at| self.words.source(*at) == "alias");
        self.words.text.contains("BASH_ALIASES")
            || aliases.any(|alias| {
                (alias + 1..all)
                    .take_while(|at| self.words.is_word(*at))
                    .any(|at| self.may_alias(at, name))
            })
    }

    /// True if a word behind `alias` may give a meaning to this name.
    fn may_alias(&self, at: usize, name: &str) -> bool {
        let word = self.words.source(at).trim_start_matches(['"', '\'', '\\']);
        if word.starts_with('$') {
            return true;
        }
        let made = word.split_once('=').map_or("", |(made, _)| made);
        made.trim_end_matches(['"', '\'']) == name
    }

    /// The number of a redirection is no argument.
    fn is_descriptor(&self, at: usize) -> bool {
        let is_number = self.words.source(at).bytes().all(|b| b.is_ascii_digit());
        is_number && (self.words.is(at + 1, '>') || self.words.is(at + 1, '<'))
    }

    /// The words of a command, options with their values.
    fn given(&self, first: usize, last: usize) -> Vec<CurlOption> {
        let mut found = Vec::new();
        let mut at = self.words.behind(first);
        while at <= last {
            let next = self.words.behind(at);
            let source = self.words.source(at).trim_matches(['"', '\'']);
            if let Some(long) = source.strip_prefix("--").filter(|long| !long.is_empty()) {
                at = self.long(at, long, last, &mut found);
            } else if let Some(short) = source.strip_prefix('-').filter(|short| !short.is_empty()) {
                at = self.short(at, short, last, &mut found);
            } else {
                found.push(CurlOption {
                    name: String::new(),
                    value: Some(self.words.expr(at)),
                });
                at = next;
            }
        }
        found
    }

    /// `--data VALUE`, `--data=VALUE`: the place behind it.
    fn long(&self, at: usize, long: &str, last: usize, found: &mut Vec<CurlOption>) -> usize {
        let next = self.words.behind(at);
        if let Some((name, _)) = long.split_once('=') {
            let name = format!("--{name}");
            let value = Some(self.without_start(at, name.len() + 1));
            found.push(CurlOption { name, value });
            return next;
        }
        let name = format!("--{long}");
        if FLAGS.contains(&name.as_str()) || next > last {
            found.push(CurlOption { name, value: None });
            return next;
        }
        let value = Some(self.words.expr(next));
        found.push(CurlOption { name, value });
        self.words.behind(next)
    }

    /// `-sSfX POST`, `-dname=value`: the place behind it.
    fn short(&self, at: usize, short: &str, last: usize, found: &mut Vec<CurlOption>) -> usize {
        let next = self.words.behind(at);
        for (place, c) in short.char_indices() {
            let long = SHORT
                .iter()
                .find(|(known, _)| *known == c)
                .map_or_else(|| format!("-{c}"), |(_, long)| (*long).to_owned());
            if FLAGS.contains(&long.as_str()) || long.len() == 2 {
                found.push(CurlOption {
                    name: long,
                    value: None,
                });
                continue;
            }
            let attached = place + 1 < short.len();
            let value = if attached {
                Some(self.without_start(at, place + 2))
            } else {
                (next <= last).then(|| self.words.expr(next))
            };
            found.push(CurlOption { name: long, value });
            return if attached {
                next
            } else {
                self.words.behind(next)
            };
        }
        next
    }

    /// A word without its first bytes, which are plain.
    fn without_start(&self, at: usize, bytes: usize) -> Expr {
        match (self.words.expr(at), self.words.tokens[at].parts.first()) {
            (Expr::Unknown, _) => Expr::Unknown,
            (_, Some(Part::Text(text))) if text.len() >= bytes => {
                Expr::of(&without_start(&self.words.tokens[at].parts, bytes))
            }
            _ => Expr::Unknown,
        }
    }

    fn options(&self, request: &mut Request) {
        let at = request.range.start;
        let mut forms = Vec::new();
        let mut headers = Vec::new();
        let mut urls = Vec::new();
        for CurlOption { name, value } in self.given(request.tokens.0, request.tokens.1) {
            match (name.as_str(), value) {
                ("" | "--url", Some(value)) => urls.push(value),
                ("--data" | "--data-ascii" | "--data-binary" | "--data-raw", Some(value)) => {
                    forms.push(self.data(value, request));
                }
                ("--data-urlencode", Some(value)) => forms.push(pair(&value)),
                ("--user", Some(value)) => forms.push(self.user(&value, at)),
                ("--header", Some(value)) => {
                    let text = self.program.text(&value, at);
                    let name = text
                        .as_ref()
                        .and_then(|text| text.split_once(':'))
                        .map(|(name, _)| name.trim().to_owned());
                    headers.push(name.map(|name| (name, Expr::text(""))));
                }
                ("--request", Some(value))
                    if self
                        .program
                        .text(&value, at)
                        .is_some_and(|method| *method == "POST") => {}
                (name, Some(_)) if VALUES.contains(&name) => {}
                (name, None) if FLAGS.contains(&name) => {}
                (name, _) => request.odd = Some(Why::Shape(Some(name.to_owned()))),
            }
        }
        request.form = Expr::List(forms);
        if !headers.is_empty() {
            request.headers = Some(
                headers
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .map_or(Expr::Unknown, Expr::Map),
            );
        }
        if let [url] = urls.as_slice() {
            request.url = url.clone();
        } else if urls.len() > 1 {
            // One of them may be the token endpoint: it is looked at, and stays.
            request.odd = Some(Why::Shape(None));
            request.url = urls
                .into_iter()
                .find(|url| text_has(url, "/oauth2/"))
                .unwrap_or(Expr::Unknown);
        }
    }

    /// `-u id:secret`: the app proves itself in a header in place of the form.
    fn user(&self, value: &Expr, at: usize) -> Expr {
        let text = self.program.text(value, at);
        let Some((id, secret)) = text.as_ref().and_then(|text| text.split_once(':')) else {
            return Expr::Unknown;
        };
        Expr::Map(vec![
            ("client_id".to_owned(), Expr::text(id)),
            ("client_secret".to_owned(), Expr::text(secret)),
        ])
    }

    /// `-d value`; `@-` is what the command is given.
    fn data(&self, value: Expr, request: &mut Request) -> Expr {
        match &value {
            Expr::Text(text) if text.as_str() == "@-" => {
                self.document(request.tokens.1).unwrap_or(Expr::Unknown)
            }
            Expr::Text(text) if text.starts_with('@') => Expr::Unknown,
            _ => value,
        }
    }

    /// The text behind `<<EOF`, which begins in the next line.
    pub(super) fn document_at(&self, last: usize) -> Option<usize> {
        let tokens = &self.words.tokens;
        let behind = self.words.behind(last);
        let line_end = (behind..tokens.len()).find(|at| tokens[*at].kind == Kind::Newline)?;
        let reads = (behind..line_end).any(|at| self.words.is(at, '<'));
        Some(line_end + 1)
            .filter(|at| reads && tokens.get(*at).is_some_and(|t| t.kind == Kind::Str))
    }

    fn document(&self, last: usize) -> Option<Expr> {
        self.document_at(last)
            .map(|at| Expr::of(&self.words.tokens[at].parts))
    }
}

fn text_has(url: &Expr, wanted: &str) -> bool {
    match url {
        Expr::Text(text) => text.contains(wanted),
        Expr::Join(all) => all.iter().any(|part| text_has(part, wanted)),
        _ => false,
    }
}

/// `name=value`, which `curl` encodes; a form without a name is none of a token request.
fn pair(value: &Expr) -> Expr {
    let (first, rest) = match value {
        Expr::Text(text) => (text, &[][..]),
        Expr::Join(all) => match all.as_slice() {
            [Expr::Text(text), rest @ ..] => (text, rest),
            _ => return Expr::Unknown,
        },
        _ => return Expr::Unknown,
    };
    let Some((name, start)) = first
        .split_once('=')
        .filter(|(name, _)| !name.is_empty() && !name.contains('@'))
    else {
        return Expr::Unknown;
    };
    let whole = rest
        .iter()
        .fold(Expr::text(start), |all, part| all.joined(part.clone()));
    Expr::Map(vec![(name.to_owned(), whole)])
}
