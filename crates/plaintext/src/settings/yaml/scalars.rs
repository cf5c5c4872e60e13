//! What a scalar of YAML means to the programs that read it.

use crate::bindings::Meaning;
use crate::forms::is_guid;
use crate::placeholder::is_placeholder;
use saphyr_parser::ScalarStyle;
use zeroize::Zeroizing;

/// Words that are a text only in quotation marks.
const TYPED: [&str; 11] = [
    "true", "false", "yes", "no", "on", "off", "y", "n", ".inf", "-.inf", ".nan",
];

/// What a program gets of a value, as far as all programs agree.
pub(super) fn meaning(value: &str, style: ScalarStyle, is_compose: bool) -> Meaning {
    let is_number = value.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && value.replace('_', "").parse::<f64>().is_ok();
    let is_decimal = value.bytes().all(|b| b.is_ascii_digit()) && !value.starts_with('0');
    // Dates, times and numbers with the base 60.
    let is_time = !is_guid(value)
        && value.starts_with(|c: char| c.is_ascii_digit())
        && value.contains([':', '-'])
        && value
            .chars()
            .all(|c| c.is_ascii_digit() || "-:.+TZtz ".contains(c));
    let is_typed = is_number && !is_decimal
        || is_time
        || value.starts_with("0x")
        || value.starts_with("0o")
        || TYPED.contains(&value.to_ascii_lowercase().as_str());
    let variable = value.strip_prefix('$').unwrap_or_default();
    let is_variable = variable.starts_with('[')
        || !variable.is_empty()
            && variable
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    let is_expanded = is_variable || is_compose && value.contains('$') && !is_placeholder(value);
    if style == ScalarStyle::Plain && is_typed || is_expanded {
        return Meaning::Computed;
    }
    Meaning::Text(Zeroizing::new(value.to_owned()))
}
