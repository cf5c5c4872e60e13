//! Whole files through `scan` and `rewrite`: the published example, and text that means to break
//! the readers.

use super::*;

/// The published example.
const EXAMPLE: &str = include_str!("../../../tests/it/import/samples/example.ps1");

/// `Field=value@line` for each finding that is in use.
fn shown(scan: &Scan) -> Vec<String> {
    let live = scan.findings.iter().filter(|f| !f.commented);
    live.map(|f| format!("{:?}={}@{}", f.field, f.text(), f.line))
        .collect()
}

fn rewritten(text: &str, name: &str, secrets: &[&str]) -> String {
    let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let scopes = scan
        .findings
        .iter()
        .filter(|f| f.field == Field::Scope)
        .map(|f| f.text().to_owned());
    let scopes: Vec<String> = scopes.collect();
    let new = scan.rewrite(
        &Identity {
            scopes: &scopes,
            ..sign_in(secrets)
        },
        &(1..=usize::MAX),
    );
    assert_eq!(new.remains, Vec::<usize>::new());
    String::from_utf8(new.apply(text.as_bytes()).unwrap().to_vec()).unwrap()
}

#[test]
fn the_published_example() {
    let found = scan(EXAMPLE.as_bytes(), "report.ps1", &HOSTS).unwrap();
    assert_eq!(
        shown(&found),
        [
            "Tenant=7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11@2",
            "ClientId=3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901@3",
            "ClientSecret=Xx8~made.up-secret-value-000000000000000@4",
            "Scope=user.readbasic.all team.create@5",
            "Username=svc-report@contoso.example@6",
            "Password=made-up Password & 100%@7",
            "Authority=https://login.microsoftonline.com@9",
        ]
    );
    assert!(found.unclear.is_empty(), "{:?}", found.unclear);
    let secrets = [
        "Xx8~made.up-secret-value-000000000000000",
        "made-up Password & 100%",
    ];
    assert_eq!(
        rewritten(EXAMPLE, "report.ps1", &secrets),
        "# Nightly user report. The shape in which such scripts are found: everything in plain text at the top.\n\n\
         Connect-MgGraph -AccessToken ($env:GRAPH_ACCESS_TOKEN | ConvertTo-SecureString -AsPlainText -Force)\nGet-MgUser\n"
    );
    let windows = EXAMPLE.replace('\n', "\r\n");
    assert!(
        !rewritten(&windows, "report.ps1", &secrets)
            .replace("\r\n", "")
            .contains(['\r', '\n'])
    );
}

#[test]
fn nothing_of_a_file_is_in_a_debug_text() {
    let secrets = [
        "Xx8~made.up-secret-value-000000000000000",
        "made-up Password & 100%",
    ];
    let found = scan(EXAMPLE.as_bytes(), "report.ps1", &HOSTS).unwrap();
    let tokens = powershell::lex::lex(EXAMPLE, 0..EXAMPLE.len());
    let read = powershell::read::read(&tokens.list, EXAMPLE);
    let new = found.rewrite(&sign_in(&secrets), &(1..=usize::MAX));
    let shown = format!(
        "{found:?}{:?}{tokens:?}{read:?}{new:?}{:?}",
        found.source, found.decoded
    );
    assert!(
        shown.contains("ClientSecret in line 4"),
        "the control: {shown}"
    );
    for secret in secrets {
        assert!(
            !shown.contains(secret) && !shown.contains(&secret[..12]),
            "{shown}"
        );
    }
}

#[test]
fn other_languages() {
    let secrets = ["Secret-Pw1", "Secret-Cs1"];
    for (name, text, expected) in [
        (
            ".env",
            "A=1\nCLIENT_SECRET=Secret-Cs1\nexport PASSWORD=\"Secret-Pw1\" # x\nB=2\n",
            "A=1\nB=2\n",
        ),
        (
            "x.json",
            "{\"a\": {\"password\": \"Secret-Pw1\", \"n\": 1}}",
            "{\"a\": {\"password\": \"\", \"n\": 1}}",
        ),
        (
            "x.yaml",
            "a:\n  password: Secret-Pw1 # x\n  b: 'Secret-Cs1'\n",
            "a:\n  password: \"\" # x\n  b: ''\n",
        ),
        (
            "x.bat",
            "@echo off\r\nset PASSWORD=Secret-Pw1\r\necho x\r\n",
            "@echo off\r\necho x\r\n",
        ),
    ] {
        assert_eq!(rewritten(text, name, &secrets), expected, "{name}");
    }
}

/// The processor time of this thread, where the system reports it: other programs take none of it.
fn spent() -> std::time::Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    let of_thread = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = of_thread.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), std::time::Duration::from_nanos)
}

#[test]
fn no_text_breaks_a_reader_or_takes_long() {
    let pieces = [
        "$(",
        "\"",
        "'",
        "{",
        "(",
        "[",
        "`",
        "\\",
        "#",
        "$a=",
        "password=",
        "&",
        "@'\n",
        "<#",
        "/*",
        "${",
        "\n",
        "é",
        "f'{",
        "- ",
        "? ",
        "a:",
        "|",
        "/[",
        "<<E\n",
        "%",
    ];
    let names = [
        "x.ps1", ".env", "x.sh", "x.bat", "x.py", "x.js", "x.json", "x.yaml",
    ];
    let started = spent();
    for name in names {
        for first in pieces {
            for second in pieces {
                let text = format!("{first}{second}").repeat(12);
                let found = scan(text.as_bytes(), name, &HOSTS).unwrap();
                let _ = found.rewrite(&sign_in(&["a"]), &(1..=usize::MAX));
            }
        }
    }
    let needed = spent().saturating_sub(started);
    assert!(needed.as_secs() < 120, "{needed:?}");
}

#[test]
fn a_long_text_is_read_in_time() {
    for name in [
        "x.ps1", ".env", "x.sh", "x.bat", "x.py", "x.js", "x.json", "x.yaml",
    ] {
        for piece in [
            "$a=(",
            "password='x'\n",
            "\"$(",
            "$a='x'+",
            "/[=",
            "a=b ",
            "`${",
            "- ",
        ] {
            let started = spent();
            let text = piece.repeat(16 * 1024 / piece.len());
            let _ = scan(text.as_bytes(), name, &HOSTS).unwrap();
            let needed = spent().saturating_sub(started);
            assert!(needed.as_secs() < 2, "{name} {piece}: {needed:?}");
        }
    }
}

/// Lines of which each names the one above a hundred times.
fn names_of_names(first: &str, line: impl Fn(usize) -> String) -> String {
    let lines: Vec<String> = (1..8).map(line).collect();
    format!("{first}\n{}\n", lines.join("\n"))
}

/// Functions of which each calls the one above twice.
fn calls_of_calls(first: &str, function: impl Fn(usize) -> String) -> String {
    let functions: Vec<String> = (1..60).map(function).collect();
    format!("{first}\n{}\n", functions.join("\n"))
}

const ADDRESS: &str = "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token";

/// Values that would fill the stack or the memory if a reader followed them to their end.
fn long_values() -> Vec<(&'static str, String)> {
    let anchor = format!("a: &a {}\n", "x".repeat(200_000));
    let powershell = names_of_names("$a0 = 'x'", |n| {
        format!("$a{n} = \"{}\"", format!("$a{}", n - 1).repeat(100))
    });
    let shell = names_of_names("A0=x", |n| {
        format!("A{n}=\"{}\"", format!("${{A{}}}", n - 1).repeat(100))
    });
    let values = "PASSWORD=$A\n".repeat(2_000);
    vec![
        ("path.ps1", format!("$a = $b{}", ".c".repeat(100_000))),
        ("keys.ps1", format!("$a = $b{}", "['c']".repeat(10_000))),
        ("path.js", format!("a = b{}", ".c".repeat(30_000))),
        ("keys.py", format!("a = b{}", "['c']".repeat(20_000))),
        ("new.js", format!("a = {}b", "new ".repeat(50_000))),
        ("await.py", format!("a = {}b", "await ".repeat(50_000))),
        (
            "names.ps1",
            format!("{powershell}irm \"$a7{ADDRESS}\" -Body @{{ password = $a7 }}\n"),
        ),
        (
            "names.sh",
            format!("{shell}curl -d \"password=$A7\" \"$A7{ADDRESS}\"\n"),
        ),
        ("names.env", format!("A={}\n{values}", "x".repeat(200_000))),
        (
            "list.yaml",
            format!("{anchor}b: [{}]\n", "*a,".repeat(5_000)),
        ),
        ("keys.yaml", format!("{anchor}{}", "*a : b\n".repeat(2_000))),
        (
            "values.yaml",
            format!("{anchor}{}", "password: *a\n".repeat(2_000)),
        ),
    ]
}

/// Texts whose every line would be compared with all others.
fn long_lists() -> Vec<(&'static str, String)> {
    let shell = calls_of_calls(
        &format!("f0() {{ curl -d grant_type=password -d password=x {ADDRESS}; }}"),
        |n| format!("f{n}() {{ f{0}; f{0}; }}", n - 1),
    );
    let powershell = calls_of_calls(
        &format!("function f0 {{ irm {ADDRESS} -Body @{{ grant_type = 'password' }} }}"),
        |n| format!("function f{n} {{ f{0}; f{0} }}", n - 1),
    );
    let chain: Vec<String> = (1..5_000)
        .map(|n| format!("f{n}() {{ f{}; }}", n - 1))
        .collect();
    vec![
        ("calls.sh", format!("{shell}f59\n")),
        ("calls.ps1", format!("{powershell}f59\n")),
        ("chain.sh", chain.join("\n")),
        ("anchors.yaml", "- &a b\n- *a\n".repeat(2_000)),
        (
            "comments.ini",
            format!("[a]\n{}", "#password=b\n".repeat(5_000)),
        ),
        (
            "comments.json",
            format!("[\n{}]", "// \"password\": 'b'\n".repeat(2_000)),
        ),
        (
            "form.sh",
            format!("curl -d '{}' x\n", "password=x&".repeat(5_000)),
        ),
        ("options.ps1", "irm x=".repeat(5_000)),
        ("variables.ps1", "$a,".repeat(5_000)),
        ("assignments.sh", "A=1 ".repeat(5_000)),
        ("exports.sh", "export ".repeat(5_000)),
        ("backticks.sh", "`a`".repeat(5_000)),
        ("own-path.sh", "\"$0\" ".repeat(5_000)),
        ("line.py", "if a: b;".repeat(5_000)),
        ("imports.py", "import a,".repeat(2_000)),
        ("functions.js", "function a()".repeat(5_000)),
    ]
}

#[test]
fn a_text_that_is_made_to_take_long_does_not() {
    // Followed to their end, these take hours or the whole memory; a busy machine needs a second.
    const MOST: std::time::Duration = std::time::Duration::from_secs(15);
    let mut slow = Vec::new();
    for (name, text) in long_values().into_iter().chain(long_lists()) {
        let started = spent();
        let found = scan(text.as_bytes(), name, &HOSTS).unwrap();
        let _ = found.rewrite(&sign_in(&["Secret-Pw1"]), &(1..=usize::MAX));
        let needed = spent().saturating_sub(started);
        if needed > MOST {
            slow.push((name, needed));
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}
