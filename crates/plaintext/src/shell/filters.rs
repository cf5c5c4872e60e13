//! What the programs behind a pipe read of an answer: the members that a filter of `jq` or a line of
//! Python names.

/// Words of a filter of `jq` that only choose between members.
const JQ_WORDS: [&str; 9] = [
    "empty", "tostring", "tonumber", "if", "then", "else", "end", "not", "null",
];

/// The members that a filter reads, if it reads nothing else.
pub(super) fn jq_members(filter: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = filter;
    while let Some(c) = rest.chars().next() {
        let is_dot = c == '.';
        let body = if is_dot { &rest[1..] } else { rest };
        let end = body
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(body.len());
        let word = &body[..end];
        match (is_dot, word) {
            (true, "") => return None,
            (true, word) => found.push(word.to_owned()),
            (false, "") => {}
            (false, word) if JQ_WORDS.contains(&word) || word == "Bearer" => {}
            (false, _) => return None,
        }
        rest = if is_dot || end > 0 {
            &body[end..]
        } else {
            &rest[c.len_utf8()..]
        };
    }
    (!found.is_empty()).then_some(found)
}

/// The keys that a line of Python reads of the answer on its input.
pub(super) fn python_members(code: &str) -> Option<Vec<String>> {
    let loads =
        code.contains("json.load(sys.stdin)") || code.contains("json.loads(sys.stdin.read())");
    let keys: Vec<String> = code
        .split(['"', '\''])
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    (loads && !keys.is_empty()).then_some(keys)
}
