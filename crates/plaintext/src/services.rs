//! What says that a user and a password are those of another service, such as a database or a mail
//! server: the name itself, the section that it is in, or the call that takes it. What a request
//! for a token sends is the user's, whatever its name. Nothing here reads a value.

use crate::Language;
use crate::bindings::Meaning;
use crate::brackets::Surroundings;
use crate::grants;
use crate::names::{Field, bare, field_of};
use crate::source::Source;
use crate::token::{Kind, Part, Token};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// Names of services, wherever they are in a name.
const ANYWHERE: [&str; 39] = [
    "amqp",
    "artifactory",
    "confluence",
    "database",
    "elastic",
    "github",
    "gitlab",
    "imap",
    "jdbc",
    "jenkins",
    "jira",
    "kafka",
    "keystore",
    "ldap",
    "mailmessage",
    "mailserver",
    "mariadb",
    "mongo",
    "mqtt",
    "mssql",
    "mysql",
    "nodemailer",
    "odbc",
    "oracle",
    "paramiko",
    "pgsql",
    "postgres",
    "proxy",
    "psycopg",
    "rabbit",
    "redis",
    "servicenow",
    "sftp",
    "smtp",
    "sqlalchemy",
    "sqlcmd",
    "sqlserver",
    "truststore",
    "winrm",
];

/// Short ones, which are so only as a word of a name.
const AS_A_WORD: [&str; 22] = [
    "basic", "cert", "db", "dsn", "email", "ftp", "ftps", "git", "mail", "nas", "pg", "pop",
    "pop3", "rdp", "sap", "smb", "snmp", "sql", "ssh", "sudo", "vault", "vnc",
];

/// What is left of a name that says nothing but which part it is.
const ALONE: [&str; 10] = [
    "login", "pass", "passwd", "password", "pw", "pwd", "uid", "user", "userid", "username",
];

/// A word of code before a bracket is looked for in as many tokens.
const MOST: usize = 8;

/// The most sections, brackets or keys around a place that are looked at.
const DEEPEST: usize = 20;

/// The most tokens or bytes before a place that are looked at.
const LONGEST: usize = 200;

/// True for a name with the name of another service in it.
pub(crate) fn is_named_in(name: &str) -> bool {
    let whole = bare(name);
    let is_short = |word: &str| AS_A_WORD.iter().any(|s| s.eq_ignore_ascii_case(word));
    let mut ends = ALONE.iter().filter_map(|end| whole.strip_suffix(end));
    ANYWHERE.iter().any(|service| whole.contains(service))
        || ends.any(is_short)
        || words(name).any(is_short)
}

/// The words of `DB_PASSWORD`, `dbPassword` and `SQLPassword`.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    parts.flat_map(|part| {
        let mut starts = vec![0];
        for (at, pair) in part.as_bytes().windows(3).enumerate() {
            let [before, here, next] = pair else { continue };
            let begins_word = before.is_ascii_lowercase() && here.is_ascii_uppercase()
                || before.is_ascii_uppercase()
                    && here.is_ascii_uppercase()
                    && next.is_ascii_lowercase();
            if begins_word {
                starts.push(at + 1);
            }
        }
        let ends: Vec<usize> = starts.iter().skip(1).copied().chain([part.len()]).collect();
        let words = starts.into_iter().zip(ends);
        words.filter_map(|(start, end)| part.get(start..end))
    })
}

/// The sections and calls of a file, and what it sends for a token.
pub(crate) struct Services<'s> {
    language: Language,
    file: Rc<Surroundings<'s>>,
    /// For each line of settings where it begins, and which line it is below.
    lines: Vec<(usize, Option<usize>)>,
    /// Variables that are sent as the user or the password.
    sent: BTreeSet<&'s str>,
}

impl<'s> Services<'s> {
    pub(crate) fn of(source: &'s Source, file: Rc<Surroundings<'s>>) -> Self {
        let text = file.text;
        let mut services = Self {
            language: source.language,
            file,
            lines: match source.language {
                Language::Yaml => below_keys(text),
                Language::DotEnv | Language::Toml => below_sections(text),
                _ => Vec::new(),
            },
            sent: BTreeSet::new(),
        };
        if grants::signs_in_a_user(source, text) {
            services.sent = services.sent_by(source);
        }
        services
    }

    /// Variables in fields and forms of a user and a password, in no place that is about another
    /// service.
    fn sent_by(&self, source: &'s Source) -> BTreeSet<&'s str> {
        let fields = source.live.bindings.iter().filter_map(|binding| {
            let is_field = field_of(&binding.name).is_some_and(Field::is_of_user);
            match &binding.value.meaning {
                Meaning::Name(name) if is_field && !is_named_in(&binding.name) => {
                    Some((binding.value.span.start, name.as_str()))
                }
                _ => None,
            }
        });
        let forms = source.live.literals.iter().filter(|literal| {
            literal.parts.iter().any(|part| match part {
                Part::Text(text) => text.contains("password=") || text.contains("username="),
                _ => false,
            })
        });
        let of_forms = forms.flat_map(|literal| {
            let names = literal.parts.iter().filter_map(|part| match part {
                Part::Name(name) => Some(name.as_str()),
                _ => None,
            });
            names.map(|name| (literal.span.start, name))
        });
        let all = fields.chain(of_forms);
        all.filter(|(at, _)| !self.are_at(*at))
            .map(|(_, name)| name)
            .collect()
    }

    /// True for the name of a variable of another service.
    pub(crate) fn have_variable(&self, name: &str) -> bool {
        is_named_in(name) && !self.sent.contains(name)
    }

    /// True for a name that is of another service, or that says nothing but which part it is, in a
    /// place that is about one.
    pub(crate) fn have(&self, name: &str, value: &Range<usize>) -> bool {
        self.have_variable(name) || ALONE.contains(&bare(name).as_str()) && self.are_at(value.start)
    }

    fn are_at(&self, at: usize) -> bool {
        if !matches!(
            self.language,
            Language::Yaml | Language::DotEnv | Language::Toml
        ) {
            return self.is_called(at);
        }
        let line = self.lines.partition_point(|(start, _)| *start <= at);
        let above =
            std::iter::successors(self.above(line.wrapping_sub(1)), |line| self.above(*line));
        is_named_in(self.opened_in_line(at))
            || above.take(DEEPEST).any(|line| is_named_in(self.key(line)))
    }

    /// The line that this one is below.
    fn above(&self, line: usize) -> Option<usize> {
        self.lines.get(line).and_then(|(_, above)| *above)
    }

    /// The key or the section in a line.
    fn key(&self, line: usize) -> &'s str {
        let start = self.lines.get(line).map_or(0, |(start, _)| *start);
        let text = self.file.text.get(start..).unwrap_or_default();
        text.split([':', '\n']).next().unwrap_or_default()
    }

    /// What is before `{` in the same line.
    fn opened_in_line(&self, at: usize) -> &'s str {
        let mut starts = at.saturating_sub(LONGEST)..=at;
        let start = starts.find(|start| self.file.text.is_char_boundary(*start));
        let before = self
            .file
            .text
            .get(start.unwrap_or(at)..at)
            .unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        line.rsplit_once('{').map_or("", |(before, _)| before)
    }

    /// True if a bracket around a place is that of a service, or the command that it is in.
    fn is_called(&self, at: usize) -> bool {
        let at = self.file.token_at(at);
        let brackets = &self.file.brackets;
        let around = std::iter::successors(brackets.opener(at), |at| brackets.opener(*at));
        self.is_command(at) || around.take(DEEPEST).any(|opener| self.is_opened_by(opener))
    }

    /// What a bracket belongs to: `psycopg2.connect(`, `"Sql": {`, `$smtp = @{`.
    fn is_opened_by(&self, opener: usize) -> bool {
        let mut is_behind_word = false;
        for token in self.file.tokens.iter().take(opener).rev().take(MOST) {
            let is_word = matches!(token.kind, Kind::Word | Kind::Var | Kind::Str);
            let is_sign = matches!(token.kind, Kind::Sym(sign) if ".:=@".contains(sign));
            // Two words with nothing between are two arguments of a command.
            if !(is_word || is_sign) || is_word && is_behind_word {
                return false;
            }
            if is_word && is_named_in(self.file.source(token)) {
                return true;
            }
            is_behind_word = is_word;
        }
        false
    }

    /// `Invoke-Sqlcmd -Password ...`
    fn is_command(&self, at: usize) -> bool {
        let ends = |token: &&Token| match token.kind {
            Kind::Newline => true,
            Kind::Sym(sign) => "(){};|=".contains(sign),
            _ => false,
        };
        let before = self.file.tokens.get(at.saturating_sub(LONGEST)..at);
        let before = before.unwrap_or_default();
        let first = before.iter().rposition(ends).map_or(0, |end| end + 1);
        let first = before.get(first).filter(|token| token.kind == Kind::Word);
        self.language == Language::PowerShell
            && first.is_some_and(|first| is_named_in(self.file.source(first)))
    }
}

/// The lines of YAML, each below the last one with a smaller indent.
fn below_keys(text: &str) -> Vec<(usize, Option<usize>)> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_text = !line.trim().is_empty() && !line.trim_start().starts_with('#');
        let indent = indent_of(line);
        while is_text && open.last().is_some_and(|(outer, _)| *outer >= indent) {
            open.pop();
        }
        let above = open.last().map(|(_, line)| *line);
        if is_text {
            open.push((indent, lines.len()));
        }
        lines.push((start, above));
        start += line.len();
    }
    lines
}

/// The lines of a file with sections, each below the name of its section.
fn below_sections(text: &str) -> Vec<(usize, Option<usize>)> {
    let mut section = None;
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('[') {
            section = Some(lines.len());
        }
        // A section is not below itself.
        let above = section.filter(|section| *section < lines.len());
        lines.push((start, above));
        start += line.len();
    }
    lines
}

/// The indent of a key of YAML; that of an entry of a list is behind its mark.
fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '-']).len()
}

#[cfg(test)]
mod tests;
