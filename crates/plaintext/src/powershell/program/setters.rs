//! Values that variables of PowerShell get in a way that the reader does not follow: they are
//! unknown from there on. Plain assignments are in the parent.

use super::Reader;
use crate::forms::strip_prefix_ignoring_case;
use crate::powershell::statement::first_of_command;

use crate::proof::expr::Expr;
use crate::proof::program::Assign;
use crate::token::{Kind, Token};

/// Methods that change nothing of a hash table, or that are read elsewhere.
const METHODS: [&str; 12] = [
    ".add",
    ".clone",
    ".contains",
    ".containskey",
    ".containsvalue",
    ".copyto",
    ".equals",
    ".getenumerator",
    ".gettype",
    ".replace",
    ".tostring",
    ".trim",
];

impl Reader<'_> {
    /// Values that come in another way: from a list, a loop, a reference, or in the middle of a
    /// line.
    pub(super) fn odd_assignment(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(name) = list.get(at).and_then(Token::name).map(str::to_owned) else {
            return;
        };
        if self.defaults.iter().any(|range| range.contains(&at)) {
            return;
        }
        let span = self.span(at, at);
        let is_known = self.targets.contains(&at);
        let assigns = list.is(at + 1, '=')
            || list.is(at + 1, ',')
                && list.get(at + 2).is_some_and(|t| t.kind == Kind::Var)
                && self.ends_in_sign(at)
            || self.is_word(Some(at + 1), &["in"])
            || at > 1 && list.is(at - 1, ']') && self.is_word(Some(at - 2), &["ref"]);
        if assigns && !is_known {
            self.program.assigns.push(Assign {
                is_perhaps: true,
                ..Assign::unknown(name, span)
            });
        }
    }

    /// A variable that a command sets by its name, as `-OutVariable` does, and a hash table that
    /// loses entries.
    pub(super) fn named_variable(&mut self, at: usize) {
        let list = &self.tokens.list;
        let word = list.lower_word(at);
        let is_long = word.starts_with('-') && word.ends_with("variable");
        let is_short = ["-ov", "-ev", "-wv", "-iv", "-pv"].contains(&word.as_str());
        let (name, key) = if is_long || is_short {
            let name = list.source(at + 1).trim_matches(['\'', '"', '+']);
            (name.to_ascii_lowercase(), None)
        } else if word.starts_with("variable") && self.is_drive(at) {
            ("*".to_owned(), None)
        } else if self.changes_table(at) {
            let Some(name) = list.get(at).and_then(Token::name) else {
                return;
            };
            (name.to_owned(), Some(String::new()))
        } else {
            return;
        };
        let span = self.span(at, at + 1);
        self.program.assigns.push(Assign {
            key,
            is_perhaps: true,
            ..Assign::unknown(name, span)
        });
    }

    /// True for a variable whose method may change its entries: `.Remove(...)`, and each method of a
    /// hash table that is not known. `.Add(...)` is read where statements are.
    fn changes_table(&self, at: usize) -> bool {
        let method = self.tokens.list.lower_word(at + 1);
        if [".remove", ".clear"].contains(&method.as_str()) {
            return true;
        }
        let is_known = METHODS.iter().any(|known| method.ends_with(known));
        if !method.starts_with('.') || !self.tokens.list.is(at + 2, '(') || is_known {
            return false;
        }
        let name = self.tokens.list.get(at).and_then(Token::name);
        let mut assigns = self.program.assigns.iter();
        assigns.any(|assign| {
            Some(assign.name.as_str()) == name
                && assign.key.is_none()
                && matches!(assign.value, Expr::Map(_))
        })
    }

    /// `variable:name`, the variable as an item of a drive.
    fn is_drive(&self, at: usize) -> bool {
        let list = &self.tokens.list;
        let rest = list.get(at).and_then(|t| list.text.get(t.span.start..));
        rest.is_some_and(|rest| strip_prefix_ignoring_case(rest, "variable:").is_some())
    }

    /// `$a, $b, $c = ...`
    fn ends_in_sign(&self, mut at: usize) -> bool {
        let list = &self.tokens.list;
        while list.is(at + 1, ',') && list.get(at + 2).is_some_and(|t| t.kind == Kind::Var) {
            at += 2;
        }
        list.is(at + 1, '=')
    }

    /// A whole hash table as the argument of another command, or as another name: it may change
    /// there.
    pub(super) fn escape(&mut self, at: usize) {
        let list = &self.tokens.list;
        let Some(name) = list.get(at).and_then(Token::name) else {
            return;
        };
        let is_path =
            list.is(at + 1, '[') || list.word(at + 1).is_some_and(|word| word.starts_with('.'));
        if self.tokens.is_splat(at) || is_path || list.is(at + 1, '=') || list.is(at + 1, '+') {
            return;
        }
        let first = first_of_command(&list.tokens, at);
        let is_alias = first == at
            && at > 0
            && list.is(at - 1, '=')
            && self
                .tokens
                .brackets
                .opener(at)
                .is_none_or(|open| !list.is(open.saturating_sub(1), '@'));
        let known = [
            "invoke-restmethod",
            "invoke-webrequest",
            "irm",
            "iwr",
            "write-host",
            "write-verbose",
            "write-output",
            "return",
        ];
        let handed = first < at && list.word(first).is_some() && !self.is_word(Some(first), &known);
        if is_alias || handed {
            self.program
                .escapes
                .push((name.to_owned(), self.span(at, at).start));
        }
    }
}
