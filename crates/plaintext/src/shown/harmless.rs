//! Words that are no secret, whatever line they are in: those of the protocol and of its tools,
//! what a sign-in has beside its secrets, and the variables of the file.

use crate::forms;
use crate::scan::Scan;
use crate::source::{Source, with_script};
use std::collections::BTreeSet;

/// Words of the protocol, and of the programs that speak it, in small letters.
const KNOWN: [&str; 70] = [
    "#!/bin/bash",
    "#!/bin/sh",
    "access_token",
    "application/json",
    "application/x-www-form-urlencoded",
    "authorization",
    "bearer",
    "body",
    "client_credentials",
    "client_id",
    "client_secret",
    "clientid",
    "clientsecret",
    "connect-mggraph",
    "const",
    "content-type",
    "convertfrom-json",
    "convertto-json",
    "convertto-securestring",
    "curl",
    "cut",
    "do",
    "done",
    "echo",
    "else",
    "env",
    "exit",
    "export",
    "false",
    "fi",
    "for",
    "function",
    "get",
    "grant_type",
    "graph_access_token",
    "grep",
    "if",
    "in",
    "invoke-restmethod",
    "invoke-webrequest",
    "jq",
    "let",
    "local",
    "new-object",
    "null",
    "offline_access",
    "openid",
    "param",
    "password",
    "post",
    "printf",
    "pscredential",
    "read",
    "resource",
    "return",
    "ropc_expires_on",
    "scope",
    "securestring",
    "sed",
    "set",
    "system.management.automation.pscredential",
    "tenant",
    "tenantid",
    "then",
    "token",
    "true",
    "user",
    "username",
    "var",
    "while",
];

/// Hosts of Graph, beside those of token endpoints.
const GRAPH: [&str; 3] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
];

pub(super) struct Harmless<'s> {
    hosts: &'s [String],
    /// Values of the public parts of a sign-in.
    public: BTreeSet<&'s str>,
    /// Names of variables, in small letters.
    variables: BTreeSet<String>,
}

impl<'s> Harmless<'s> {
    /// Of a file before the edit and behind it.
    pub(super) fn of(scan: &'s Scan, again: &Source, new: &str) -> Self {
        let mut variables = variables(&scan.source, scan.text());
        variables.extend(self::variables(again, new));
        Self {
            hosts: &scan.hosts,
            public: scan.findings.iter().filter_map(|f| f.public()).collect(),
            variables,
        }
    }

    /// True for a value of a public part.
    pub(super) fn is_public(&self, text: &str) -> bool {
        self.public.contains(text)
    }

    pub(super) fn has(&self, word: &str) -> bool {
        let bare = word.trim_start_matches(['$', '@', '%', '-', '{', '(', '.']);
        let bare = bare.trim_end_matches([':', '=', '}', ')', '%', ',', ';']);
        word.len() <= 3 && !word.contains(char::is_alphanumeric)
            || is_option(word)
            || word.len() <= 3 && word.bytes().all(|b| b.is_ascii_digit())
            || word.len() == 1
            || self.is_public(bare)
            || forms::is_guid(bare)
            || self.is_address(bare)
            || self.is_path(&bare.to_lowercase())
    }

    /// A known word, or a variable with the names of its members.
    fn is_path(&self, bare: &str) -> bool {
        let is_name = |name: &str| KNOWN.contains(&name) || self.variables.contains(name);
        is_name(bare) || !bare.is_empty() && bare.split(['.', ':', '[']).all(is_name)
    }

    /// An address of a known host, without a user in it.
    fn is_address(&self, text: &str) -> bool {
        let rest = forms::strip_prefix_ignoring_case(text, "https://");
        let Some((host, _)) = rest.map(|rest| rest.split_once('/').unwrap_or((rest, ""))) else {
            return false;
        };
        let is_known = self.hosts.iter().any(|known| known == host) || GRAPH.contains(&host);
        is_known && !text.contains(['@', '?'])
    }
}

/// The variables that a file gives a value to, and the parameters of its functions.
fn variables(source: &Source, text: &str) -> BTreeSet<String> {
    let bindings = source.live.bindings.iter().filter(|b| b.is_variable);
    let mut found: BTreeSet<String> = bindings.map(|b| b.name.to_lowercase()).collect();
    with_script(source.language, text, &source.tokens, |script| {
        let program = script.program();
        let assigned = program.assigns.iter().map(|assign| &assign.name);
        let params = program
            .functions
            .iter()
            .flat_map(|function| &function.params);
        let names = assigned.chain(params.map(|(name, _)| name));
        found.extend(names.map(|name| name.to_lowercase()));
    });
    found
}

/// `-d`, `--data-urlencode`, `-Method`; behind another letter a value may begin.
fn is_option(word: &str) -> bool {
    let name = word.trim_start_matches('-');
    let is_long = word.starts_with("--") || name.starts_with(char::is_uppercase);
    word.starts_with('-')
        && (is_long || name.len() <= 1)
        && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
}

/// Letters, digits and the signs of names, but nothing that looks like a secret.
pub(super) fn is_name(text: &str) -> bool {
    let is_in_name = |c: char| c.is_ascii_alphanumeric() || "_.$@-".contains(c);
    !text.is_empty() && text.chars().all(is_in_name) && !looks_secret(text)
}

/// Letters and digits with signs, or in both cases, in one piece.
pub(super) fn looks_secret(text: &str) -> bool {
    let is_mixed = text.contains(char::is_uppercase) && text.contains(char::is_lowercase)
        || text.contains(|c: char| c.is_ascii_punctuation() && c != '_');
    text.len() >= 8
        && text.contains(char::is_alphabetic)
        && text.contains(|c: char| c.is_ascii_digit())
        && is_mixed
}
