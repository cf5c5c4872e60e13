//! The shell that a person types a hint into: how it sets and unsets variables and pipes an error.
//! Texts of commands only, it runs nothing; a leaf.

use crate::environment::Environment;

/// The shell of a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// `PowerShell`, on every system.
    PowerShell,
    /// `cmd.exe`.
    Cmd,
    /// `sh`, `bash`, `zsh` and others like them.
    Sh,
}

impl Shell {
    /// The shell that started ropc, as its variables show. `PowerShell` sets `PSModulePath`; on
    /// Windows that is also a variable of the whole system, to which only `PowerShell` itself adds
    /// the modules of the user. Shells from elsewhere set `SHELL` there.
    pub fn of(env: &Environment, on_windows: bool) -> Self {
        let modules = env
            .text("PSModulePath")
            .unwrap_or_default()
            .to_ascii_lowercase();
        let is_users = ["\\documents\\", "\\powershell\\"]
            .iter()
            .any(|part| modules.contains(part));
        match on_windows {
            false if modules.is_empty() => Self::Sh,
            false => Self::PowerShell,
            true if is_users => Self::PowerShell,
            true if env.get("SHELL").is_some() => Self::Sh,
            true => Self::Cmd,
        }
    }

    /// The command that unsets these variables.
    pub fn unset(self, names: &[&str]) -> String {
        match self {
            Self::Sh => format!("unset {}", names.join(" ")),
            Self::PowerShell => format!("Remove-Item Env:{}", names.join(", Env:")),
            Self::Cmd => format!("set {}=", names.join("=& set ")),
        }
    }

    /// The command that sets a variable for the programs started after it. The value holds no
    /// quotes.
    pub fn set(self, name: &str, value: &str) -> String {
        match self {
            Self::Sh => format!("export {name}={value}"),
            Self::PowerShell => format!("$env:{name} = '{value}'"),
            Self::Cmd => format!("set {name}={value}"),
        }
    }

    /// The command that gives the last error to `ropc explain`.
    pub fn explain_error(self) -> &'static str {
        match self {
            Self::PowerShell => "Get-Error | ropc explain",
            Self::Sh | Self::Cmd => "ropc explain < error.txt",
        }
    }

    /// The text as one word of a command line, quoted where necessary.
    pub fn word(self, text: &str) -> String {
        let is_plain = |c: char| c.is_alphanumeric() || "_-./:@%+=\\~".contains(c);
        // At the beginning: a home, zsh's path of a program, a variable of `PowerShell`.
        let is_special = text.starts_with(['~', '=', '@']);
        if !text.is_empty()
            && !is_special
            && text.chars().all(is_plain)
            && (self != Self::Sh || !text.contains('\\'))
        {
            return text.to_owned();
        }
        self.literal(text)
    }

    /// The text in quotation marks. `PowerShell` takes typographic ones for `'`, so they are
    /// doubled too.
    pub fn literal(self, text: &str) -> String {
        let is_mark = |c: char| matches!(c, '\'' | '\u{2018}'..='\u{201b}');
        match self {
            Self::Sh => format!("'{}'", text.replace('\'', "'\\''")),
            Self::PowerShell => {
                let mut doubled = String::with_capacity(text.len());
                for character in text.chars() {
                    doubled.extend(is_mark(character).then_some(character));
                    doubled.push(character);
                }
                format!("'{doubled}'")
            }
            Self::Cmd => format!("\"{}\"", text.replace('"', "\"\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shell_is_known_by_its_variables() {
        let of = |pairs: &[(&str, &str)], windows| {
            Shell::of(&Environment::from_pairs(pairs.iter().copied()), windows)
        };
        assert_eq!(of(&[], false), Shell::Sh);
        assert_eq!(
            of(
                &[("PSModulePath", "/home/a/.local/share/powershell/Modules")],
                false
            ),
            Shell::PowerShell
        );
        let system = concat!(
            r"C:\Program Files\WindowsPowerShell\Modules;",
            r"C:\Windows\system32\WindowsPowerShell\v1.0\Modules"
        );
        assert_eq!(
            of(&[("PSModulePath", system)], true),
            Shell::Cmd,
            "every program has that"
        );
        for own in [
            r"C:\Users\a\Documents\PowerShell\Modules;",
            r"C:\Users\a\Documents\WindowsPowerShell\Modules;",
        ] {
            assert_eq!(
                of(&[("PSModulePath", &format!("{own}{system}"))], true),
                Shell::PowerShell
            );
        }
        assert_eq!(
            of(
                &[("SHELL", "/usr/bin/bash"), ("PSModulePath", system)],
                true
            ),
            Shell::Sh
        );
    }

    #[test]
    fn each_says_it_in_its_own_way() {
        let all = [Shell::Sh, Shell::PowerShell, Shell::Cmd];
        assert_eq!(
            all.map(|s| s.unset(&["A", "B"])),
            ["unset A B", "Remove-Item Env:A, Env:B", "set A=& set B="]
        );
        assert_eq!(
            all.map(|s| s.set("A", "b,c")),
            ["export A=b,c", "$env:A = 'b,c'", "set A=b,c"]
        );
        assert_eq!(all.map(|s| s.word("./job.ps1")), ["./job.ps1"; 3]);
        assert_eq!(
            all.map(|s| s.word("it's")),
            ["'it'\\''s'", "'it''s'", "\"it's\""]
        );
        assert_eq!(
            all.map(|s| s.word("~a")),
            ["'~a'", "'~a'", "\"~a\""],
            "a file, not a home"
        );
        assert_eq!(
            all.map(|s| s.word("a $(id) `id`.sh")),
            [
                "'a $(id) `id`.sh'",
                "'a $(id) `id`.sh'",
                "\"a $(id) `id`.sh\""
            ]
        );
        assert_eq!(
            all.map(|s| s.word("a\" & b \"c")),
            ["'a\" & b \"c'", "'a\" & b \"c'", "\"a\"\" & b \"\"c\""]
        );
        assert_eq!(
            all.map(|s| s.literal("a\u{2019}b")),
            ["'a\u{2019}b'", "'a\u{2019}\u{2019}b'", "\"a\u{2019}b\""]
        );
        assert!(
            all.iter()
                .all(|s| *s != Shell::PowerShell || !s.explain_error().contains('<'))
        );
    }
}
