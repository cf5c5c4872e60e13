//! A shell script by its words: where commands begin, what is behind a word, what it means.

use super::read::assignment;
use crate::proof::expr::Expr;
use crate::token::{Kind, Token};

/// Words behind which a command begins.
const OPENERS: [&str; 11] = [
    "then", "do", "else", "{", "if", "elif", "while", "until", "!", "time", "&&",
];

/// What is open at a place.
#[derive(PartialEq, Eq)]
enum Open {
    Bracket,
    Case,
    /// The bracket before a pattern of `case`.
    Pattern,
}

/// A shell script by its tokens, without comments.
pub(crate) struct Words<'t> {
    pub(crate) text: &'t str,
    pub(crate) tokens: Vec<&'t Token>,
    begins: Vec<bool>,
    /// For each token the first one of its command.
    firsts: Vec<usize>,
    /// For each token the command that follows it, past the assignments between them.
    commands: Vec<Option<usize>>,
    /// True for each bracket that ends a pattern of `case`.
    patterns: Vec<bool>,
}

impl<'t> Words<'t> {
    pub(crate) fn of(text: &'t str, tokens: &'t [Token]) -> Self {
        let tokens: Vec<&Token> = tokens.iter().filter(|t| t.kind != Kind::Comment).collect();
        let mut words = Self {
            text,
            tokens,
            begins: Vec::new(),
            firsts: Vec::new(),
            commands: Vec::new(),
            patterns: Vec::new(),
        };
        words.patterns = words.patterns();
        for at in 0..words.tokens.len() {
            let begins = words.begins_at(at);
            words.begins.push(begins);
            let is_first = at == 0 || begins && !words.is_word(at - 1);
            words
                .firsts
                .push(if is_first { at } else { words.firsts[at - 1] });
        }
        words.commands = vec![None; words.tokens.len()];
        for at in (0..words.tokens.len()).rev() {
            let next = words.behind(at);
            let is_assignment = words
                .tokens
                .get(next)
                .is_some_and(|t| assignment(t, text).is_some());
            words.commands[at] = if is_assignment {
                words.commands[next]
            } else {
                words.is_word(next).then_some(next)
            };
        }
        words
    }

    pub(crate) fn source(&self, at: usize) -> &'t str {
        self.tokens
            .get(at)
            .and_then(|t| self.text.get(t.span.clone()))
            .unwrap_or_default()
    }

    pub(crate) fn is(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is(sign))
    }

    pub(crate) fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.kind == Kind::Word)
    }

    /// The token behind this one, and behind all that is substituted in it.
    pub(crate) fn behind(&self, at: usize) -> usize {
        let end = self.tokens.get(at).map_or(0, |t| t.span.end);
        (at + 1..self.tokens.len())
            .find(|next| self.tokens[*next].span.start >= end)
            .unwrap_or(self.tokens.len())
    }

    pub(crate) fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        (open..self.tokens.len()).find(|at| {
            depth += usize::from(self.is(*at, '('));
            depth = depth.saturating_sub(usize::from(self.is(*at, ')')));
            depth == 0
        })
    }

    /// True if a command begins at this token.
    pub(crate) fn begins(&self, at: usize) -> bool {
        self.begins.get(at).copied().unwrap_or(false)
    }

    /// The first token of the command that a token is in, assignments in front of it included.
    pub(crate) fn first(&self, at: usize) -> usize {
        self.firsts.get(at).copied().unwrap_or(at)
    }

    fn begins_at(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).map(|before| self.tokens[before]) else {
            return true;
        };
        match before.kind {
            // A text behind `<<` ends with its line.
            Kind::Newline | Kind::Str => true,
            Kind::Sym('(') => !self.is_array(at - 1),
            Kind::Sym(')') => self.ends_pattern(at - 1),
            Kind::Sym(c) => ";|&".contains(c),
            // Variables for this command alone may be before it.
            Kind::Word => {
                let opens = OPENERS.contains(&self.source(at - 1))
                    || assignment(before, self.text).is_some();
                self.source(at - 1) == "{" || opens && self.begins[at - 1]
            }
            _ => false,
        }
    }

    /// True for the bracket behind a pattern of `case`: it closes nothing.
    pub(crate) fn ends_pattern(&self, at: usize) -> bool {
        self.patterns.get(at).copied().unwrap_or(false)
    }

    /// `a)` of `case`, and `(a)` where a pattern is expected.
    fn patterns(&self) -> Vec<bool> {
        let mut found = vec![false; self.tokens.len()];
        let mut open: Vec<Open> = Vec::new();
        for (at, is_pattern_end) in found.iter_mut().enumerate() {
            match self.source(at) {
                "case" if self.source(self.behind(self.behind(at))) == "in" => {
                    open.push(Open::Case);
                }
                "esac" => {
                    if let Some(case) = open.iter().rposition(|open| *open == Open::Case) {
                        open.truncate(case);
                    }
                }
                _ if self.is(at, '(') => {
                    let is_pattern = open.last() == Some(&Open::Case) && self.expects_pattern(at);
                    open.push(if is_pattern {
                        Open::Pattern
                    } else {
                        Open::Bracket
                    });
                }
                _ if self.is(at, ')') => match open.last() {
                    Some(Open::Case) | None => *is_pattern_end = true,
                    Some(Open::Pattern) => {
                        *is_pattern_end = true;
                        open.pop();
                    }
                    Some(Open::Bracket) => drop(open.pop()),
                },
                _ => {}
            }
        }
        found
    }

    fn expects_pattern(&self, open: usize) -> bool {
        let mut before = (0..open)
            .rev()
            .filter(|at| self.tokens[*at].kind != Kind::Newline);
        match before.next() {
            Some(at) if self.source(at) == "in" => true,
            Some(at) => self.is(at, ';') && before.next().is_some_and(|at| self.is(at, ';')),
            None => false,
        }
    }

    /// The command that an assignment is in front of.
    pub(crate) fn command_behind(&self, at: usize) -> Option<usize> {
        self.commands.get(at).copied().flatten()
    }

    /// `NAME=( ... )`
    fn is_array(&self, open: usize) -> bool {
        self.source(open) == "("
            && open.checked_sub(1).is_some_and(|name| {
                assignment(self.tokens[name], self.text)
                    .is_some_and(|(_, start)| start == self.tokens[open].span.start)
            })
    }

    /// What a word is; unknown where it means several words.
    pub(crate) fn expr(&self, at: usize) -> Expr {
        let is_list = ["$@", "$*", "$#", "$?", "$$", "$!"]
            .iter()
            .any(|list| self.source(at).contains(list));
        match self.tokens.get(at) {
            Some(token) if !is_list => Expr::of(&token.parts),
            _ => Expr::Unknown,
        }
    }
}
