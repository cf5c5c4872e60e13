//! The language of this run.

use crate::environment::Environment;
use crate::os;
use crate::text::Language;

/// The language for people: `ROPC_LANG`, else the locale (Unix) or the language of the user
/// interface (Windows), else English. `Err` holds a `ROPC_LANG` that names no known language.
pub(super) fn language(env: &Environment) -> Result<Language, String> {
    match env.get("ROPC_LANG") {
        Some(wish) => wish
            .to_str()
            .and_then(Language::of_locale)
            .ok_or_else(|| wish.to_string_lossy().into_owned()),
        None => Ok(os::locale(env)
            .and_then(|name| Language::of_locale(&name))
            .unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_comes_from_one_variable_or_from_the_locale() {
        let of = |pairs: &[(&str, &str)]| language(&Environment::from_pairs(pairs.iter().copied()));
        assert_eq!(of(&[("ROPC_LANG", "ja")]), Ok(Language::Japanese));
        assert_eq!(
            of(&[("ROPC_LANG", "en"), ("LC_ALL", "ja_JP.UTF-8")]),
            Ok(Language::English)
        );
        assert_eq!(
            of(&[("ROPC_LANG", "fr"), ("LC_ALL", "ja_JP.UTF-8")]),
            Err("fr".to_owned())
        );
        if os::IS_WINDOWS {
            return;
        }
        assert_eq!(language(&Environment::default()), Ok(Language::English));
        assert_eq!(of(&[("LANG", "ja_JP.UTF-8")]), Ok(Language::Japanese));
        assert_eq!(
            of(&[("LANG", "ja_JP.UTF-8"), ("LC_MESSAGES", "C")]),
            Ok(Language::English)
        );
        assert_eq!(
            of(&[
                ("LANG", "C"),
                ("LC_MESSAGES", "ja_JP.UTF-8"),
                ("LC_ALL", "")
            ]),
            Ok(Language::Japanese)
        );
        assert_eq!(
            of(&[("LC_ALL", "fr_FR.UTF-8"), ("LANG", "ja_JP.UTF-8")]),
            Ok(Language::English)
        );
        assert_eq!(
            of(&[("ROPC_LANG", ""), ("LANG", "ja_JP.eucJP")]),
            Ok(Language::English)
        );
    }
}
