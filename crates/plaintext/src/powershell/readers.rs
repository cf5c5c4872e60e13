//! Where a PowerShell script runs code that may read its variables: other scripts, texts, and
//! commands that read a variable by its name.

use crate::list::List;
use crate::proof::program::Program;
use crate::token::Kind;

/// Words of commands and methods that read variables by names which they are given.
const BY_NAME: [&str; 3] = ["get-variable", "expandstring", "variable:"];

/// The places of such code.
pub(super) fn find(list: &List<'_>, program: &Program) -> Vec<usize> {
    let others =
        (0..list.tokens.len()).filter(|at| reads_by_name(list, *at) || is_script(list, *at));
    let others = others.map(|at| list.tokens[at].span.start);
    program.loads.iter().copied().chain(others).collect()
}

fn reads_by_name(list: &List<'_>, at: usize) -> bool {
    let word = list.lower_word(at);
    word == "gv" || BY_NAME.iter().any(|name| word.contains(name))
}

/// `& "$PSScriptRoot\report.ps1"`, `& $script`, `.\report.ps1`.
fn is_script(list: &List<'_>, at: usize) -> bool {
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
