//! Which language a file is written in: by its name, else by its first line, else by what the text looks like.

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
