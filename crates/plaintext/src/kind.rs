//! Which language a file is written in: by its name, else by its first line, else by what all of
//! its lines look like. A kind of file that nothing here reads is refused by name, and never read
//! as another.

/// The language of a file: which reader it gets.
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
    /// TOML.
    Toml,
}

/// A kind of file that has a name here and no reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// Sources and XML settings of .NET.
    DotNet,
    /// A notebook: code and its output in JSON.
    Notebook,
    /// A collection or an environment of Postman or Insomnia.
    Collection,
    /// A Dockerfile: every layer of the image keeps what is in it.
    Dockerfile,
    /// Terraform: its state keeps what is in it.
    Terraform,
    /// A crontab: the lines are commands.
    Crontab,
    /// A program or a document in another language.
    Other,
    /// Neither the name nor the text says which.
    Unknown,
}

/// Names of programs in other languages end so. A line of them may look like a setting, and is
/// none.
const OTHERS: [&str; 34] = [
    "rb", "go", "java", "kt", "kts", "scala", "groovy", "php", "pl", "pm", "lua", "r", "rs", "c",
    "h", "cpp", "swift", "sql", "html", "vbs", "md", "txt", "log", "csv", "nix", "ahk", "tcl",
    "fish", "dart", "ex", "service", "timer", "plist", "reg",
];

const DOT_NET: [&str; 10] = [
    "cs", "csx", "csproj", "vb", "fs", "fsx", "fsproj", "config", "cshtml", "xml",
];

/// Programs that a first line may name, and that nothing here reads.
const FOREIGN_PROGRAMS: [&str; 9] = [
    "perl", "ruby", "php", "lua", "Rscript", "tclsh", "groovy", "fish", "awk",
];

impl Language {
    /// The variable that `ropc exec` sets, as a script of this language reads it; `None` for
    /// settings.
    pub fn variable(self) -> Option<&'static str> {
        Some(match self {
            Self::PowerShell => "$env:GRAPH_ACCESS_TOKEN",
            Self::Shell | Self::Yaml => "\"$GRAPH_ACCESS_TOKEN\"",
            Self::Batch => "%GRAPH_ACCESS_TOKEN%",
            Self::Python => "os.environ[\"GRAPH_ACCESS_TOKEN\"]",
            Self::JavaScript => "process.env.GRAPH_ACCESS_TOKEN",
            Self::DotEnv | Self::Json | Self::Toml => return None,
        })
    }

    /// True for languages whose token requests a reader knows, not only their values.
    pub(crate) fn is_script(self) -> bool {
        matches!(
            self,
            Self::PowerShell | Self::Shell | Self::Python | Self::JavaScript
        )
    }

    /// By the name's end, else by the first line, else by what every line looks like.
    pub(crate) fn of(name: &str, text: &str) -> Result<Self, Foreign> {
        let name = name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(name)
            .to_ascii_lowercase();
        let end = name.rsplit_once('.').map_or("", |(_, end)| end);
        if let Some(foreign) = foreign(&name, end, text) {
            return Err(foreign);
        }
        let shebang = text.lines().next().filter(|first| first.starts_with("#!"));
        let known = by_end(&name, end)
            .or_else(|| shebang.and_then(by_program))
            .or_else(|| by_text(text));
        known.ok_or(Foreign::Unknown)
    }
}

/// Texts that collections and records of HTTP clients have in them.
const COLLECTIONS: [&str; 6] = [
    "schema.getpostman.com",
    "_postman_variable_scope",
    "__export_format",
    "collection.insomnia.rest",
    "Thunder Client",
    "\"hoppscotch",
];

fn foreign(name: &str, end: &str, text: &str) -> Option<Foreign> {
    let shebang = text
        .lines()
        .next()
        .filter(|first| first.starts_with("#!"))
        .unwrap_or_default();

    let is_data = ["json", "yaml", "yml"].contains(&end);
    let is_notebook = end == "ipynb"
        || end == "json" && text.contains("\"nbformat\"")
        || end == "py" && text.starts_with("# Databricks notebook source");
    let is_dockerfile =
        name.starts_with("dockerfile") || name.starts_with("containerfile") || end == "dockerfile";
    let is_terraform = ["tf", "tfvars", "tfstate", "hcl"].contains(&end)
        || name.ends_with(".tfvars.json")
        || name.ends_with(".tf.json");
    let is_collection = ["http", "rest", "bru", "har"].contains(&end)
        || name.ends_with(".postman_collection.json")
        || name.ends_with(".postman_environment.json")
        || is_data && COLLECTIONS.iter().any(|word| text.contains(word));
    let is_crontab = end == "crontab" || end == "cron" || name == "crontab";
    let is_other = OTHERS.contains(&end) || names_any(shebang, &FOREIGN_PROGRAMS);
    let kinds = [
        (DOT_NET.contains(&end), Foreign::DotNet),
        (is_notebook, Foreign::Notebook),
        (is_dockerfile, Foreign::Dockerfile),
        (is_terraform, Foreign::Terraform),
        (is_collection, Foreign::Collection),
        (is_crontab, Foreign::Crontab),
        (is_other, Foreign::Other),
    ];
    let first = kinds.into_iter().find(|(is_it, _)| *is_it);
    first.map(|(_, kind)| kind)
}

fn by_end(name: &str, end: &str) -> Option<Language> {
    Some(match end {
        "ps1" | "psm1" | "psd1" => Language::PowerShell,
        "sh" | "bash" | "zsh" | "ksh" | "profile" | "bashrc" | "zshrc" => Language::Shell,
        "bat" | "cmd" => Language::Batch,
        "py" | "pyw" => Language::Python,
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx" => Language::JavaScript,
        "json" | "jsonc" | "json5" => Language::Json,
        "yml" | "yaml" => Language::Yaml,
        "toml" => Language::Toml,
        "env" | "ini" | "properties" | "conf" | "cfg" => Language::DotEnv,
        _ if name.starts_with(".env.") || name.starts_with("env.") => Language::DotEnv,
        _ => return None,
    })
}

fn names_any(line: &str, programs: &[&str]) -> bool {
    programs.iter().any(|program| line.contains(program))
}

fn by_program(first: &str) -> Option<Language> {
    if names_any(first, &["pwsh", "powershell"]) {
        return Some(Language::PowerShell);
    }
    if names_any(first, &["python"]) {
        return Some(Language::Python);
    }
    if names_any(first, &["node", "deno", "bun"]) {
        return Some(Language::JavaScript);
    }
    let is_shell = first.trim_end().ends_with("sh")
        || names_any(first, &["sh ", "bash", "zsh", "ksh", "dash"]);
    is_shell.then_some(Language::Shell)
}

/// Only what is nothing else: every line is a setting, or the whole begins and ends as JSON does.
fn by_text(text: &str) -> Option<Language> {
    let whole = text.trim();
    if whole.starts_with('{') && whole.ends_with('}') {
        return Some(Language::Json);
    }
    let mut lines = whole
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']))
        .peekable();
    (lines.peek().is_some() && lines.all(is_setting)).then_some(Language::DotEnv)
}

/// `NAME=value`, `export NAME=value`, `[section]`.
fn is_setting(line: &str) -> bool {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let is_section =
        line.starts_with('[') && line.ends_with(']') && !line.contains(['"', '{', ',', '\'']);
    let name = line.split_once('=').map(|(name, _)| name.trim_end());
    is_section
        || name.is_some_and(|name| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts() {
        for (name, text, language) in [
            ("a.ps1", "", Language::PowerShell),
            (".env", "", Language::DotEnv),
            (".env.production", "", Language::DotEnv),
            ("settings.toml", "[a]\n", Language::Toml),
            ("job", "#!/usr/bin/env python3\n", Language::Python),
            ("job", "#!/bin/sh\n", Language::Shell),
            ("settings", "# x\n[graph]\npassword = a\n", Language::DotEnv),
            ("settings", "{\"a\": 1}\n", Language::Json),
        ] {
            assert_eq!(Language::of(name, text), Ok(language), "{name}");
        }
        for (name, text, foreign) in [
            ("Program.cs", "", Foreign::DotNet),
            ("app.config", "<a/>", Foreign::DotNet),
            ("report.ipynb", "{}", Foreign::Notebook),
            (
                "graph.json",
                "{\"info\": {\"schema\": \"https://schema.getpostman.com/x\"}}",
                Foreign::Collection,
            ),
            ("Dockerfile", "FROM x", Foreign::Dockerfile),
            ("main.tf", "", Foreign::Terraform),
            ("terraform.tfvars", "a = 1", Foreign::Terraform),
            ("jobs.crontab", "A=b\n", Foreign::Crontab),
            ("job", "#!/usr/bin/perl\nPASSWORD='x'\n", Foreign::Other),
            ("notes.txt", "PASSWORD=x\n", Foreign::Other),
            ("job", "$password = 'x'\n", Foreign::Unknown),
            ("job", "[1, 2]\n", Foreign::Unknown),
            ("job", "curl -d password=x\n", Foreign::Unknown),
        ] {
            assert_eq!(Language::of(name, text), Err(foreign), "{name}");
        }
    }
}
