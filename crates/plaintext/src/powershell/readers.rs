//! Where a PowerShell script runs code that may read its variables: other scripts, texts, and
//! commands that read a variable by its name.

use super::file::Powershell;
use crate::token::Kind;

/// Words of commands and methods that read variables by names which they are given.
const BY_NAME: [&str; 3] = ["get-variable", "expandstring", "variable:"];

impl Powershell<'_> {
    /// The places of such code.
    pub(crate) fn readers(&self) -> Vec<usize> {
        let tokens = &self.tokens.list.tokens;
        let others = (0..tokens.len()).filter(|at| self.reads_by_name(*at) || self.is_script(*at));
        let others = others.map(|at| tokens[at].span.start);
        self.program.loads.iter().copied().chain(others).collect()
    }

    fn reads_by_name(&self, at: usize) -> bool {
        let word = self.tokens.list.lower_word(at);
        word == "gv" || BY_NAME.iter().any(|name| word.contains(name))
    }

    /// `& "$PSScriptRoot\report.ps1"`, `& $script`, `.\report.ps1`.
    fn is_script(&self, at: usize) -> bool {
        let list = &self.tokens.list;
        let Some(token) = list.get(at) else {
            return false;
        };
        let path = list.source(at).to_ascii_lowercase();
        let end = path.trim_end_matches(['"', '\'']).rsplit('.').next();
        let is_path = end == Some("ps1");
        let is_called = at > 0 && list.is(at - 1, '&') && !(at > 1 && list.is(at - 2, '&'));
        match token.kind {
            Kind::Word => is_path,
            Kind::Str => is_called && is_path,
            Kind::Var => is_called,
            _ => false,
        }
    }
}
