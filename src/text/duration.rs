//! Lengths of time for messages. Never for a flag or for another program.

use super::language::Language;
use std::time::Duration;

/// `1h 5m` for a number of seconds.
pub(crate) fn in_words(language: Language, seconds: u64) -> String {
    let text = humantime::format_duration(Duration::from_secs(seconds)).to_string();
    match language {
        Language::English => text,
        Language::Japanese => text
            .split(' ')
            .map(japanese_time)
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// `5 分` for `5m`.
fn japanese_time(text: &str) -> String {
    let (number, unit) = text.split_at(
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let unit = match unit.trim_end_matches('s') {
        "year" => "年",
        "month" => "か月",
        "day" => "日",
        "h" => "時間",
        "m" => "分",
        // The seconds themselves are one `s`.
        _ => "秒",
    };
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_well() {
        assert_eq!(in_words(Language::English, 3900), "1h 5m");
        let japanese: Vec<String> = ["2days", "1day", "1h", "5m", "7s", "0s"]
            .map(japanese_time)
            .to_vec();
        assert_eq!(japanese, ["2 日", "1 日", "1 時間", "5 分", "7 秒", "0 秒"]);
    }
}
