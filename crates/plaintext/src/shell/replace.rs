//! What a token request of a shell script becomes: the token, or a text that answers as the request
//! did.

use super::file::Shell;
use crate::edits::Edit;
use crate::proof::Used;
use crate::proof::prove::{Request, Why};
use crate::token::Kind;

const TOKEN: &str = "\"$GRAPH_ACCESS_TOKEN\"";

/// Members with their values, in a text in double quotes.
const MEMBERS: [(&str, &str); 4] = [
    ("token_type", "\\\"token_type\\\":\\\"Bearer\\\""),
    (
        "expires_in",
        "\\\"expires_in\\\":$((ROPC_EXPIRES_ON - $(date +%s)))",
    ),
    ("expires_on", "\\\"expires_on\\\":\\\"$ROPC_EXPIRES_ON\\\""),
    (
        "access_token",
        "\\\"access_token\\\":\\\"$GRAPH_ACCESS_TOKEN\\\"",
    ),
];

impl Shell<'_> {
    fn answer(used: &Used) -> String {
        let has =
            |name: &str| name == "access_token" || used.iter().any(|(_, member)| member == name);
        let members = MEMBERS
            .iter()
            .filter(|(name, _)| has(name))
            .map(|(_, text)| *text);
        format!("\"{{{}}}\"", members.collect::<Vec<_>>().join(","))
    }

    /// `| jq -r .access_token` behind this token, as the last of it: the place behind that.
    fn takes_token(&self, at: usize) -> Option<usize> {
        let options = ["-r", "--raw-output", "-er", "-re"];
        let filters = [".access_token", "'.access_token'", "\".access_token\""];
        let is_jq = self.is(at, '|')
            && self.source(at + 1) == "jq"
            && options.contains(&self.source(at + 2))
            && filters.contains(&self.source(at + 3));
        let end = at + 4;
        (is_jq && !self.words.is_word(end)).then_some(end)
    }

    pub(super) fn edit(&self, request: &Request, used: &Used) -> Result<Edit, Why> {
        let (first, last) = request.tokens;
        let answer = Self::answer(used);
        let behind = self.words.behind(last);
        let (pipe_end, takes) = self
            .takes_token(behind)
            .map_or((behind, false), |end| (end, true));
        if let Some((value, _, close)) = self.whole_value(first)
            && pipe_end == close
        {
            return Ok(Edit::with(
                value,
                if takes { TOKEN.to_owned() } else { answer },
            ));
        }
        if self.is(behind, '<') {
            // What it is given would be left behind.
            return self
                .whole_document(first, behind, &answer)
                .ok_or(Why::Shape(Some("<<".to_owned())));
        }
        if takes {
            let end = self.words.tokens[pipe_end - 1].span.end;
            return Ok(Edit::with(
                request.range.start..end,
                format!("printf '%s\\n' {TOKEN}"),
            ));
        }
        // Backslashes mean something else in backticks.
        if self.is_in_backticks(first) {
            return Err(Why::Shape(Some("`".to_owned())));
        }
        Ok(Edit::with(
            request.range.clone(),
            format!("printf '%s\\n' {answer}"),
        ))
    }

    fn is_in_backticks(&self, at: usize) -> bool {
        let marks = (0..at).filter(|at| {
            self.source(*at).starts_with('`') && (self.is(*at, '(') || self.is(*at, ')'))
        });
        marks.count() % 2 == 1
    }

    /// `TOKEN=$(curl ... <<EOF | jq -r .access_token`, the text, `EOF`, `)`: all of it.
    fn whole_document(&self, first: usize, behind: usize, answer: &str) -> Option<Edit> {
        let (value, _, close) = self.whole_value(first)?;
        let mut at = behind;
        while self.is(at, '<') || self.words.is_word(at) && !self.is(at - 1, '|') {
            at += 1;
        }
        let (end, with) = self
            .takes_token(at)
            .map_or((at, answer), |end| (end, TOKEN));
        let rest = self.words.tokens.get(end..close)?;
        let is_alone = rest
            .iter()
            .all(|t| matches!(t.kind, Kind::Newline | Kind::Str))
            && rest.len() <= 3;
        is_alone.then(|| Edit::with(value, with))
    }
}
