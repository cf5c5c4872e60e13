//! Token requests of PowerShell: what they send, what is done with their answer, and what they
//! become.

use super::dead;
use super::expr::{Given, Tokens};
use super::program;
use super::statement::{Statement, split};
use crate::edits::Edit;
use crate::proof::answer::{Answers, Around, GIVEN, Level, Value};
use crate::proof::expr::Expr;
use crate::proof::program::Program;
use crate::proof::prove::{Request, Why};
use crate::proof::{Script, Used};
use crate::token::{Kind, Token};
use std::ops::Range;

const COMMANDS: [&str; 4] = ["invoke-restmethod", "invoke-webrequest", "irm", "iwr"];
pub(crate) const VARIABLE: &str = "$env:GRAPH_ACCESS_TOKEN";

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

pub(crate) struct Powershell<'t> {
    pub(super) tokens: Tokens<'t>,
    pub(super) statements: Vec<Statement>,
    program: Program,
}

impl<'t> Powershell<'t> {
    pub(crate) fn of(text: &'t str, tokens: &'t [Token]) -> Self {
        let tokens = Tokens::of(tokens, text);
        let statements = split(text, &tokens.list.tokens);
        let program = program::read(&tokens);
        Self {
            tokens,
            statements,
            program,
        }
    }

    pub(super) fn is_word(&self, at: usize, word: &str) -> bool {
        self.tokens
            .list
            .word(at)
            .is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    /// The bytes from the first to the last of these tokens.
    pub(super) fn span(&self, first: usize, last: usize) -> Range<usize> {
        let tokens = &self.tokens.list.tokens;
        tokens.get(first).map_or(0, |t| t.span.start)..tokens.get(last).map_or(0, |t| t.span.end)
    }

    fn is_command(&self, at: usize) -> bool {
        let begins = |before: usize| match self.tokens.list.get(before).map(|t| t.kind) {
            None | Some(Kind::Newline | Kind::Sym(_)) => true,
            _ => self.is_word(before, "return"),
        };
        (at == 0 || begins(at - 1)) && self.is_named(at)
    }

    fn is_named(&self, at: usize) -> bool {
        self.tokens
            .list
            .word(at)
            .is_some_and(|w| COMMANDS.contains(&w.to_ascii_lowercase().as_str()))
    }

    pub(super) fn is_request(&self, tokens: &Range<usize>) -> bool {
        tokens.clone().any(|at| self.is_command(at))
    }

    fn is_web(&self, at: usize) -> bool {
        self.is_word(at, "Invoke-WebRequest") || self.is_word(at, "iwr")
    }

    fn token_at(&self, byte: usize) -> usize {
        self.tokens
            .list
            .tokens
            .partition_point(|t| t.span.start < byte)
    }

    fn ends(&self, at: usize) -> bool {
        self.tokens
            .list
            .get(at)
            .is_none_or(|t| matches!(t.kind, Kind::Newline | Kind::Sym(';' | '}')))
    }

    pub(super) fn innermost(&self, at: usize) -> Option<&Statement> {
        self.statements
            .iter()
            .filter(|s| s.tokens.contains(&at))
            .min_by_key(|s| s.tokens.len())
    }

    /// `Set-Alias irm ...`, `Set-Item alias:irm ...`: the name means another command.
    fn has_alias(&self) -> bool {
        let list = &self.tokens.list;
        let lower = |at: usize| {
            list.source(at)
                .trim_matches(['\'', '"'])
                .to_ascii_lowercase()
        };
        let is_maker = |word: &str| {
            ["set-alias", "new-alias", "sal", "nal"].contains(&word)
                || word.starts_with("-n") && "-name".starts_with(word)
        };
        let text = list.text.to_ascii_lowercase();
        let in_drive = |command: &str| {
            ["alias:", "function:"].iter().any(|drive| {
                let mut places = text
                    .match_indices(drive)
                    .map(|(at, _)| text[at + drive.len()..].trim_start_matches(['\\', '/', ':']));
                places.any(|rest| rest.starts_with(command))
            })
        };
        let by_name = |at: usize| {
            COMMANDS.contains(&lower(at).as_str()) && at > 0 && is_maker(&lower(at - 1))
        };
        COMMANDS.iter().any(|command| in_drive(command)) || (0..list.tokens.len()).any(by_name)
    }

    fn request(&self, at: usize) -> Request {
        let (given, end) = self.tokens.arguments(at + 1);
        let range = self.span(at, end.max(at + 1) - 1);
        let (mut url, mut form, mut headers) = (Expr::Unknown, Expr::Unknown, None);
        let mut odd = None;
        let mut plain = 0;
        // A function of that name is something else, and arguments that every call gets are not
        // looked for.
        let mut functions = self.program.functions.iter();
        let has_defaults = self
            .tokens
            .list
            .text
            .to_ascii_lowercase()
            .contains("$psdefaultparametervalues");
        if has_defaults
            || self.has_alias()
            || functions.any(|function| COMMANDS.contains(&function.name.as_str()))
        {
            odd = Some(Why::Shape(Some(self.tokens.list.source(at).to_owned())));
        }
        for (name, value) in self.options(given, range.start, &mut odd) {
            match (name.as_str(), value) {
                ("uri", Some(value)) => url = value,
                ("body", Some(value)) => form = value,
                ("headers", Some(value)) => headers = Some(value),
                ("method", Some(value)) => {
                    let method = self.program.text(&value, range.start);
                    if !method.is_some_and(|method| method.eq_ignore_ascii_case("post")) {
                        odd = Some(Why::Shape(Some("-Method".to_owned())));
                    }
                }
                // The address is the first one without a name.
                ("", Some(value)) if plain == 0 => (url, plain) = (value, 1),
                (name, _) if OPTIONS.contains(&name) => {}
                (name, _) => odd = Some(Why::Shape(Some(format!("-{name}")))),
            }
        }
        Request {
            range,
            tokens: (at, end.max(at + 1) - 1),
            url,
            form,
            headers,
            odd,
        }
    }

    /// With the entries of what is splatted.
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
                Given::Splat(name) => {
                    match self.program.entries(&Expr::Name(name.clone()), at, 0) {
                        Some(entries) => {
                            let base = || Box::new(Expr::Name(name.clone()));
                            let member = |key: &str| {
                                (key.to_owned(), Some(Expr::Member(base(), key.to_owned())))
                            };
                            found.extend(entries.into_iter().map(|(key, ..)| member(key)));
                        }
                        None => *odd = Some(Why::Shape(Some(format!("@{name}")))),
                    }
                }
            }
        }
        // `-Meth` may be short for `-Method`.
        let whole = |name: String| {
            let long = ["method", "body", "headers", "contenttype"]
                .iter()
                .find(|long| name.len() >= 3 && long.starts_with(&name));
            long.map_or(name, |long| (*long).to_owned())
        };
        found
            .into_iter()
            .map(|(name, value)| (whole(name), value))
            .collect()
    }

    /// The members that a string reads of a variable, if it does nothing else with it.
    fn members_in(&self, at: usize, name: &str) -> Option<Vec<String>> {
        let source = self.tokens.list.source(at).to_ascii_lowercase();
        let (mut found, mut rest) = (Vec::new(), source.as_str());
        let mark = format!("${name}");
        while let Some(place) = rest.find(&mark) {
            let (before, behind) = (&rest[..place], &rest[place + mark.len()..]);
            rest = behind;
            if behind.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let member = behind
                .strip_prefix('.')
                .filter(|_| before.ends_with("$("))?;
            let end = member
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(member.len());
            found.push(member[..end].to_owned());
        }
        (!found.is_empty()).then_some(found)
    }

    /// What a value reads of itself with what stands directly behind it.
    fn member(&self, value: &Value) -> Option<Around> {
        let behind = value.last + 1;
        let path = self
            .tokens
            .list
            .word(behind)
            .and_then(|word| word.strip_prefix('.'));
        let path = path.filter(|_| self.tokens.adjacent(behind));
        let index = || {
            let opens = self.tokens.list.is(behind, '[') && self.tokens.adjacent(behind);
            self.tokens
                .list
                .get(behind + 1)
                .and_then(Token::literal)
                .filter(|_| opens && self.tokens.list.is(behind + 2, ']'))
        };
        match (value.level, path) {
            (Level::Data, Some(path)) => {
                let name = path
                    .split('.')
                    .next()
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                Some(Around::Members(vec![name]))
            }
            (Level::Data, None) => {
                index().map(|key| Around::Members(vec![key.to_ascii_lowercase()]))
            }
            (_, Some(path)) if path.eq_ignore_ascii_case("content") => {
                let to_json = |at: usize| self.is_word(at, "ConvertFrom-Json");
                if self.tokens.list.is(behind + 1, '|') && to_json(behind + 2) {
                    return Some(Around::Goes(Value {
                        last: behind + 2,
                        level: Level::Data,
                        ..*value
                    }));
                }
                let first = value.first.checked_sub(1).filter(|at| to_json(*at))?;
                Some(Around::Goes(Value {
                    first,
                    last: behind,
                    level: Level::Data,
                }))
            }
            _ => None,
        }
    }

    /// `| Select-Object -ExpandProperty access_token`, as the last of a pipeline.
    fn expanded(&self, value: &Value) -> Option<(String, usize)> {
        let pipe = value.last + 1;
        let selects = self.is_word(pipe + 1, "Select-Object") || self.is_word(pipe + 1, "select");
        let expands = self.is_word(pipe + 2, "-ExpandProperty") || self.is_word(pipe + 2, "-exp");
        let name = self.tokens.list.word(pipe + 3).map(str::to_ascii_lowercase);
        let name = name.or_else(|| {
            self.tokens
                .list
                .get(pipe + 3)?
                .literal()
                .map(|text| text.to_ascii_lowercase())
        })?;
        let ends = self.ends(pipe + 4) || self.tokens.list.is(pipe + 4, ')');
        (value.level == Level::Data && self.tokens.list.is(pipe, '|') && selects && expands && ends)
            .then_some((name, pipe + 3))
    }

    fn is_null(&self, at: usize) -> bool {
        self.tokens.list.get(at).and_then(Token::name) == Some("null")
    }

    /// `-not $x`, `$null -eq $x`, `$x -ne $null`.
    fn is_tested(&self, value: &Value) -> bool {
        let compares = |at: usize| self.is_word(at, "-eq") || self.is_word(at, "-ne");
        let before = value.first.wrapping_sub(1);
        self.is_word(before, "-not")
            || self.tokens.list.is(before, '!')
            || compares(before) && self.is_null(before.wrapping_sub(1))
            || compares(value.last + 1) && self.is_null(value.last + 2)
    }

    /// The place of a token that is read directly: `(...).access_token`, or through a pipe.
    fn direct(&self, value: Value) -> Option<Range<usize>> {
        let mut value = value;
        for _ in 0..10 {
            if let Some((name, last)) = self.expanded(&value) {
                return (name == "access_token").then(|| self.span(value.first, last));
            }
            match self.around(&value) {
                Around::Goes(next) => value = next,
                Around::Members(names) if names == ["access_token"] => {
                    let word = self.tokens.list.get(value.last + 1)?;
                    let start = self.span(value.first, value.last).start;
                    let end = match word.kind {
                        Kind::Word => word.span.start + ".access_token".len(),
                        _ => self.tokens.list.get(value.last + 3)?.span.end,
                    };
                    return Some(start..end);
                }
                _ => return None,
            }
        }
        None
    }

    /// What an answer looks like to the rest of the script, where that needs more of it than the
    /// token.
    fn stand_in(&self, request: &Request, used: &Used) -> String {
        let uses = |name: &str| used.iter().any(|(_, member)| member == name);
        let mut answer = format!("@{{ access_token = {VARIABLE}; token_type = 'Bearer'");
        if uses("expires_in") {
            answer.push_str("; expires_in = [long]$env:ROPC_EXPIRES_ON - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()");
        }
        if uses("expires_on") {
            answer.push_str("; expires_on = $env:ROPC_EXPIRES_ON");
        }
        answer.push_str(" }");
        if self.is_web(request.tokens.0) {
            format!("[pscustomobject]@{{ Content = (ConvertTo-Json {answer}) }}")
        } else {
            format!("[pscustomobject]{answer}")
        }
    }
}

impl Answers for Powershell<'_> {
    fn around(&self, value: &Value) -> Around {
        let (before, behind) = (value.first.checked_sub(1), value.last + 1);
        if let Some((name, _)) = self.expanded(value) {
            return Around::Members(vec![name]);
        }
        if let Some(member) = self.member(value) {
            return member;
        }
        if self.is_tested(value) {
            return Around::Tested;
        }
        if let Some(open) =
            before.filter(|at| self.tokens.list.is(*at, '(') && self.tokens.list.is(behind, ')'))
        {
            let is_condition = open > 0
                && ["if", "elseif"]
                    .iter()
                    .any(|word| self.is_word(open - 1, word));
            let is_call = self.tokens.adjacent(open)
                && self
                    .tokens
                    .list
                    .get(open - 1)
                    .is_some_and(|t| matches!(t.kind, Kind::Word | Kind::Var | Kind::Sym(']')));
            return match () {
                () if is_condition => Around::Tested,
                () if is_call => Around::Elsewhere,
                () => Around::Goes(Value {
                    first: open,
                    last: behind,
                    ..*value
                }),
            };
        }
        let Some(statement) = self
            .innermost(value.first)
            .filter(|s| s.tokens.end == behind)
        else {
            return Around::Elsewhere;
        };
        let is_in_function = self
            .program
            .function_at(self.span(value.first, value.first).start)
            .is_some();
        match &statement.assigns {
            Some(assigns) if assigns.is_whole && assigns.value == value.first => Around::Named(
                assigns.name.clone(),
                self.span(statement.tokens.start, value.last).start,
                value.level,
            ),
            None if is_in_function
                && (statement.tokens.start == value.first
                    || statement.tokens.start + 1 == value.first
                        && self.is_word(statement.tokens.start, "return")) =>
            {
                Around::Returned
            }
            _ => Around::Elsewhere,
        }
    }

    fn mentions(&self, name: &str, given_at: usize, level: Level) -> Option<Vec<Around>> {
        let mut found = Vec::new();
        for (at, token) in self.tokens.list.tokens.iter().enumerate() {
            let is_target = self.tokens.list.is(at + 1, '=');
            if is_target
                || !token.uses().any(|used| used == name)
                || !self.program.sees(name, given_at, token.span.start)
            {
                continue;
            }
            found.push(match token.kind {
                Kind::Var => Around::Goes(Value {
                    first: at,
                    last: at,
                    level,
                }),
                _ if level == Level::Data => Around::Members(self.members_in(at, name)?),
                _ => return None,
            });
        }
        Some(found)
    }

    fn calls_around(&self, value: &Value) -> Option<Vec<Value>> {
        let index = self
            .program
            .function_at(self.span(value.first, value.first).start)?;
        let call = |span: &Range<usize>| Value {
            first: self.token_at(span.start),
            last: self.token_at(span.end) - 1,
            level: value.level,
        };
        Some(
            self.program
                .calls_of(index)
                .map(|c| call(&c.span))
                .collect(),
        )
    }

    fn has(&self, level: Level, member: &str) -> bool {
        level == Level::Data && GIVEN.contains(&member)
    }
}

impl Script for Powershell<'_> {
    fn program(&self) -> &Program {
        &self.program
    }

    fn requests(&self) -> Vec<Request> {
        let commands = (0..self.tokens.list.tokens.len()).filter(|at| self.is_command(*at));
        commands.take(1000).map(|at| self.request(at)).collect()
    }

    fn value(&self, request: &Request) -> Value {
        let level = if self.is_web(request.tokens.0) {
            Level::Response
        } else {
            Level::Data
        };
        Value {
            first: request.tokens.0,
            last: request.tokens.1,
            level,
        }
    }

    fn replaced(&self, request: &Request, used: &Used) -> Result<Vec<Edit>, Why> {
        let at = request.tokens.0;
        let statement = self.innermost(at).ok_or(Why::Shape(None))?;
        let only_token = used.iter().all(|(_, member)| member == "access_token");
        let edits = if let Some(range) = self.direct(self.value(request)) {
            vec![Edit::with(range, VARIABLE)]
        } else if let Some(edits) = dead::inlined(self, statement).filter(|_| only_token) {
            edits
        } else {
            vec![Edit::with(
                request.range.clone(),
                self.stand_in(request, used),
            )]
        };
        Ok(dead::without(self, statement, edits))
    }
}
