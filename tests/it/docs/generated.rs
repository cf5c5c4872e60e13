//! The pages that come from the program, in both languages: its help, and what `explain` says of
//! every code. `ROPC_UPDATE_GOLDEN=1 cargo test --test it -- docs::` writes them again.

use super::{page, root, ropc};
use clap::CommandFactory;
use std::fmt::Write;

const MARK: &str = "<!-- Written by tests/it/docs/generated.rs: ROPC_UPDATE_GOLDEN=1 cargo test --test it -- docs:: -->";

fn compare(name: &str, text: &str) {
    if std::env::var_os("ROPC_UPDATE_GOLDEN").is_some() {
        std::fs::write(root().join(name), text).unwrap();
    }
    let kept = page(name);
    let at = kept
        .lines()
        .zip(text.lines())
        .take_while(|(kept, now)| kept == now)
        .count();
    assert!(
        kept == text,
        "{name}, line {}: the program says something else (ROPC_UPDATE_GOLDEN=1 accepts it)\n{:?}\n{:?}",
        at + 1,
        kept.lines().nth(at),
        text.lines().nth(at)
    );
}

/// The verbs that a person sees, in the order of the help.
fn verbs() -> Vec<String> {
    ropc::cli::Cli::command()
        .get_subcommands()
        .filter(|verb| !verb.is_hide_set())
        .map(|verb| verb.get_name().to_owned())
        .collect()
}

/// The help without the flags that every verb takes, which the page has once.
fn without_everywhere(help: &str, heading: &str) -> String {
    let mut kept = Vec::new();
    let mut inside = false;
    for line in help.lines() {
        if line.starts_with(heading) {
            inside = true;
        } else if inside && !line.is_empty() && !line.starts_with(' ') {
            inside = false;
        }
        if !inside {
            kept.push(line.trim_end());
        }
    }
    kept.join("\n")
}

#[test]
fn the_reference_of_the_verbs_is_their_help() {
    for (language, name, title, intro, everywhere) in [
        (
            "en",
            "docs/reference/commands.md",
            "Verbs and flags",
            "This is what `ropc VERB --help` says. [Verbs in detail](verbs.md) has more about some flags. The flags under\n\"Everywhere\" go with every verb. Prompts appear only at a terminal. Where there is none, or with `--no-input`, missing answers\nare an error that names every flag.",
            "Everywhere:",
        ),
        (
            "ja",
            "docs/ja/reference/commands.md",
            "コマンドとフラグ",
            "`ropc VERB --help` が表示する内容です。一部のフラグの詳細は[コマンドの詳細](verbs.md)にあります。「共通のオプション」のフラグは、どのコマンドでも使えます。質問が表示されるのは端末だけです。端末がない場合や `--no-input` を付けた場合は、不足している答えがエラーになり、必要なフラグがすべて示されます。",
            "共通のオプション:",
        ),
    ] {
        let mut text = format!("{MARK}\n\n# {title}\n\n{intro}\n\n## ropc\n");
        let whole = ropc(&["--help"], language);
        assert!(whole.contains(everywhere), "{whole}");
        let tidy: Vec<&str> = whole.lines().map(str::trim_end).collect();
        write!(text, "\n```text\n{}\n```\n", tidy.join("\n").trim_end()).unwrap();
        for verb in verbs() {
            let help = ropc(&[&verb, "--help"], language);
            let help = without_everywhere(&help, everywhere);
            write!(
                text,
                "\n## ropc {verb}\n\n```text\n{}\n```\n",
                help.trim_end()
            )
            .unwrap();
        }
        compare(name, &text);
    }
}

/// What `explain` says of one code, as a section: the first line has the code and the title, the
/// steps are indented, and every other line is a label and its text.
fn section(said: &str) -> String {
    let mut lines = said.lines();
    let (code, title) = lines.next().unwrap().split_once(": ").unwrap();
    let mut text = format!("\n## {code}\n\n{title}\n\n");
    for line in lines {
        let mark = if line.starts_with(' ') { "" } else { "- " };
        writeln!(text, "{mark}{}", line.replace('<', "&lt;")).unwrap();
    }
    text
}

#[test]
fn the_page_of_the_codes_is_what_explain_says() {
    let mut codes: Vec<u32> = entra_codes::all().iter().map(|entry| entry.first).collect();
    codes.sort_unstable();
    assert!(codes.len() > 100, "{}", codes.len());
    let asked: Vec<String> = codes.iter().map(u32::to_string).collect();
    for (language, name, title, intro) in [
        (
            "en",
            "docs/troubleshooting/codes.md",
            "Codes of Entra",
            "This is what `ropc explain CODE` says, offline: what a code means for a password sign-in, who fixes it, and what `ropc` does.\nThe message of a refusal has the trace and correlation ids with which a tenant admin finds the sign-in.",
        ),
        (
            "ja",
            "docs/ja/troubleshooting/codes.md",
            "Entra のコード",
            "`ropc explain CODE` がオフラインで表示する内容です。パスワードによるサインインでのコードの意味、対処する人、`ropc` の動作を示します。拒否のメッセージには、テナント管理者がサインインを探すためのトレース ID と関連付け ID があります。",
        ),
    ] {
        let said = ropc(&["explain", &asked.join(" ")], language);
        let mut text = format!("{MARK}\n\n# {title}\n\n{intro}\n");
        for one in said.trim_end().split("\n\n") {
            text += &section(one);
        }
        assert_eq!(text.matches("\n## AADSTS").count(), codes.len());
        compare(name, &text);
    }
    assert!(
        ropc(&["explain", "99999"], "en").contains("not in the table"),
        "the control"
    );
}
