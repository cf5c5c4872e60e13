//! What the programs behind a pipe read of an answer: the members that a filter of `jq` or a line
//! of Python names, and the token that `sed` or `grep` cuts out. A filter that passes the rest on
//! as well is none of these.

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

/// True for a script of `sed` that leaves nothing of an answer but the token:
/// `s/.*"access_token":"\([^"]*\)".*/\1/`.
pub(super) fn sed_takes_token(options: &[&str], script: &str) -> bool {
    let has = |letter: char| options.iter().any(|option| option.contains(letter));
    let (open, close) = if has('E') || has('r') {
        ("(", ")")
    } else {
        ("\\(", "\\)")
    };
    // Without `-n` the line is printed anyway, and with `p` alone twice.
    let flags = if has('n') { "p" } else { "" };
    let Some(sign) = script
        .strip_prefix('s')
        .and_then(|rest| rest.chars().next())
    else {
        return false;
    };
    let parts: Vec<&str> = script.split(sign).collect();
    let ["s", pattern, "\\1", last] = parts.as_slice() else {
        return false;
    };
    let value = behind_all(pattern).and_then(behind_member);
    let value = value
        .and_then(|rest| rest.strip_prefix(open))
        .and_then(behind_value);
    let rest = value.and_then(|rest| rest.strip_prefix(close));
    let rest = rest.map(|rest| rest.strip_prefix('"').unwrap_or(rest));
    have_only(options, "nEre")
        && *last == flags
        && rest.is_some_and(|rest| [".*", ".*$"].contains(&rest))
}

/// True for a pattern of which `grep` prints the member with the token, or the token, and nothing
/// else: `-o '"access_token":"[^"]*"'`.
pub(super) fn grep_takes_token(options: &[&str], pattern: &str) -> bool {
    let prints_match = options.iter().any(|option| option.contains('o'));
    let value = match pattern.strip_prefix("(?<=") {
        Some(rest) => behind_member(rest).and_then(|rest| rest.strip_prefix(')')),
        None => behind_member(pattern).map(|rest| rest.strip_prefix("\\K").unwrap_or(rest)),
    };
    let rest = value.and_then(behind_value);
    prints_match
        && have_only(options, "oPEe")
        && rest.is_some_and(|rest| ["", "\""].contains(&rest))
}

/// True if the options are of these letters.
fn have_only(options: &[&str], letters: &str) -> bool {
    options.iter().all(|option| {
        let mut chars = option.trim_start_matches('-').chars();
        chars.all(|c| letters.contains(c))
    })
}

/// Behind the start of a line and all that may be there.
fn behind_all(pattern: &str) -> Option<&str> {
    pattern
        .strip_prefix('^')
        .unwrap_or(pattern)
        .strip_prefix(".*")
}

/// Behind `"access_token":"`, where blanks may be beside the colon.
fn behind_member(pattern: &str) -> Option<&str> {
    let rest = pattern.strip_prefix('"').unwrap_or(pattern);
    let rest = behind_blanks(rest.strip_prefix("access_token\"")?);
    behind_blanks(rest.strip_prefix(':')?).strip_prefix('"')
}

fn behind_blanks(pattern: &str) -> &str {
    let blanks = [" *", "[ ]*", "\\s*", "[[:space:]]*"];
    let mut behind = blanks
        .iter()
        .filter_map(|blanks| pattern.strip_prefix(blanks));
    behind.next().unwrap_or(pattern)
}

/// Behind the characters of the token.
fn behind_value(pattern: &str) -> Option<&str> {
    let rest = pattern.strip_prefix("[^\"]")?;
    let mut behind = ["*", "\\+", "+"]
        .iter()
        .filter_map(|often| rest.strip_prefix(often));
    behind.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sed_and_grep_cut_the_token_out() {
        for (options, script) in [
            (&[][..], r#"s/.*"access_token":"\([^"]*\)".*/\1/"#),
            (&["-n"], r#"s|^.*"access_token" *: *"\([^"]*\)".*$|\1|p"#),
            (&["-E"], r#"s/.*access_token"\s*:\s*"([^"]+)".*/\1/"#),
            (&["-nr"], r#"s/.*"access_token":[ ]*"([^"]*).*/\1/p"#),
        ] {
            assert!(sed_takes_token(options, script), "{script}");
        }
        for (options, pattern) in [
            ("-o", r#""access_token":"[^"]*""#),
            ("-oP", r#""access_token":"\K[^"]*"#),
            ("-Po", r#"(?<="access_token":")[^"]+"#),
            ("-oE", r#"access_token": *"[^"]+"#),
        ] {
            assert!(grep_takes_token(&[options], pattern), "{pattern}");
        }
    }

    #[test]
    fn filters_that_pass_on_more_or_want_another_answer() {
        for (options, script) in [
            (
                &[][..],
                r#"s/.*"access_token":"\([^"]*\)","refresh_token".*/\1/"#,
            ),
            (&[], r#"s/"access_token"/"token"/"#),
            (&[], r#"s/"access_token":"\([^"]*\)".*/\1/"#),
            (&[], r#"s/.*"access_token":"\([^"]*\)"/\1/"#),
            (&[], r#"s/.*,"access_token":"\([^"]*\)".*/\1/"#),
            (
                &[],
                r#"s/.*"expires_in":[0-9]*,"access_token":"\([^"]*\)".*/\1/"#,
            ),
            (&[], r#"s/.*"access_token":"\([^"]*\)".*/token=\1/"#),
            (&["-n"], r#"s/.*"access_token":"\([^"]*\)".*/\1/"#),
            (&["-i"], r#"s/.*"access_token":"\([^"]*\)".*/\1/"#),
            (&["-n"], "/access_token/p"),
            (&[], "s"),
            (&[], ""),
        ] {
            assert!(!sed_takes_token(options, script), "{script}");
        }
        for (options, pattern) in [
            ("-q", r#""access_token":"[^"]*""#),
            ("-E", r#""access_token":"[^"]*""#),
            ("-o", r#""access_token""#),
            ("-o", r#"{.*"access_token":"[^"]*""#),
            ("-o", r#""access_token":"[^"]*",.*"#),
            ("-ov", r#""access_token":"[^"]*""#),
        ] {
            assert!(
                !grep_takes_token(&[options], pattern),
                "{options} {pattern}"
            );
        }
    }
}
