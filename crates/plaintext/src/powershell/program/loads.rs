//! Where a PowerShell script runs code that is not in it: other scripts, modules, texts. Modules of
//! Microsoft, known by name, define none of the commands that ask for a token.

use super::PowershellReader;
use crate::powershell::expr::Given;
use crate::proof::expr::Expr;
use crate::token::Token;

/// Commands that run other code in the scope of the script.
const LOADERS: [&str; 8] = [
    ".",
    "import-module",
    "ipmo",
    "import-pssession",
    "ipsn",
    "invoke-expression",
    "iex",
    "using",
];

/// Modules that define none of the commands that ask for a token.
const KNOWN: [&str; 14] = [
    "activedirectory",
    "az",
    "azuread",
    "azureadpreview",
    "exchangeonlinemanagement",
    "importexcel",
    "microsoftteams",
    "msal.ps",
    "msonline",
    "packagemanagement",
    "pnp.powershell",
    "powershellget",
    "psreadline",
    "sharepointpnppowershellonline",
];

fn is_known(module: &str) -> bool {
    let module = module.to_ascii_lowercase();
    let is_name = !module.contains(['/', '\\', '$']) && module.rsplit('.').next() != Some("psm1");
    let of_microsoft = module.starts_with("microsoft.") || module.starts_with("az.");
    is_name && (of_microsoft || KNOWN.contains(&module.as_str()))
}

/// True if a list of names in the text of a comment has known modules only.
fn lists_known(modules: &str) -> bool {
    modules
        .split([',', ' ', '\t'])
        .map(|name| name.trim_matches(['"', '\'']))
        .filter(|name| !name.is_empty())
        .all(is_known)
}

fn all_known(value: &Expr) -> bool {
    match value {
        Expr::Text(module) => is_known(module),
        Expr::List(all) => all.iter().all(all_known),
        _ => false,
    }
}

/// What makes code of a text.
const RUNNERS: [&str; 4] = [
    "invoke-expression",
    "iex",
    "scriptblock",
    "executioncontext",
];

impl PowershellReader<'_> {
    /// `iex $text`, `[scriptblock]::Create($text)`: the script may run a text as code.
    pub(super) fn runs_text(&self, at: usize) -> bool {
        let list = &self.tokens.list;
        let name = list.get(at).and_then(Token::name).map(str::to_owned);
        RUNNERS.contains(&name.unwrap_or_else(|| list.lower_word(at)).as_str())
    }

    /// `. ./lib.ps1`, `Import-Module ./Lib.psm1`, `iex $text`.
    pub(super) fn load(&mut self, at: usize) {
        if self.begins(at) && self.is_word(Some(at), &LOADERS) && !self.is_harmless(at) {
            let start = self.span(at, at).start;
            self.program.loads.push(start);
        }
    }

    fn is_harmless(&self, at: usize) -> bool {
        if self.is_word(Some(at), &["using"]) {
            return !self.is_word(Some(at + 1), &["module"]);
        }
        if !self.is_word(Some(at), &["import-module", "ipmo"]) {
            return false;
        }
        let (given, _) = self.tokens.arguments(at + 1);
        let mut modules = given.iter().filter_map(|argument| match argument {
            Given::Plain(value) => Some(Some(value)),
            Given::Named(name, value) if "name".starts_with(name.as_str()) => Some(value.as_ref()),
            Given::Named(name, _) if name == "assembly" || name == "moduleinfo" => Some(None),
            Given::Named(..) => None,
            Given::Splat(_) => Some(None),
        });
        modules.all(|module| module.is_some_and(all_known))
    }

    /// `#Requires -Modules Lib`: what a comment loads before the first line runs.
    pub(super) fn required(&mut self) {
        let mut at = 0;
        for line in self.tokens.list.text.split_inclusive('\n') {
            let lower = line.trim().to_ascii_lowercase();
            let modules = lower
                .strip_prefix("#requires")
                .and_then(|rest| rest.split_once("-module"))
                .map(|(_, modules)| modules.trim_start_matches('s'));
            if modules.is_some_and(|modules| !lists_known(modules)) {
                self.program.loads.push(at);
            }
            at += line.len();
        }
    }
}
