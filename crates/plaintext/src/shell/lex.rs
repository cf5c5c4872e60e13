//! Shell words as POSIX quotes them. A command substitution is read like the rest of the file,
//! behind the word that it is in. What the words mean is decided in `read`.

use crate::token::{Cursor, DEEPEST, Kind, Part, Parts, Token, Tokens};
use std::ops::Range;

pub(crate) fn lex(text: &str, range: Range<usize>) -> Tokens {
    let mut lexer = ShellLexer {
        cursor: Cursor::new(text.get(..range.end).unwrap_or_default(), range.start),
        tokens: Tokens::default(),
        documents: Vec::new(),
    };
    lexer.run(0);
    lexer.tokens
}

struct ShellLexer<'t> {
    cursor: Cursor<'t>,
    tokens: Tokens,
    /// Here-documents whose text begins at the next line: the delimiter, and whether variables
    /// count in it.
    documents: Vec<(String, bool)>,
}

impl ShellLexer<'_> {
    /// Reads to the end, or to the bracket that closes a substitution.
    fn run(&mut self, depth: usize) {
        let mut open = 0usize;
        // How many brackets are open around `((...))` and `$((...))`, in which `<<` is a shift.
        let mut arithmetic = (depth > 0 && self.cursor.peek() == Some('(')).then_some(0);
        while let Some(c) = self.cursor.peek() {
            let start = self.cursor.at;
            match c {
                '\n' => {
                    self.cursor.next();
                    self.push(Kind::Newline, start);
                    self.read_documents();
                }
                '\\' if self.cursor.eat("\\\n") || self.cursor.eat("\\\r\n") => {}
                c if c.is_whitespace() => {
                    self.cursor.next();
                }
                '#' => {
                    self.cursor.line();
                    let end = self.cursor.at;
                    let token = Token::plain(Kind::Comment, start..end);
                    self.tokens.list.push(Token {
                        inner: start + 1..end,
                        ..token
                    });
                }
                ')' if depth > 0 && open == 0 => return,
                '<' if arithmetic.is_none()
                    && self.cursor.rest().starts_with("<<")
                    && !self.cursor.rest().starts_with("<<<") =>
                {
                    self.document();
                }
                '<' if self.cursor.eat("<<<") => self.push(Kind::Sym('<'), start),
                ';' | '|' | '&' | '(' | ')' | '<' | '>' => {
                    match c {
                        '(' => {
                            if arithmetic.is_none() && self.cursor.rest().starts_with("((") {
                                arithmetic = Some(open);
                            }
                            open += 1;
                        }
                        ')' => {
                            open = open.saturating_sub(1);
                            arithmetic = arithmetic.filter(|around| *around < open);
                        }
                        _ => {}
                    }
                    self.cursor.next();
                    self.push(Kind::Sym(c), start);
                }
                _ => self.word(depth),
            }
        }
        if depth > 0 {
            self.tokens.broken.get_or_insert(self.cursor.at);
        }
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens
            .list
            .push(Token::plain(kind, start..self.cursor.at));
    }

    fn word(&mut self, depth: usize) {
        let start = self.cursor.at;
        let index = self.tokens.list.len();
        self.push(Kind::Word, start);
        let mut parts = Parts::default();
        while let Some(c) = self.cursor.peek() {
            match c {
                c if c.is_whitespace() || ";|&()<>".contains(c) => break,
                '\'' => self.quoted(&mut parts, '\''),
                '"' => self.double(&mut parts, depth),
                '\\' => {
                    self.cursor.next();
                    if !(self.cursor.eat("\n") || self.cursor.eat("\r\n"))
                        && let Some(c) = self.cursor.next()
                    {
                        parts.push(c);
                    }
                }
                '$' | '`' => self.expansion(&mut parts, depth),
                c => {
                    self.cursor.next();
                    parts.push(c);
                }
            }
        }
        let end = self.cursor.at;
        self.tokens.list[index] = Token {
            kind: Kind::Word,
            span: start..end,
            inner: start..end,
            parts: parts.finish(),
        };
    }

    /// Everything up to the next such quote, as it is.
    fn quoted(&mut self, parts: &mut Parts, quote: char) {
        let start = self.cursor.at;
        self.cursor.next();
        parts.push_str(self.cursor.take(|c| c != quote));
        if self.cursor.next().is_none() {
            self.tokens.broken.get_or_insert(start);
        }
    }

    fn double(&mut self, parts: &mut Parts, depth: usize) {
        let start = self.cursor.at;
        self.cursor.next();
        loop {
            match self.cursor.peek() {
                None => {
                    self.tokens.broken.get_or_insert(start);
                    return;
                }
                Some('"') => {
                    self.cursor.next();
                    return;
                }
                Some('\\') => {
                    self.cursor.next();
                    match self.cursor.peek() {
                        Some(c @ ('$' | '`' | '"' | '\\')) => {
                            self.cursor.next();
                            parts.push(c);
                        }
                        Some('\n') => {
                            self.cursor.next();
                        }
                        _ => parts.push('\\'),
                    }
                }
                Some('$' | '`') => self.expansion(parts, depth),
                Some(c) => {
                    self.cursor.next();
                    parts.push(c);
                }
            }
        }
    }

    fn expansion(&mut self, parts: &mut Parts, depth: usize) {
        let start = self.cursor.at;
        if self.cursor.eat("`") {
            return self.backticks(parts, start, depth);
        }
        self.cursor.next();
        match self.cursor.peek() {
            Some('(') if depth < DEEPEST => {
                self.cursor.next();
                self.push(Kind::Sym('('), self.cursor.at - 1);
                // Its tokens go into the list, and so do the names that it uses.
                self.run(depth + 1);
                self.cursor.eat(")");
                self.push(Kind::Sym(')'), self.cursor.at.saturating_sub(1));
                parts.part(Part::Code(Vec::new()));
            }
            Some('{') => {
                self.cursor.next();
                let inside = self.cursor.take(|c| c != '}' && c != '\n');
                self.cursor.eat("}");
                // `${#NAME}` and `${!NAME}` use it as well.
                let named = inside.trim_start_matches(['#', '!']);
                let end = named.find(|c: char| !is_name(c)).unwrap_or(named.len());
                let name = named[..end].to_owned();
                parts.part(if end == inside.len() {
                    Part::Name(name)
                } else {
                    Part::Code(vec![name])
                });
            }
            Some('[') => {
                // `$[...]`: the old form of `$((...))`.
                self.cursor.next();
                let inside = self.cursor.take(|c| c != ']' && c != '\n');
                self.cursor.eat("]");
                parts.part(Part::Code(names_of(inside)));
            }
            Some('\'') => {
                // `$'...'`: C escapes, known to some shells only.
                self.cursor.next();
                while let Some(c) = self.cursor.next() {
                    match c {
                        '\\' => drop(self.cursor.next()),
                        '\'' => break,
                        _ => {}
                    }
                }
                parts.part(Part::Code(Vec::new()));
            }
            Some(c) if is_name(c) => {
                let name = self.cursor.take(is_name).to_owned();
                parts.part(Part::Name(name));
            }
            _ => parts.push('$'),
        }
    }

    /// The old form of a substitution; what is escaped in it is not looked into.
    fn backticks(&mut self, parts: &mut Parts, start: usize, depth: usize) {
        let inside = self.cursor.at;
        let open = self.tokens.list.len();
        let content = self.cursor.take(|c| c != '`');
        let end = self.cursor.at;
        if self.cursor.next().is_none() {
            self.tokens.broken.get_or_insert(start);
        } else if depth < DEEPEST && !content.contains('\\') {
            let more = lex(self.cursor.text, inside..end);
            if more.broken.is_none() {
                self.tokens
                    .list
                    .push(Token::plain(Kind::Sym('('), start..inside));
                self.tokens.list.extend(more.list);
                self.tokens
                    .list
                    .push(Token::plain(Kind::Sym(')'), end..end + 1));
            }
        }
        let names = self
            .tokens
            .list
            .get(open..)
            .is_none_or(<[Token]>::is_empty)
            .then(|| names_of(content));
        parts.part(Part::Code(names.unwrap_or_default()));
    }

    /// `<<WORD`: its text begins behind this line.
    fn document(&mut self) {
        let start = self.cursor.at;
        self.cursor.eat("<<");
        self.cursor.eat("-");
        self.push(Kind::Sym('<'), start);
        self.cursor.take(|c| c == ' ' || c == '\t');
        let raw = self
            .cursor
            .take(|c| !c.is_whitespace() && !";|&()<>".contains(c));
        let delimiter: String = raw.chars().filter(|c| !"'\"\\".contains(*c)).collect();
        self.documents.push((delimiter.clone(), delimiter == raw));
    }

    fn read_documents(&mut self) {
        for (delimiter, expands) in std::mem::take(&mut self.documents) {
            let start = self.cursor.at;
            let mut end = start;
            loop {
                end = end.max(self.cursor.at);
                let line = self.cursor.line();
                let last = !(self.cursor.eat("\r\n") || self.cursor.eat("\n"));
                if line.trim_start_matches('\t') == delimiter {
                    break;
                }
                if last {
                    self.tokens.broken.get_or_insert(start);
                    end = self.cursor.at;
                    break;
                }
            }
            let content = self.cursor.text.get(start..end).unwrap_or_default();
            let mut parts = Parts::default();
            if expands && content.contains(['$', '`', '\\']) {
                parts.part(Part::Code(names_of(content)));
            } else {
                parts.push_str(content);
            }
            self.tokens.list.push(Token {
                kind: Kind::Str,
                span: start..end,
                inner: start..end,
                parts: parts.finish(),
            });
        }
    }
}

pub(crate) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whatever follows a `$`: counted as used.
fn names_of(text: &str) -> Vec<String> {
    let names = text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.chars().take_while(|c| is_name(*c)).collect::<String>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
#[path = "lex_tests.rs"]
mod tests;
