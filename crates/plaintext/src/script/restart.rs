//! Finds a script of Python or JavaScript that starts itself again: a call that starts a program,
//! with the script's own path.

use super::expr::ScriptTokens;

/// Calls that put a program in the place of this one.
const REPLACE: [&str; 9] = [
    "execl",
    "execle",
    "execlp",
    "execlpe",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "posix_spawn",
];

/// Calls that start a program beside this one, or run a file.
const START: [&str; 22] = [
    "Popen",
    "call",
    "check_call",
    "check_output",
    "exec",
    "execFile",
    "execFileSync",
    "execSync",
    "execfile",
    "fork",
    "popen",
    "run",
    "run_path",
    "spawn",
    "spawnSync",
    "spawnl",
    "spawnle",
    "spawnlp",
    "spawnv",
    "spawnve",
    "spawnvp",
    "system",
];

pub(super) fn restarts(tokens: &ScriptTokens<'_>) -> bool {
    (0..tokens.list.tokens.len()).any(|at| is_restart(tokens, at))
}

/// True for the name of a call that starts this script again.
fn is_restart(tokens: &ScriptTokens<'_>, at: usize) -> bool {
    let replaces = tokens.is_word(at, &REPLACE);
    if !replaces && !tokens.is_word(at, &START) {
        return false;
    }
    let Some(close) = tokens.closing(at + 1, '(') else {
        return false;
    };
    (at + 2..close).any(|at| is_own(tokens, at) || replaces && tokens.is_word(at, &["executable"]))
}

/// The path of the script, or all that it was called with.
fn is_own(tokens: &ScriptTokens<'_>, at: usize) -> bool {
    if tokens.is_word(at, &["__file__", "__filename"]) {
        return true;
    }
    let own = if tokens.is_python { "0" } else { "1" };
    let member = tokens.list.source(at + 2);
    tokens.is_word(at, &["argv"])
        && match tokens.list.source(at + 1) {
            "[" => member == own,
            "." => member == "slice" && ["0", "1"].contains(&tokens.list.source(at + 4)),
            _ => true,
        }
}
