//! The token request of a shell script: `curl` with the data of a password grant, wherever a command may stand. What the
//! script does with the answer stays: the request alone becomes a command, or a text, with the same answer.

use super::read::assignment;
use crate::flow::{Flow, Given, Request};
use crate::rewrite::{Edit, Marks};
use crate::token::{Kind, Part, Token};
use std::ops::Range;

const ANSWER: &str = "\"{\\\"access_token\\\":\\\"$GRAPH_ACCESS_TOKEN\\\"}\"";
const TOKEN: &str = "\"$GRAPH_ACCESS_TOKEN\"";

/// Words behind which a command begins.
const OPENERS: [&str; 9] = ["then", "do", "else", "{", "if", "elif", "while", "until", "!"];

/// Where the answer goes elsewhere than to the output, or more than the answer comes out.
const OTHER_OUTPUT: [&str; 9] = [
    "--output",
    "--write-out",
    "--include",
    "--dump-header",
    "--remote-name",
    "--config",
    "--head",
    "--output-dir",
    "--next",
];

/// A `curl` command: its own words, without what it is redirected to.
struct Command {
    /// The token that names it.
    first: usize,
    /// The token behind its last word.
    end: usize,
    range: Range<usize>,
}

/// The edits that put the variable in the place of the requests.
pub(crate) fn edits(text: &str, tokens: &[Token], marks: &Marks<'_>) -> Vec<Edit> {
    let file = File { text, tokens };
    let commands: Vec<Command> = (0..tokens.len()).filter_map(|at| file.command(at)).collect();
    // The word of an assignment is one token with its value.
    let given = tokens.iter().enumerate().filter_map(|(at, t)| {
        let (name, start) = assignment(t, text)?;
        // `NAME=( ... )` is an array.
        let close =
            Some(at + 1).filter(|open| start == t.span.end && file.is(*open, '(')).and_then(|open| file.closing(open));
        let end = close.map_or(t.span.end, |close| tokens[close].span.end);
        Some(Given { name, value: t.span.start..end, is_whole: true })
    });
    let requests =
        commands.iter().map(|c| Request { range: file.with_documents(c), is_password_grant: false }).collect();
    let flow = Flow { text, tokens, given: given.collect(), requests, words_are_names: false };
    let ours = flow.sign_ins(marks);
    let ours = commands.iter().filter(|c| ours.iter().any(|range| range.start == c.range.start));
    ours.filter_map(|command| file.replace(command)).collect()
}

struct File<'t> {
    text: &'t str,
    tokens: &'t [Token],
}

impl File<'_> {
    fn source(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|t| self.text.get(t.span.clone())).unwrap_or_default()
    }

    fn is(&self, at: usize, sign: char) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is(sign))
    }

    /// The token behind this one, and behind all that is substituted in it.
    fn behind(&self, at: usize) -> usize {
        let end = self.tokens.get(at).map_or(0, |t| t.span.end);
        (at + 1..self.tokens.len()).find(|next| self.tokens[*next].span.start >= end).unwrap_or(self.tokens.len())
    }

    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        (open..self.tokens.len()).find(|at| {
            depth += usize::from(self.is(*at, '('));
            depth = depth.saturating_sub(usize::from(self.is(*at, ')')));
            depth == 0
        })
    }

    fn command(&self, first: usize) -> Option<Command> {
        let name = self.source(first);
        let is_curl = self.tokens.get(first)?.kind == Kind::Word && (name == "curl" || name.ends_with("/curl"));
        if !is_curl || !self.begins(first) {
            return None;
        }
        let mut end = self.behind(first);
        while self.tokens.get(end).is_some_and(|t| t.kind == Kind::Word) {
            // The number of a redirection is no argument.
            let is_number = self.source(end).bytes().all(|b| b.is_ascii_digit());
            if is_number && (self.is(end + 1, '>') || self.is(end + 1, '<')) {
                break;
            }
            end = self.behind(end);
        }
        let range = self.tokens[first].span.start..self.tokens.get(end - 1)?.span.end.max(self.end_of(first, end));
        Some(Command { first, end, range })
    }

    /// The end of the last word: what is substituted in it stands behind it in the list.
    fn end_of(&self, first: usize, end: usize) -> usize {
        self.tokens.get(first..end).unwrap_or_default().iter().map(|t| t.span.end).max().unwrap_or(0)
    }

    fn begins(&self, at: usize) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|b| self.tokens.get(b)) else { return true };
        match before.kind {
            Kind::Newline | Kind::Comment => true,
            Kind::Sym(c) => ";|&(".contains(c),
            Kind::Word => OPENERS.contains(&self.source(at - 1)) || assignment(before, self.text).is_some(),
            _ => false,
        }
    }

    /// The request with the here-document that it is given.
    fn with_documents(&self, command: &Command) -> Range<usize> {
        let line = self.tokens[command.first..].iter().take_while(|t| t.kind != Kind::Newline).count();
        let reads = (command.end..command.first + line).any(|at| self.is(at, '<'));
        let document = self.tokens.get(command.first + line + 1).filter(|t| reads && t.kind == Kind::Str);
        command.range.start..document.map_or(command.range.end, |t| t.span.end)
    }

    fn replace(&self, command: &Command) -> Option<Edit> {
        if (command.first + 1..command.end).any(|at| self.turns_output(at)) {
            return None;
        }
        let (pipe_end, takes_token) = match self.jq(command.end) {
            Some(end) => (end, true),
            None => (command.end, false),
        };
        if let Some((value, close)) = self.whole_value(command.first)
            && pipe_end == close
        {
            return Some(Edit::with(value, if takes_token { TOKEN } else { ANSWER }));
        }
        if self.is(command.end, '<') {
            // What it is given would be left behind.
            return self.whole_document(command);
        }
        let (end, with) = if takes_token {
            (self.tokens[pipe_end - 1].span.end, format!("printf '%s\\n' {TOKEN}"))
        } else {
            (command.range.end, format!("printf '%s\\n' {ANSWER}"))
        };
        // Backslashes mean something else in backticks.
        (takes_token || !self.is_in_backticks(command.first)).then(|| Edit::with(command.range.start..end, with))
    }

    fn is_in_backticks(&self, at: usize) -> bool {
        let marks = (0..at).filter(|at| self.source(*at).starts_with('`') && (self.is(*at, '(') || self.is(*at, ')')));
        marks.count() % 2 == 1
    }

    /// `TOKEN=$(curl ... <<EOF | jq -r .access_token`, the text, `EOF`, `)`: all of it.
    fn whole_document(&self, command: &Command) -> Option<Edit> {
        let (value, close) = self.whole_value(command.first)?;
        let mut at = command.end;
        while self.is(at, '<') || self.tokens.get(at).is_some_and(|t| t.kind == Kind::Word && !self.is(at - 1, '|')) {
            at += 1;
        }
        let (end, with) = self.jq(at).map_or((at, ANSWER), |end| (end, TOKEN));
        let rest = self.tokens.get(end..close)?;
        let is_alone = rest.iter().all(|t| matches!(t.kind, Kind::Newline | Kind::Str)) && rest.len() <= 3;
        is_alone.then(|| Edit::with(value, with))
    }

    /// If the command opens a substitution that is the whole value of an assignment: that value, and its closing bracket.
    fn whole_value(&self, first: usize) -> Option<(Range<usize>, usize)> {
        let outer = first.checked_sub(2).filter(|_| self.is(first - 1, '('))?;
        let (name, start) = assignment(&self.tokens[outer], self.text)?;
        let value = start..self.tokens[outer].span.end;
        let shown = self.text.get(value.clone())?;
        let bare = shown.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(shown);
        let parts = self.tokens[outer].parts.as_slice();
        let is_one = matches!(parts, [Part::Text(text), Part::Code(_)] if text.len() == name.len() + 1)
            && (bare.starts_with("$(") && bare.ends_with(')') || bare.starts_with('`') && bare.ends_with('`'));
        let close = self.behind(outer).checked_sub(1)?;
        (is_one && self.is(close, ')')).then_some((value, close))
    }

    /// `| jq -r .access_token`: the place behind it.
    fn jq(&self, at: usize) -> Option<usize> {
        let is = |at: usize, words: &[&str]| words.contains(&self.source(at));
        let mut end = at + 2;
        if !(self.is(at, '|') && is(at + 1, &["jq"]) && is(end, &["-r", "--raw-output", "-er", "-re"])) {
            return None;
        }
        end += 1;
        is(end, &[".access_token", "'.access_token'", "\".access_token\""]).then_some(())?;
        let more = self.tokens.get(end + 1).is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Str));
        (!more).then_some(end + 1)
    }

    /// An option with which something else than the answer comes out of `curl`, or somewhere else.
    fn turns_output(&self, at: usize) -> bool {
        let word = self.source(at);
        if let Some(long) = word.strip_prefix("--") {
            return OTHER_OUTPUT.iter().any(|o| o[2..] == *long.split('=').next().unwrap_or_default());
        }
        let Some(short) = word.strip_prefix('-') else { return false };
        for c in short.chars() {
            match c {
                'o' | 'O' | 'w' | 'i' | 'D' | 'K' | 'I' | 'J' => return true,
                // What follows is its value.
                'd' | 'H' | 'X' | 'u' | 'A' | 'b' | 'c' | 'e' | 'E' | 'F' | 'm' | 'x' | 'T' | 'r' => return false,
                _ => {}
            }
        }
        false
    }
}
