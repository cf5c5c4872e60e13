//! What the parameters of commands hold, and the two arguments of a credential.

use super::{Place, PowershellValues};
use crate::bindings::{Binding, Meaning, Value};
use crate::forms::is_guid;
use crate::names::{Field, field_of};
use crate::token::Kind;
use zeroize::Zeroizing;

impl PowershellValues<'_> {
    /// True if `-Scope` of the command that a parameter belongs to is that of a token: a command
    /// that asks for one, or a function of this file.
    fn asks_for_a_token(&self, at: usize) -> bool {
        let Some(command) = self.list.word(self.firsts[at]).map(str::to_ascii_lowercase) else {
            return false;
        };
        ["get-msaltoken", "connect-mggraph"].contains(&command.as_str())
            || self.functions.contains(&command)
    }

    pub(super) fn parameter(&self, at: usize, word: &str) -> Option<Binding> {
        if field_of(word) == Some(Field::Scope) && !self.asks_for_a_token(at) {
            return None;
        }
        let value_at = if self.list.is(at + 1, ':') {
            at + 2
        } else {
            at + 1
        };
        // A word is a bare value: `-TenantId contoso.example`.
        let value = match self.list.word(value_at) {
            Some(bare) if !bare.starts_with('-') => {
                let field = field_of(word)?;
                let span = self.list.get(value_at)?.span.clone();
                if field.is_secret() {
                    Value::computed(span)
                } else {
                    Value {
                        span,
                        meaning: Meaning::Text(Zeroizing::new(bare.to_owned())),
                    }
                }
            }
            Some(_) => return None,
            None => {
                let kind = self.list.get(value_at)?.kind;
                if matches!(kind, Kind::Newline | Kind::Sym(')' | '}' | ';' | '|')) {
                    return None;
                }
                self.checked(value_at, Place::Parameter)
            }
        };
        Some(Binding::entry(word.trim_start_matches('-'), value))
    }

    /// `[pscredential]::new(user, password)`, `New-Object PSCredential(user, password)`, `...
    /// -ArgumentList user, password`.
    pub(super) fn credential(&self, at: usize) -> Vec<Binding> {
        let mut at = at + 1;
        if self.list.is(at, ']') && self.list.is(at + 1, ':') && self.list.is(at + 2, ':') {
            at += 4;
        } else if self.list.is(at, ']') {
            // A cast or the type of a parameter.
            return Vec::new();
        }
        if self.list.lower_word(at).starts_with("-arg") {
            at += 1;
        }
        if self.list.is(at, '@') {
            at += 1;
        }
        if self.list.is(at, '(') {
            at += 1;
        }
        let at = self.list.skip_newlines(at);
        let (user, next) = self.value(at, Place::Argument);
        if !self.list.is(next, ',') {
            return Vec::new();
        }
        let password = self
            .value(self.list.skip_newlines(next + 1), Place::Argument)
            .0;

        // An app without a user signs in with its id and its secret.
        let is_app = match &user.meaning {
            Meaning::Text(text) => is_guid(text),
            Meaning::Name(name) => field_of(name) == Some(Field::ClientId),
            _ => false,
        };
        let fields = if is_app {
            ["client_id", "client_secret"]
        } else {
            ["username", "password"]
        };
        vec![
            Binding::entry(fields[0], user),
            Binding::entry(fields[1], password),
        ]
    }
}
