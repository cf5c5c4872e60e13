//! Token requests of PowerShell, and the statements that exist for one of them only: when it becomes the variable that
//! `ropc exec` sets, they go as well.

use crate::flow::MOST_REQUESTS;
use crate::list::List;
use crate::powershell::statement::{Assignment, Statement, split};
use crate::rewrite::{Edit, Marks, Uses};
use crate::token::{Kind, Part, Token};
use std::collections::BTreeSet;
use std::ops::Range;

const COMMANDS: [&str; 4] = ["invoke-restmethod", "invoke-webrequest", "irm", "iwr"];
const VARIABLE: &str = "$env:GRAPH_ACCESS_TOKEN";

/// Words that only make values: a statement of nothing else can go when nobody uses its value.
const HARMLESS: [&str; 12] = [
    "convertto-securestring",
    "-asplaintext",
    "-force",
    "-string",
    "new-object",
    "-argumentlist",
    "urlencode",
    "escapedatastring",
    "-typename",
    "-f",
    "-join",
    "-replace",
];

struct File<'t> {
    list: List<'t>,
    statements: Vec<Statement>,
}

/// The edits that take a token request out, if there is one whose shape is known and which uses the marked secret, from its
/// place or by the name of its variable.
pub(crate) fn edits(text: &str, tokens: &[Token], marks: &Marks<'_>) -> Vec<Edit> {
    let list = List::of(tokens, text);
    let statements = split(text, &list.tokens);
    let file = File { list, statements };
    let is_command = |at: &usize| file.has_command(&(*at..*at + 1));
    let commands: Vec<usize> = (0..file.list.tokens.len()).filter(is_command).take(MOST_REQUESTS + 1).collect();
    if commands.len() > MOST_REQUESTS {
        return Vec::new();
    }
    let requests = commands.into_iter().filter_map(|at| Some((at, file.innermost(at)?)));
    let asking: Vec<(usize, &Statement, Vec<&Statement>)> = requests
        .map(|(at, request)| (at, request, file.sources(request)))
        .filter(|(_, request, sources)| file.is_sign_in(request, sources))
        .collect();
    // Where the file holds one password and one sign-in, they belong together, by whatever way it gets there.
    let alone = marks.is_only && asking.len() == 1;
    let ours = asking.into_iter().filter(|(_, request, sources)| alone || file.holds(request, sources, marks));
    ours.flat_map(|(at, request, sources)| file.replace(at, request, &sources)).collect()
}

impl<'t> File<'t> {
    fn is_word(&self, at: usize, word: &str) -> bool {
        self.list.word(at).is_some_and(|w| w.eq_ignore_ascii_case(word))
    }

    fn span(&self, tokens: &Range<usize>) -> Range<usize> {
        let first = self.list.get(tokens.start).map_or(0, |t| t.span.start);
        let last = tokens.end.checked_sub(1).and_then(|at| self.list.get(at)).map_or(first, |t| t.span.end);
        first..last.max(first)
    }

    fn innermost(&self, at: usize) -> Option<&Statement> {
        self.statements.iter().filter(|s| s.tokens.contains(&at)).min_by_key(|s| s.tokens.len())
    }

    /// The variables that a statement reads.
    fn reads(&self, statement: &Statement) -> BTreeSet<&'t str> {
        let from = statement.assigns.as_ref().map_or(statement.tokens.start, |a| a.value);
        self.list.tokens.get(from..statement.tokens.end).unwrap_or_default().iter().flat_map(|t| t.uses()).collect()
    }

    /// The statements that give values to what this one reads, and so on. What another request answers is not looked into:
    /// a call with the token is no request for one.
    fn sources(&self, request: &Statement) -> Vec<&Statement> {
        let mut found: Vec<&Statement> = Vec::new();
        let mut open = vec![request];
        while let Some(reader) = open.pop() {
            for name in self.reads(reader) {
                for source in self.given(name, reader.tokens.start) {
                    let is_new = source.tokens != request.tokens && !found.iter().any(|f| f.tokens == source.tokens);
                    if is_new && !self.has_command(&source.tokens) && found.len() < 200 {
                        found.push(source);
                        open.push(source);
                    }
                }
            }
        }
        found
    }

    /// Where the variable has its value from, seen from this place: the last assignment above, and what was added to it. A
    /// name may be used again for something else further down. With none above, as in a function, it is whatever is below.
    fn given(&self, name: &str, place: usize) -> Vec<&Statement> {
        let all = || self.statements.iter().filter(|s| s.assigns.as_ref().is_some_and(|a| a.name == name));
        let above = all().filter(|s| s.tokens.start < place);
        let last = above.filter(|s| s.assigns.as_ref().is_some_and(|a| a.is_whole)).map(|s| s.tokens.start).max();
        match last {
            Some(last) => all().filter(|s| (last..place).contains(&s.tokens.start)).collect(),
            None => all().collect(),
        }
    }

    fn has_command(&self, tokens: &Range<usize>) -> bool {
        tokens.clone().any(|at| self.list.word(at).is_some_and(|w| COMMANDS.contains(&w.to_ascii_lowercase().as_str())))
    }

    /// True if an address is written down and none is that of a token endpoint.
    fn goes_elsewhere(&self, statements: &[&Statement]) -> bool {
        let texts = || statements.iter().filter_map(|s| self.list.text.get(self.span(&s.tokens)));
        let has = |wanted: &str| texts().any(|text| text.to_ascii_lowercase().contains(wanted));
        has("://") && !has("/oauth2") && !has("/token")
    }

    /// True if the request asks for a password grant, at a token endpoint.
    fn is_sign_in(&self, request: &Statement, sources: &[&Statement]) -> bool {
        let all: Vec<&Statement> = sources.iter().copied().chain([request]).collect();
        self.asks_for_a_password_grant(&all) && !self.goes_elsewhere(&all)
    }

    fn holds(&self, request: &Statement, sources: &[&Statement], marks: &Marks<'_>) -> bool {
        sources.iter().copied().chain([request]).any(|s| {
            // A parameter's default is no statement of its own: there the name tells.
            let by_name = |name: &&str| marks.names.contains(name) && self.given(name, s.tokens.start).is_empty();
            marks.spans.iter().any(|secret| encloses(&self.span(&s.tokens), secret))
                || self.reads(s).iter().any(by_name)
        })
    }

    fn replace(&self, at: usize, request: &Statement, sources: &[&Statement]) -> Vec<Edit> {
        // What renews itself by a refresh token needs more than the variable.
        if (0..self.list.tokens.len()).any(|at| self.is_word(at, ".refresh_token")) {
            return Vec::new();
        }
        let returns = usize::from(self.is_word(request.tokens.start, "return"));
        let start = request.assigns.as_ref().map_or(request.tokens.start + returns, |a| a.value);
        let whole = self.span(&(start..request.tokens.end));
        let uses = request.assigns.as_ref().and_then(|a| self.token_uses(&a.name, request));
        let edits = if let Some(range) = self.token_of(at) {
            vec![Edit::with(range, VARIABLE)]
        } else if at == start && self.takes_the_token(request) {
            vec![Edit::with(whole, VARIABLE)]
        } else if at != start || self.is_piped(at..request.tokens.end) {
            return Vec::new();
        } else if let Some(uses) = uses {
            let inlined = uses.iter().flat_map(|used| self.inlined(used));
            std::iter::once(Edit::gone(self.span(&request.tokens))).chain(inlined).collect()
        } else {
            vec![Edit::with(whole, self.stand_in(request))]
        };
        self.without_dead(sources, edits)
    }

    /// `(Invoke-RestMethod ...).access_token`, wherever it stands.
    fn token_of(&self, at: usize) -> Option<Range<usize>> {
        let open = at.checked_sub(1).filter(|open| self.list.is(*open, '('))?;
        let mut depth = 0usize;
        let close = (open..self.list.tokens.len()).find(|at| {
            depth += usize::from(self.list.is(*at, '('));
            depth -= usize::from(self.list.is(*at, ')'));
            depth == 0
        })?;
        self.is_word(close + 1, ".access_token").then(|| self.span(&(open..close + 2)))
    }

    /// True if the output goes on to another command.
    fn is_piped(&self, tokens: Range<usize>) -> bool {
        let mut depth = 0usize;
        tokens.into_iter().any(|at| {
            match self.list.tokens[at].kind {
                Kind::Sym('(' | '{' | '[') => depth += 1,
                Kind::Sym(')' | '}' | ']') => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && self.list.is(at, '|')
        })
    }

    /// `grant_type=password` in one string, or as key and value.
    fn asks_for_a_password_grant(&self, statements: &[&Statement]) -> bool {
        let tokens = || statements.iter().flat_map(|s| self.list.tokens.get(s.tokens.clone()).unwrap_or_default());
        let contains = |token: &&&Token, wanted: &str| {
            token
                .parts
                .iter()
                .any(|part| matches!(part, Part::Text(text) if text.to_ascii_lowercase().contains(wanted)))
        };
        let is = |token: &&&Token, wanted: &str| {
            token.literal().is_some_and(|text| text.eq_ignore_ascii_case(wanted))
                || token.kind == Kind::Word && self.list.text[token.span.clone()].eq_ignore_ascii_case(wanted)
        };
        tokens().any(|t| contains(&t, "grant_type=password"))
            || (tokens().any(|t| is(&t, "grant_type")) && tokens().any(|t| is(&t, "password") && t.kind == Kind::Str))
    }

    /// `Invoke-RestMethod ... | Select-Object -ExpandProperty access_token`.
    fn takes_the_token(&self, request: &Statement) -> bool {
        let last = request.tokens.end.saturating_sub(1);
        self.is_word(last, "access_token") && self.is_word(last.saturating_sub(1), "-ExpandProperty")
    }

    /// What an answer looks like to the rest of the script, where that needs more of it than the token.
    fn stand_in(&self, request: &Statement) -> String {
        let used = |member: &str| self.list.text.to_ascii_lowercase().contains(member);
        let web = request.tokens.clone().any(|at| self.is_word(at, "Invoke-WebRequest") || self.is_word(at, "iwr"));
        let expires = if used("expires_in") {
            "; expires_in = [long]$env:ROPC_EXPIRES_ON - [DateTimeOffset]::UtcNow.ToUnixTimeSeconds()"
        } else {
            ""
        };
        let answer = format!("@{{ access_token = $env:GRAPH_ACCESS_TOKEN; token_type = 'Bearer'{expires} }}");
        match (web, used(".statuscode")) {
            (false, _) => format!("[pscustomobject]{answer}"),
            (true, false) => format!("[pscustomobject]@{{ Content = (ConvertTo-Json {answer}) }}"),
            (true, true) => format!("[pscustomobject]@{{ StatusCode = 200; Content = (ConvertTo-Json {answer}) }}"),
        }
    }

    /// Every use of the answer, if each takes the token out of it and nothing else.
    fn token_uses(&self, name: &str, request: &Statement) -> Option<Vec<Range<usize>>> {
        let mut uses = Vec::new();
        for (at, token) in self.list.tokens.iter().enumerate().filter(|(at, _)| !request.tokens.contains(at)) {
            if !token.uses().any(|used| used == name) {
                continue;
            }
            token.name()?;
            if self.is_word(at + 1, ".access_token") {
                uses.push(at..at + 2);
            } else if at > 0
                && self.list.is(at - 1, '(')
                && self.is_word(at + 1, ".Content")
                && self.list.is(at + 2, '|')
                && self.is_word(at + 3, "ConvertFrom-Json")
                && self.list.is(at + 4, ')')
                && self.is_word(at + 5, ".access_token")
            {
                uses.push(at - 1..at + 6);
            } else {
                return None;
            }
        }
        Some(uses)
    }

    /// The variable in the place of the token. A secure string that one command takes is made where it is taken.
    fn inlined(&self, used: &Range<usize>) -> Vec<Edit> {
        let plain = || vec![Edit::with(self.span(used), VARIABLE)];
        let Some(statement) = self.innermost(used.start) else { return plain() };
        let Some(Assignment { name, value, .. }) = &statement.assigns else { return plain() };
        let makes_secure = (*value..statement.tokens.end).filter(|at| !used.contains(at)).all(|at| {
            self.list.is(at, '|')
                || self.list.word(at).is_some_and(|w| HARMLESS[..4].contains(&w.to_ascii_lowercase().as_str()))
        });
        let takers: Vec<usize> = (0..self.list.tokens.len())
            .filter(|at| !statement.tokens.contains(at) && self.list.tokens[*at].uses().any(|used| used == name))
            .collect();
        match takers.as_slice() {
            [one]
                if makes_secure
                    && self.is_word(one.wrapping_sub(1), "-AccessToken")
                    && self.list.tokens[*one].name().is_some() =>
            {
                let secure = "($env:GRAPH_ACCESS_TOKEN | ConvertTo-SecureString -AsPlainText -Force)";
                vec![Edit::gone(self.span(&statement.tokens)), Edit::with(self.list.tokens[*one].span.clone(), secure)]
            }
            _ => plain(),
        }
    }

    /// Takes out the sources whose value nobody reads any more.
    fn without_dead(&self, sources: &[&Statement], mut edits: Vec<Edit>) -> Vec<Edit> {
        let mut left: Vec<&Statement> = sources.iter().copied().filter(|s| self.is_harmless(s)).collect();
        let mut uses = Uses::of(&self.list.tokens);
        for edit in &edits {
            uses.forget(&self.list.tokens, &edit.range);
        }
        loop {
            let of = |s: &Statement| s.assigns.clone().map(|a| a.name).unwrap_or_default();
            // A variable goes with all that is assigned to it, so its own assignments do not count as uses.
            let own = |name: &str| left.iter().filter(|s| of(s) == name).count();
            let dead: Vec<&Statement> = left.iter().copied().filter(|s| uses.count(&of(s)) <= own(&of(s))).collect();
            if dead.is_empty() {
                return edits;
            }
            for statement in &dead {
                let span = self.span(&statement.tokens);
                uses.forget(&self.list.tokens, &span);
                edits.push(Edit::gone(span));
            }
            left.retain(|s| !dead.iter().any(|d| d.tokens == s.tokens));
        }
    }

    /// True if the statement makes a value and does nothing else.
    fn is_harmless(&self, statement: &Statement) -> bool {
        let Some(Assignment { value, .. }) = &statement.assigns else { return false };
        (*value..statement.tokens.end).all(|at| match self.list.tokens[at].kind {
            Kind::Str => !self.list.tokens[at].parts.iter().any(|p| matches!(p, Part::Code(_))),
            Kind::Var | Kind::Newline | Kind::Comment => true,
            Kind::Sym(c) => "@{}()[]=;,+:|".contains(c),
            Kind::Word => {
                let word = self.list.word(at).unwrap_or_default().to_ascii_lowercase();
                self.list.is(at + 1, '=')
                    || (at > 0 && self.list.is(at - 1, '[') && self.list.is(at + 1, ']'))
                    || HARMLESS.contains(&word.as_str())
                    || word.ends_with("pscredential")
            }
        })
    }
}

fn encloses(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
