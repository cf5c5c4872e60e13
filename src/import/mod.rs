//! Plaintext credentials in a script or a settings file: bytes in, findings and edits out. Pure: no file is opened here,
//! nothing is sent, and nothing of a finding's value can be printed.
//!
//! ```text
//!   bytes ─► encoding ─► text ─► one lexer a language ─► tokens ─► bindings ─► findings
//!                                                          └────────────────────► rewrite ─► edits ─► new bytes
//! ```
//!
//! What is not a literal (a value that is computed, read or asked for) is reported with its line and never guessed.
//!
//! Why the lexers are our own: only strings, comments and names matter here, a few hundred lines of safe code; whatever a
//! lexer does not know is "not understood". The tree-sitter grammars were measured (optimised for size, stripped): PowerShell
//! adds 1.0 MB to the program, Python and JavaScript together another 0.8 MB, generated C that reads a file full of
//! secrets outside of the wiping allocator. The tests use the PowerShell grammar as the judge of our lexer. YAML has a
//! grammar that nobody should write again: it is read by `saphyr-parser` (0.1 MB).

mod bindings;
mod calls;
mod curl;
mod dotenv;
mod encoding;
mod findings;
mod flow;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod list;
mod names;
mod placeholder;
mod posts;
mod powershell;
mod powershell_values;
mod remains;
mod requests;
mod rewrite;
mod script;
mod script_values;
mod shell;
mod statement;
mod statements;
mod token;
mod yaml;

pub use encoding::Unreadable;
pub use findings::{Finding, Reason, Unclear};
pub use names::Field;
pub use rewrite::Rewritten;

use bindings::Source;
use encoding::Decoded;
use std::ops::RangeInclusive;
#[cfg(any(test, fuzzing))]
use zeroize::Zeroizing;

/// A larger file is no script that somebody wrote.
pub const LIMIT: u64 = 1024 * 1024;

/// What sort of file it is, which decides how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// `.ps1`, `.psm1`, `.psd1`.
    PowerShell,
    /// `.env` and its like: one `NAME=value` a line.
    DotEnv,
    /// Shell scripts, curl lines included.
    Shell,
    /// Windows command scripts: their `set` lines.
    Batch,
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    JavaScript,
    /// JSON, with or without comments.
    Json,
    /// YAML.
    Yaml,
}

/// Names of programs in other languages end so. A line of them may look like a setting, and is none.
const OTHERS: [&str; 26] = [
    "rb", "go", "cs", "csx", "fs", "vb", "vbs", "java", "kt", "kts", "scala", "groovy", "php", "pl", "pm", "lua", "r",
    "rs", "c", "h", "cpp", "swift", "sql", "xml", "config", "html",
];

impl Language {
    /// By the name's end, else by the first line, else by what the text looks like; `None` for another language.
    pub fn of(name: &str, text: &str) -> Option<Self> {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        let shebang = text.lines().next().filter(|first| first.starts_with("#!")).unwrap_or_default();
        let foreign = ["perl", "ruby", "php", "lua", "Rscript", "tclsh", "groovy", "fish"];
        if OTHERS.contains(&end) || foreign.iter().any(|program| shebang.contains(program)) {
            return None;
        }
        Some(Self::known(name.as_str(), end, text))
    }

    fn known(name: &str, end: &str, text: &str) -> Self {
        match end {
            "ps1" | "psm1" | "psd1" => return Self::PowerShell,
            "sh" | "bash" | "zsh" | "ksh" | "profile" | "bashrc" | "zshrc" => return Self::Shell,
            "bat" | "cmd" => return Self::Batch,
            "py" | "pyw" => return Self::Python,
            "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx" => return Self::JavaScript,
            "json" | "jsonc" | "json5" => return Self::Json,
            "yml" | "yaml" => return Self::Yaml,
            "env" | "ini" | "properties" | "conf" | "cfg" | "toml" => return Self::DotEnv,
            _ if name == ".env" || name.starts_with(".env.") => return Self::DotEnv,
            _ => {}
        }
        let first = text.lines().next().unwrap_or_default();
        if first.starts_with("#!") {
            return match first {
                f if f.contains("pwsh") || f.contains("powershell") => Self::PowerShell,
                f if f.contains("python") => Self::Python,
                f if f.contains("node") || f.contains("deno") || f.contains("bun") => Self::JavaScript,
                _ => Self::Shell,
            };
        }
        match text.trim_start().chars().next() {
            Some('{' | '[') => Self::Json,
            Some('$') => Self::PowerShell,
            _ if text.contains("\n$") => Self::PowerShell,
            _ if text.contains("curl ") || text.contains("export ") => Self::Shell,
            _ => Self::DotEnv,
        }
    }
}

/// A file that was read, with everything that was found in it.
pub struct Scan {
    decoded: Decoded,
    source: Source,
    /// How it was read.
    pub language: Language,
    /// Values that stand in it, in the order of their lines.
    pub findings: Vec<Finding>,
    /// Places that look like a credential and hold no literal value.
    pub unclear: Vec<Unclear>,
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan")
            .field("language", &self.language)
            .field("findings", &self.findings)
            .field("unclear", &self.unclear)
            .finish_non_exhaustive()
    }
}

/// Reads a file's bytes. Never panics, whatever they are; takes a time in proportion to their number.
pub fn scan(bytes: &[u8], name: &str) -> Result<Scan, Unreadable> {
    if bytes.len() as u64 > LIMIT {
        return Err(Unreadable::TooLarge);
    }
    let decoded = encoding::decode(bytes)?;
    let language = Language::of(name, &decoded.text).ok_or(Unreadable::OtherLanguage)?;
    let source = bindings::read(language, &decoded.text);
    let (findings, unclear) = findings::collect(&source, &decoded.text);
    Ok(Scan { decoded, source, language, findings, unclear })
}

impl Scan {
    /// True if the text could not be read to its end: a string or a bracket is never closed. It is not edited then.
    pub fn broken_at(&self) -> Option<usize> {
        self.source.broken.map(|at| self.line_of(at))
    }

    /// The first line, which may name the program that runs the file.
    pub fn first_line(&self) -> &str {
        self.text().lines().next().unwrap_or_default()
    }

    /// True if the file is in an encoding that is not known for sure; its bytes are kept all the same.
    pub fn is_legacy(&self) -> bool {
        self.decoded.is_legacy()
    }

    /// How the file becomes one without these secrets: what was found in the lines is taken out, and a token request of a known shape
    /// becomes the variable that `ropc exec` sets.
    pub fn rewrite(&self, secrets: &[&str], lines: &RangeInclusive<usize>) -> Rewritten {
        rewrite::rewrite(self, secrets, lines)
    }

    fn line_of(&self, at: usize) -> usize {
        findings::line_of(&self.decoded.text, at)
    }

    fn text(&self) -> &str {
        &self.decoded.text
    }

    #[cfg(any(test, fuzzing))]
    fn encode(&self, text: &str) -> Zeroizing<Vec<u8>> {
        self.decoded.encode(text)
    }
}

#[cfg(test)]
mod finding_tests;
#[cfg(test)]
mod grammar_tests;
#[cfg(test)]
mod post_tests;
#[cfg(test)]
mod request_tests;
#[cfg(test)]
mod tests;
