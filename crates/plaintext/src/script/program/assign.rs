//! Plain assignments of Python and JavaScript: `name = value`, several names at once, patterns,
//! members.

use super::ScriptReader;
use crate::proof::expr::Expr;
use crate::token::Kind;

/// In tokens. Nobody writes longer patterns.
const LONGEST: usize = 200;

impl ScriptReader<'_> {
    pub(super) fn sign(&mut self, at: usize) {
        let list = &self.tokens.list;
        let opener = self.tokens.brackets.opener(at);
        if opener.is_some_and(|open| !self.is(open, '{')) {
            // In brackets Python names an argument; JavaScript assigns on the way.
            if !self.tokens.is_python
                && let Some(name) = list.word(at - 1)
            {
                self.perhaps(name, at - 1);
            }
            return;
        }
        let (value, next) = self.tokens.whole(self.tokens.behind(at), false);
        let last = next.max(at + 2) - 1;
        if self.is(at - 1, '}')
            || self.is(at - 1, ']') && self.opens_statement(self.tokens.brackets.opener(at - 1))
        {
            return self.pattern(at - 1, &value, last);
        }
        if self.is(at - 1, ']') {
            let Some(open) = self.tokens.brackets.opener(at - 1).filter(|open| *open > 0) else {
                return;
            };
            let key = match list.text_at(open + 1) {
                Some(key) if open + 2 == at - 1 => key,
                _ => String::new(),
            };
            return self.member(open, key, value, last);
        }
        let mut name = at - 1;
        // A type is between the name and the sign.
        if list.word(name).is_some()
            && name >= 2
            && self.is(name - 1, ':')
            && self.has_type(name - 2)
        {
            name -= 2;
        }
        let Some(word) = list.word(name) else { return };
        if name >= 1 && self.is(name - 1, '.') {
            return self.member(name - 1, word.to_owned(), value, last);
        }
        if self.tokens.is_python && name >= 1 && self.is(name - 1, ',') {
            return self.several(name, at);
        }
        let word = word.to_owned();
        self.declare(name, &word);
        self.add(&word, self.tokens.span(name, last), None, value);
    }

    /// `name: type = value`; in `if x: name = value`, and behind `case x:`, no type is there.
    fn has_type(&self, name: usize) -> bool {
        let mut root = name;
        while root >= 2 && self.is(root - 1, '.') {
            root -= 2;
        }
        let before = root
            .checked_sub(1)
            .and_then(|before| self.tokens.list.get(before));
        let begins = before.is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | ':')));
        let is_case = root > 0 && self.tokens.is_word(root - 1, &["case"]);
        let is_block = self
            .tokens
            .is_word(name, &["default", "else", "except", "finally", "try"]);
        self.tokens.list.word(name).is_some()
            && !is_block
            && !is_case
            && (begins || !self.tokens.is_python)
    }

    /// True if the bracket opens a pattern and is no index.
    fn opens_statement(&self, open: Option<usize>) -> bool {
        let before = open.and_then(|open| open.checked_sub(1));
        before.is_some_and(|before| self.tokens.is_word(before, &["const", "let", "var"]))
    }

    fn declare(&mut self, name: usize, word: &str) {
        let mut at = name;
        // `const a = 1, b = 2`
        while let Some(before) = self.tokens.before(at) {
            if self.tokens.is_word(before, &["const", "let", "var"]) {
                if let Some(function) = self.program.function_at(self.tokens.span(name, name).start)
                {
                    self.declared.insert((function, word.to_owned()));
                }
                return;
            }
            if matches!(
                self.tokens.list.get(before).map(|t| t.kind),
                Some(Kind::Sym(';' | '{' | '}')) | None
            ) || name - before > 60
            {
                return;
            }
            at = before;
        }
    }

    /// `{ a, b: c } = value`
    fn pattern(&mut self, close: usize, value: &Expr, last: usize) {
        let Some(open) = self.tokens.brackets.opener(close) else {
            return;
        };
        // Each name gets a copy of the value.
        let is_object = self.is(open, '{') && close - open < LONGEST;
        let mut at = open + 1;
        while at < close {
            if let Some(key) = self.tokens.list.word(at).map(str::to_owned) {
                let member = if is_object {
                    value.member(&key)
                } else {
                    Expr::Unknown
                };
                let mut name = key;
                if self.is(at + 1, ':')
                    && let Some(renamed) = self.tokens.list.word(at + 2)
                {
                    renamed.clone_into(&mut name);
                    at += 2;
                }
                self.declare(open, &name);
                self.add(&name, self.tokens.span(open, last), None, member);
            }
            at += 1;
        }
    }

    /// `a, b = x, y`: each name with its own value, if there are as many.
    fn several(&mut self, last_name: usize, sign: usize) {
        let mut names = vec![last_name];
        let mut at = last_name;
        while at >= 2 && self.is(at - 1, ',') && self.tokens.list.word(at - 2).is_some() {
            at -= 2;
            names.insert(0, at);
        }
        let mut values = Vec::new();
        let mut at = sign + 1;
        loop {
            let (value, next) = self.tokens.whole(at, false);
            values.push(value);
            at = next;
            if !self.is(at, ',') || values.len() > names.len() {
                break;
            }
            at += 1;
        }
        let is_paired = values.len() == names.len();
        for (index, name) in names.iter().enumerate() {
            let value = if is_paired {
                values[index].clone()
            } else {
                Expr::Unknown
            };
            let word = self.tokens.list.source(*name).to_owned();
            let span = self.tokens.span(names[0], at.max(sign + 2) - 1);
            self.add(&word, span, None, value);
        }
    }
}
