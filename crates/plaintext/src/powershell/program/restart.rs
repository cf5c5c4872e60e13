//! Does a PowerShell script start itself again? A command that runs it by its own path.

use super::PowershellReader;
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

impl PowershellReader<'_> {
    /// `& $PSCommandPath`, `pwsh -File $PSCommandPath`: a command that runs the script by its own
    /// path.
    pub(super) fn restarts(&self, statement: &Statement) -> bool {
        let list = &self.tokens.list;
        let mut tokens = statement.tokens.clone();
        let Some(first) = tokens.find(|at| list.is(*at, '&') || self.is_word(Some(*at), &STARTERS))
        else {
            return false;
        };
        (first..statement.tokens.end).any(|at| {
            let mut names = list.get(at).into_iter().flat_map(Token::uses);
            names.any(|name| is_own_path(name) || self.holds_own_path(name)) && !self.is_beside(at)
        })
    }

    fn holds_own_path(&self, name: &str) -> bool {
        let assigns = &self.program.assigns;
        assigns
            .iter()
            .any(|assign| assign.name == name && reads_own_path(&assign.value))
    }

    /// Another script beside this one: `. (Join-Path (Split-Path $PSCommandPath) 'lib.ps1')`.
    fn is_beside(&self, at: usize) -> bool {
        let open = self.tokens.brackets.opener(at).map(|open| open + 1);
        let source = self.tokens.list.source(at).to_ascii_lowercase();
        self.is_word(open, &["split-path"]) || source.contains("split-path")
    }
}

/// A variable that PowerShell sets, with the path of the script in it.
fn is_own_path(name: &str) -> bool {
    name == "pscommandpath" || name == "myinvocation"
}

/// `$PSCommandPath`, `$MyInvocation.MyCommand.Path`
fn reads_own_path(expr: &Expr) -> bool {
    match expr {
        Expr::Name(name) => is_own_path(name),
        Expr::Member(base, _) => reads_own_path(base),
        _ => false,
    }
}
