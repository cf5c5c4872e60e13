//! Whose sign-in a request is: which values reach it, by the assignments above it. For the languages whose requests are
//! calls or commands; PowerShell's statements have their own (`statements`).

use crate::rewrite::Marks;
use crate::token::{Kind, Part, Token};
use std::ops::Range;

/// More steps are no script that somebody wrote.
const MOST_SOURCES: usize = 200;

/// Of a file with more requests none is replaced: each is compared with the whole file.
pub(crate) const MOST_REQUESTS: usize = 500;

/// A variable gets a value, or something is added to it.
#[derive(Clone, Debug)]
pub(crate) struct Given<'s> {
    pub(crate) name: &'s str,
    /// Where the value stands.
    pub(crate) value: Range<usize>,
    /// False if what the variable held before stays.
    pub(crate) is_whole: bool,
}

/// Whatever asks a server for something, with all its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) range: Range<usize>,
    /// True if its very name says that it is a password grant.
    pub(crate) is_password_grant: bool,
}

/// A file with its assignments, in the order of their places, and its requests.
pub(crate) struct Flow<'s> {
    pub(crate) text: &'s str,
    pub(crate) tokens: &'s [Token],
    pub(crate) given: Vec<Given<'s>>,
    pub(crate) requests: Vec<Request>,
    /// True if a bare word is the name of a variable.
    pub(crate) words_are_names: bool,
}

impl<'s> Flow<'s> {
    /// The requests that are the sign-in of the marked secret.
    pub(crate) fn sign_ins(&self, marks: &Marks<'_>) -> Vec<Range<usize>> {
        if self.requests.len() > MOST_REQUESTS {
            return Vec::new();
        }
        let sources = |request: &Request| self.sources(&request.range);
        let asking: Vec<(&Request, Vec<Range<usize>>)> = self
            .requests
            .iter()
            .map(|request| (request, sources(request)))
            .filter(|(r, sources)| r.is_password_grant || self.asks(sources) && !self.goes_elsewhere(sources))
            .collect();
        // Where the file holds one password and one sign-in, they belong together, by whatever way it gets there.
        let alone = marks.is_only && asking.len() == 1;
        let holds = |sources: &[Range<usize>]| {
            marks.spans.iter().any(|span| sources.iter().any(|s| s.start <= span.start && span.end <= s.end))
        };
        asking
            .into_iter()
            .filter(|(_, sources)| alone || holds(sources))
            .map(|(request, _)| request.range.clone())
            .collect()
    }

    /// The request, and the values that reach it. What another request answers is not looked into.
    fn sources(&self, request: &Range<usize>) -> Vec<Range<usize>> {
        let mut found = vec![request.clone()];
        let mut next = 0;
        while let Some(range) = found.get(next).cloned().filter(|_| found.len() < MOST_SOURCES) {
            for name in self.names_in(&range) {
                for value in self.reach(name, range.start) {
                    let answers = self.requests.iter().any(|r| r.range.start < value.end && value.start < r.range.end);
                    if !answers && !found.contains(&value) {
                        found.push(value);
                    }
                }
            }
            next += 1;
        }
        found
    }

    /// The last assignment above this place and what was added to it; with none above, whatever is below.
    fn reach(&self, name: &str, place: usize) -> Vec<Range<usize>> {
        let all = || self.given.iter().filter(|g| g.name == name);
        let last = all().filter(|g| g.is_whole && g.value.start < place).map(|g| g.value.start).max();
        let reaches = |g: &&Given<'_>| last.is_none_or(|last| (last..place).contains(&g.value.start));
        all().filter(reaches).map(|g| g.value.clone()).collect()
    }

    /// Without what stands in another request in there.
    fn tokens_in(&self, range: &Range<usize>) -> impl Iterator<Item = &'s Token> {
        let (start, end) = (range.start, range.end);
        let within = |r: &&Range<usize>| start < r.start && r.end <= end;
        let inner: Vec<Range<usize>> = self.requests.iter().map(|r| &r.range).filter(within).cloned().collect();
        let first = self.tokens.partition_point(|t| t.span.start < start);
        let inside = self.tokens.get(first..).unwrap_or_default().iter().take_while(move |t| t.span.start < end);
        inside.filter(move |t| t.kind != Kind::Comment && !inner.iter().any(|r| r.contains(&t.span.start)))
    }

    fn names_in(&self, range: &Range<usize>) -> Vec<&'s str> {
        let words = self.tokens_in(range).filter(|t| self.words_are_names && t.kind == Kind::Word);
        let words = words.filter_map(|t| self.text.get(t.span.clone()));
        self.tokens_in(range).flat_map(Token::uses).chain(words).collect()
    }

    /// `grant_type=password` in one text, or as key and value.
    fn asks(&self, sources: &[Range<usize>]) -> bool {
        let tokens = || sources.iter().flat_map(|range| self.tokens_in(range));
        let says = |t: &Token, wanted: &str| {
            t.parts.iter().any(|p| matches!(p, Part::Text(text) if text.to_ascii_lowercase().contains(wanted)))
        };
        let is = |t: &Token, wanted: &str| t.literal().is_some_and(|text| text.eq_ignore_ascii_case(wanted));
        let is_key = |t: &Token| is(t, "grant_type") || self.text.get(t.span.clone()) == Some("grant_type");
        tokens().any(|t| says(t, "grant_type=password"))
            || (tokens().any(is_key) && tokens().any(|t| t.kind == Kind::Str && is(t, "password")))
    }

    /// True if an address is written down and none is that of a token endpoint.
    fn goes_elsewhere(&self, sources: &[Range<usize>]) -> bool {
        let texts = || sources.iter().filter_map(|range| self.text.get(range.clone()));
        let has = |wanted: &str| texts().any(|text| text.to_ascii_lowercase().contains(wanted));
        has("://") && !has("/oauth2") && !has("/token")
    }
}
