//! Texts in the place of a value that are none: marks that a person or a deployment tool fills in,
//! names of a value that is elsewhere, and values that another program has sealed.

use crate::names::{Field, field_of};

/// Brackets that hold a name, with the signs that tools write around them.
const BRACKETS: [(char, char); 4] = [('{', '}'), ('(', ')'), ('[', ']'), ('<', '>')];

/// Signs that a tool writes twice on both sides of a name.
const DOUBLED: [&str; 9] = ["__", "@@", "##", "%%", "$$", "~~", "||", "!!", "**"];

/// Signs that a tool writes once on both sides of a name.
const SINGLE: &str = "@#$!~|^*:";

/// What a reference to a value elsewhere begins with, before a colon.
const ELSEWHERE: [&str; 22] = [
    "akv",
    "arn",
    "aws-sm",
    "awssm",
    "awsssm",
    "azurekeyvault",
    "base64",
    "env",
    "file",
    "gcp-sm",
    "gcpsecret",
    "keyvault",
    "kv",
    "op",
    "ref",
    "secret",
    "secretref",
    "secrets",
    "sm",
    "ssm",
    "var",
    "vault",
];

/// Objects of which a reference is a member: `secrets.NAME`.
const HOLDERS: [&str; 13] = [
    "data",
    "env",
    "env.vars",
    "inputs",
    "local",
    "params",
    "parameters",
    "process.env",
    "secret",
    "secrets",
    "var",
    "variables",
    "vars",
];

/// Functions that a tool calls for a value.
const CALLS: [&str; 11] = [
    "env",
    "fromjson",
    "getenv",
    "keyvault",
    "lookup",
    "parameters",
    "reference",
    "resolve",
    "secret",
    "variables",
    "vault",
];

/// What people write where a value will be.
const WORDS: [&str; 10] = [
    "changeit",
    "changeme",
    "fixme",
    "placeholder",
    "redacted",
    "replaceme",
    "tbd",
    "todo",
    "undefined",
    "removed",
];

/// `<your secret>`, `${VAR}`, `#{VAR}#`, `__VAR__`, `%VAR%`, `{{ var }}`, `env:VAR`, `***`, and
/// what `printf` and its like fill in. A text with such a mark in it is none either.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    // In single quotes `\n` is two characters.
    let bare = text
        .trim_end_matches("\\n")
        .trim_end_matches(['\'', '"'])
        .trim_start_matches(['\'', '"']);
    is_marked(text)
        || is_reference(text)
        || is_for_a_person(text)
        || ["%s", "%d", "%v", "%q", "%r"].contains(&bare)
        || bare
            .chars()
            .all(|c| matches!(c, '*' | 'x' | 'X' | '.' | '?' | '•' | '…' | '-' | '_'))
        || holds_a_mark(text)
}

/// True for the name of a value in the place of the value: `password: GRAPH_PASSWORD`.
pub(crate) fn is_own_name(field: Field, text: &str) -> bool {
    field.is_secret()
        && text.contains(|c: char| c.is_ascii_uppercase())
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        && field_of(text) == Some(field)
}

/// A name in signs or brackets.
fn is_marked(text: &str) -> bool {
    let start = text.trim_start_matches(['#', '$', '%', '@', '!', '&', '~', '*', '=', '^']);
    let end = text.trim_end_matches(['#', '$', '%', '@', '!', '&', '~', '*', 's', '^']);
    let in_brackets = BRACKETS.iter().any(|(open, close)| {
        let opened = start.starts_with(*open) && end.ends_with(*close);
        // A round bracket alone may be anything.
        opened && (*open != '(' || start.len() < text.len() || text.starts_with("(("))
    });
    let is_doubled = DOUBLED.iter().any(|sign| {
        let inner = text.strip_prefix(sign).and_then(|t| t.strip_suffix(sign));
        inner.is_some_and(is_name)
    });
    let is_single = SINGLE.chars().any(|sign| {
        let inner = text.strip_prefix(sign).and_then(|t| t.strip_suffix(sign));
        inner.is_some_and(|name| is_name(name) && (is_loud(name) || field_of(name).is_some()))
    });
    let in_percent = text.len() > 2 && text.starts_with('%') && text.ends_with('%');
    in_brackets || is_doubled || is_single || in_percent
}

/// `env:NAME`, `op://vault/item`, `secrets.NAME`, `getenv('NAME')`, `@Microsoft.KeyVault(...)`.
fn is_reference(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let scheme = lower.split_once(':').map(|(scheme, _)| scheme);
    let by_scheme = scheme.is_some_and(|scheme| {
        let scheme = scheme.trim_start_matches(['@', '$', '!']);
        let is_compound = scheme.starts_with("ref+");
        is_compound || ELSEWHERE.contains(&scheme)
    });
    let member = lower.rsplit_once('.').filter(|(holder, name)| {
        HOLDERS.contains(&holder.trim_start_matches('$')) && is_name(name)
    });
    let call = lower
        .strip_suffix(')')
        .and_then(|call| call.split_once('('))
        .map(|(name, _)| name.trim_start_matches(['@', '=']));
    let by_call = call.is_some_and(|name| CALLS.contains(&name) || name.starts_with("microsoft."));
    by_scheme || member.is_some() || by_call
}

/// `changeme`, `YOUR_CLIENT_SECRET`, `enter-password-here`.
fn is_for_a_person(text: &str) -> bool {
    let word: String = text
        .chars()
        .filter(|c| !"-_ .".contains(*c))
        .flat_map(char::to_lowercase)
        .collect();
    let is_plain = text
        .chars()
        .all(|c| c.is_alphabetic() || "-_ .".contains(c));
    let asks = word.starts_with("your")
        || ["enter", "insert", "put", "replace", "paste", "add"]
            .iter()
            .any(|verb| word.starts_with(verb))
            && (word.ends_with("here") || field_of(&word).is_some());
    is_plain && (WORDS.contains(&word.as_str()) || asks || word.ends_with("goeshere"))
}

/// A mark with more around it: the whole value is not known before the tool has run.
fn holds_a_mark(text: &str) -> bool {
    [
        ("${", "}"),
        ("#{", "}"),
        ("{{", "}}"),
        ("$(", ")"),
        ("<%", "%>"),
        ("__", "__"),
        ("@@", "@@"),
    ]
    .iter()
    .any(|(open, close)| {
        text.match_indices(open).any(|(at, _)| {
            let inside = &text[at + open.len()..];
            inside
                .find(close)
                .is_some_and(|end| end > 0 && is_name(inside[..end].trim()))
        })
    })
}

/// A name as tools have them: `Graph.Password`, `graph-password`, `GRAPH_PASSWORD`.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '.')
        && text.contains(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-. :/|".contains(c))
}

/// In capital letters, as people write variables.
fn is_loud(name: &str) -> bool {
    name.len() > 2 && !name.contains(|c: char| c.is_ascii_lowercase())
}

/// Texts that only another program opens: those of SOPS, Ansible, Jasypt, Spring, dotenvx, the
/// transit engine of Vault, `ConvertFrom-SecureString` and `Export-Clixml`.
pub(crate) fn is_sealed(text: &str) -> bool {
    let text = text.trim();
    [
        "ENC[",
        "ENC(",
        "$ANSIBLE_VAULT",
        "{cipher}",
        "encrypted:",
        "enc:",
        "vault:v",
        "01000000d08c9ddf0115d1118c7a00c04fc297eb",
        "76492d1116743f0423413b16050a5345",
        "AQAAANCMnd8BFdERjHoAwE",
        "-----BEGIN ",
        "gAAAAA",
        "ejson:",
        "EJ[1:",
    ]
    .iter()
    .any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for text in [
            "<secret>",
            "${PW}",
            "{0}",
            "{{ pw }}",
            "{}",
            "%PW%",
            "***",
            "xxxx",
            "%s",
            "%s\\n",
            "'%s'",
            "",
            "#{Graph.Password}#",
            "#{password}",
            "__ClientSecret__",
            "__password__",
            "@@PASSWORD@@",
            "@password@",
            "##GRAPH_PASSWORD##",
            "$(graphPassword)",
            "$[ variables.x ]",
            "${{ secrets.X }}",
            "!{password}",
            "%(password)s",
            "((graph-password))",
            "[[password]]",
            "<<PASSWORD>>",
            "<%= password %>",
            "$password$",
            "$CLIENT_SECRET$",
            "#CLIENT_SECRET#",
            "env:GRAPH_PASSWORD",
            "env.GRAPH_PASSWORD",
            "$env:GRAPH_PASSWORD",
            "op://vault/graph/password",
            "vault:secret/data/graph#password",
            "ref+awssecrets://graph",
            "secrets.GRAPH_PASSWORD",
            "process.env.PW",
            "getenv('PW')",
            "@Microsoft.KeyVault(SecretUri=https://x)",
            "changeme",
            "CHANGE_ME",
            "your-client-secret",
            "YOUR_PASSWORD",
            "enter password here",
            "REPLACE_ME",
            "prefix-#{Pw}#-behind",
            "a${PW}b",
            "a{{pw}}b",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn values_that_are_none_of_these() {
        for text in [
            "a",
            "a%s",
            "{a}b",
            "made-up",
            "5$",
            "%",
            "x1",
            "!Summer2024!",
            "#Winter-2023#",
            "(made)-up",
            "made__up",
            "Yourself-1",
            "Sommer-Reise.2024x",
            "a$(b",
            "Xx8~made.up-secret-value-000000000000000",
            "made-up Password & 100%",
            "$ecret$9",
            "a#{b",
            "env",
            "my:password",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn names_of_themselves_and_sealed_values() {
        assert!(is_own_name(Field::Password, "GRAPH_PASSWORD"));
        assert!(is_own_name(Field::ClientSecret, "CLIENT_SECRET"));
        for text in ["Graph_Password", "GRAPH_USER", "SUMMER_2024"] {
            assert!(!is_own_name(Field::Password, text), "{text}");
        }
        assert!(is_sealed("{cipher}0a1b") && is_sealed("encrypted:BE9Y") && !is_sealed("made-up"));
    }
}
