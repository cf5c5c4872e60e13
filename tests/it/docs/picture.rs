//! The picture of the README: a person at a terminal runs the real program against the emulator,
//! and what is on the screen becomes an animated SVG. `ROPC_UPDATE_GOLDEN=1 cargo test --test it --
//! docs::picture` writes it again.
//!
//! Left out of the picture are the flags that lead to the emulator, whose address it shows as
//! Entra's. What differs from run to run (times, ids, the home directory) has made-up values.

use super::{page, root};
use crate::support::Sandbox;
use crate::support::pty::Terminal;
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_USER};
use std::fmt::Write;

const FILE: &str = "docs/picture.svg";
/// Cells in a line; longer ones are cut with an ellipsis.
const COLUMNS: usize = 110;
const LINE: usize = 20;

/// What a person types, and what the program shows then.
struct Scene {
    typed: String,
    shown: Vec<String>,
}

/// Runs a command line at a terminal; `answers` are questions and what is typed there.
fn play(sandbox: &Sandbox, args: &[&str], answers: &[(&str, &str)]) -> String {
    let mut terminal = Terminal::start(sandbox.command(args));
    for (question, answer) in answers {
        let is_secret = question.contains("secret") || question.contains("Password");
        terminal.answer(question, answer, is_secret);
    }
    let output = terminal.finish();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Without what differs from run to run.
fn tidy(text: &str, sandbox: &Sandbox) -> Vec<String> {
    let text = text
        .replace(
            &format!("localhost:{}", sandbox.emulator.port()),
            "login.microsoftonline.com",
        )
        .replace(&sandbox.home().display().to_string(), "~")
        .replace("\r\n", "\n");
    let mut lines = Vec::new();
    for line in text.lines() {
        let line = match line.split_once("the token lives ") {
            Some((before, _)) => format!("{before}the token lives 1h 15m 25s"),
            None => line.to_owned(),
        };
        lines.push(cut(&without_ids(&without_age(&without_controls(&line)))));
    }
    lines
}

/// A terminal gets colours; the picture has its own.
fn without_controls(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('\u{1b}') {
        out += &rest[..at];
        let is_end = |c: char| c.is_ascii_alphabetic();
        rest = rest[at..].split_once(is_end).map_or("", |(_, after)| after);
    }
    out + rest
}

/// The local time of an earlier answer, and the span since then.
fn without_age(line: &str) -> String {
    match (line.split_once(", at "), line.split_once(" ago)")) {
        (Some((before, _)), Some((_, after))) => {
            format!("{before}, at 2026-01-15 02:00:07 (5 hours ago){after}")
        }
        _ => line.to_owned(),
    }
}

/// Digits and hexadecimal digits of times and ids: GUIDs, `2026-11-29T02:00:07Z`.
fn without_ids(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let bare = word.trim_end_matches([',', ';', ')']);
        let dashes = bare.matches('-').count();
        let end = &word[bare.len()..];
        if bare.len() == 36 && dashes == 4 {
            format!("5b0a8d4e-1f7f-4d0c-9a77-1a2b3c4d5e6f{end}")
        } else if bare.len() == 20 && bare.ends_with('Z') && dashes == 2 {
            format!("2026-01-15T02:00:07Z{end}")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn cut(line: &str) -> String {
    if line.chars().count() <= COLUMNS {
        return line.to_owned();
    }
    line.chars().take(COLUMNS - 1).chain(['…']).collect()
}

/// Login, a job, a refused password that is held back, and what doctor says of it.
fn scenes(sandbox: &Sandbox) -> Vec<Scene> {
    let facts = sandbox.facts();
    let hidden: Vec<&str> = facts[6..].iter().map(String::as_str).collect();
    let mut login = vec!["login", "--store", "file", "--key-source", "key-file"];
    login.extend(&hidden);
    let questions = [
        ("Tenant (id or domain)", "contoso.example"),
        ("Application (client) id", CONTOSO_CLIENT),
        ("User (UPN)", CONTOSO_USER),
        ("Client secret value", &*sandbox.client_secret),
        ("Password of", &*sandbox.password),
    ];
    let mut scenes = Vec::new();
    let mut scene = |typed: &str, shown: String| {
        scenes.push(Scene {
            typed: typed.to_owned(),
            shown: tidy(&shown, sandbox),
        });
    };
    scene(
        "ropc login --store file --key-source key-file",
        play(sandbox, &login, &questions),
    );
    let job = "echo \"a token for $ROPC_USERNAME\"";
    let shown = play(sandbox, &["exec", "--", "sh", "-c", job], &[]);
    scene(&format!("ropc exec -- sh -c '{job}'"), shown);
    sandbox
        .emulator
        .set_password(CONTOSO_USER, "changed, made-up 1");
    let again = ["exec", "--refresh", "--", "true"];
    scene(
        "ropc exec --refresh -- ./job.sh   # somebody has changed the password",
        first_lines(&play(sandbox, &again, &[]), 3),
    );
    scene(
        "ropc exec --refresh -- ./job.sh   # the next run sends nothing",
        first_lines(&play(sandbox, &again, &[]), 3),
    );
    let report = sandbox.run(&["doctor", "--timeout", "20s"]).stdout;
    let about = report
        .lines()
        .skip_while(|line| !line.starts_with("FAIL  breaker"));
    scene(
        "ropc doctor | grep -A 2 breaker",
        first_lines(&about.collect::<Vec<_>>().join("\n"), 3),
    );
    scenes
}

fn first_lines(text: &str, most: usize) -> String {
    text.lines().take(most).collect::<Vec<_>>().join("\n")
}

/// The lines appear one after the other, typed ones after a pause. Who wants no motion sees all.
fn svg(scenes: &[Scene]) -> String {
    let mut lines = String::new();
    let (mut row, mut time) = (0, 0.5);
    let mut add = |class: &str, text: &str, after: f64| {
        time += after;
        row += 1;
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        writeln!(
            lines,
            "<text class=\"{class}\" x=\"16\" y=\"{}\" style=\"animation-delay:{time:.1}s\">{text}</text>",
            10 + row * LINE
        )
        .unwrap();
    };
    for scene in scenes {
        add("typed", &format!("$ {}", scene.typed), 1.5);
        for line in &scene.shown {
            let class = ["ropc: error", "FAIL"]
                .iter()
                .any(|start| line.starts_with(start));
            add(if class { "error" } else { "said" }, line, 0.4);
        }
    }
    let height = 30 + row * LINE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 {height}\" role=\"img\" aria-label=\"ropc at a terminal\">\n\
         <!-- A real run: tests/it/docs/picture.rs. -->\n\
         <style>\n\
         rect {{ fill: #16181d }}\n\
         text {{ font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; white-space: pre; opacity: 0; animation: show 1ms forwards }}\n\
         .typed {{ fill: #ffffff; font-weight: bold }} .said {{ fill: #b9c0cc }} .error {{ fill: #ff8a80 }}\n\
         @keyframes show {{ to {{ opacity: 1 }} }}\n\
         @media (prefers-reduced-motion: reduce) {{ text {{ opacity: 1; animation: none }} }}\n\
         </style>\n\
         <rect width=\"960\" height=\"{height}\" rx=\"8\"/>\n{lines}</svg>\n"
    )
}

#[test]
fn the_picture_is_a_real_run() {
    let mut sandbox = Sandbox::new();
    sandbox.set_env("TERM", "xterm");
    let now = svg(&scenes(&sandbox));
    for words in [
        "signed in as",
        "a token for",
        "AADSTS50126",
        "is not sent",
        "FAIL  breaker",
    ] {
        assert!(now.contains(words), "{words}: {now}");
    }
    for strange in ["localhost", "127.0.0.1", "/tmp", "emulator"] {
        assert!(!now.contains(strange), "{strange}: {now}");
    }
    if std::env::var_os("ROPC_UPDATE_GOLDEN").is_some() {
        std::fs::write(root().join(FILE), &now).unwrap();
    }
    assert_eq!(page(FILE), now, "ROPC_UPDATE_GOLDEN=1 accepts it");
}
