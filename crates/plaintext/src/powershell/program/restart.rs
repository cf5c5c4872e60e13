//! Does a PowerShell script start itself again? A command that runs it by its own path.

use super::Reader;
use crate::powershell::statement::Statement;
use crate::proof::expr::Expr;
use crate::token::Token;

/// Commands that run a script by its path.
const STARTERS: [&str; 9] = [
    ".",
    "pwsh",
    "pwsh.exe",
    "powershell",
    "powershell.exe",
    "start-process",
    "saps",
    "iex",
    "invoke-expression",
];

impl Reader<'_> {
    /// `& $PSCommandPath`, `pwsh -File $PSCommandPath`: a command that runs the script by its own
    /// path.
    pub(super) fn restarts(&self, statement: &Statement) -> bool {
        let list = &self.tokens.list;
        let is_path = |name: &str| name == "pscommandpath" || name == "myinvocation";
        let is_named = |name: &str| {
            let mut known = self.program.assigns.iter().filter(|a| a.name == name);
            known.any(|a| match &a.value {
                Expr::Name(path) => is_path(path),
                Expr::Member(base, _) => is_member_of(base, &is_path),
                _ => false,
            })
        };
        // Beside the script lies another one: `. (Join-Path (Split-Path $PSCommandPath)
        // 'lib.ps1')`.
        let is_beside = |at: usize| {
            let open = self.tokens.brackets.opener(at).map(|open| open + 1);
            self.is_word(open, &["split-path"])
                || list.source(at).to_ascii_lowercase().contains("split-path")
        };
        let starts = |at: usize| list.is(at, '&') || self.is_word(Some(at), &STARTERS);
        let mut tokens = statement.tokens.clone();
        let Some(first) = tokens.find(|at| starts(*at)) else {
            return false;
        };
        (first..statement.tokens.end).any(|at| {
            let mut names = list.get(at).into_iter().flat_map(Token::uses);
            names.any(|name| is_path(name) || is_named(name)) && !is_beside(at)
        })
    }
}

/// A member of a member of a variable of such a name.
fn is_member_of(expr: &Expr, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    match expr {
        Expr::Name(name) => is_wanted(name),
        Expr::Member(base, _) => is_member_of(base, is_wanted),
        _ => false,
    }
}
