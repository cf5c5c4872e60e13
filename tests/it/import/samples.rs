//! Files of many kinds: what is in them is stored and taken out, or said not to be understood.
//! Nothing else of a file changes.

use super::{CLIENT_SECRET, PASSWORD, found_in, import, place, sample, sandbox};
use entra_emulator::{CONTOSO_CLIENT, CONTOSO_TENANT, CONTOSO_USER};

struct Sample {
    file: &'static str,
    password: &'static str,
    client_secret: &'static str,
    /// Flags for what the file does not say.
    more: &'static [&'static str],
    says: &'static [&'static str],
}

const PLAIN: Sample = Sample {
    file: "",
    password: PASSWORD,
    client_secret: CLIENT_SECRET,
    more: &[],
    says: &["holds neither secret"],
};

const TOKEN: &str = "replaces the token request";
const BY_HAND: &str = "to replace it by hand, put this in place of the token";

/// Files that hold one sign-in.
const UNDERSTOOD: &[Sample] = &[
    Sample {
        file: "example.ps1",
        says: &[TOKEN, "ropc exec -- pwsh "],
        ..PLAIN
    },
    Sample {
        file: "hashtable-irm.ps1",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "here-string-body.ps1",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "query-string.ps1",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "securestring.ps1",
        says: &[BY_HAND, "use a value that is empty now: 5-6"],
        ..PLAIN
    },
    Sample {
        file: "pscredential-new.ps1",
        says: &[BY_HAND],
        ..PLAIN
    },
    Sample {
        file: "splat.ps1",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "function.ps1",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "settings.psd1",
        says: &[BY_HAND],
        ..PLAIN
    },
    Sample {
        file: "plain.env",
        says: &["ropc exec -- COMMAND"],
        ..PLAIN
    },
    Sample {
        file: "quoted.env",
        ..PLAIN
    },
    Sample {
        file: "settings.json",
        ..PLAIN
    },
    Sample {
        file: "settings.yaml",
        ..PLAIN
    },
    Sample {
        file: "curl.sh",
        says: &[TOKEN, "ropc exec -- bash "],
        ..PLAIN
    },
    Sample {
        file: "curl-body.sh",
        says: &[TOKEN, "ropc exec -- sh "],
        ..PLAIN
    },
    Sample {
        file: "msal.py",
        says: &[TOKEN, "ropc exec -- python3 "],
        ..PLAIN
    },
    Sample {
        file: "requests.py",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "msal.js",
        says: &[TOKEN, "ropc exec -- node "],
        ..PLAIN
    },
    Sample {
        file: "fetch.mjs",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "job.bat",
        ..PLAIN
    },
    // A commented-out secret is never used; where it is the stored one, it goes as well, and
    // another one is named.
    Sample {
        file: "commented.ps1",
        says: &[
            "[hidden, 25 characters] (in a comment: not used)",
            "line 1 still holds another value for password",
        ],
        ..PLAIN
    },
    Sample {
        file: "quotes.ps1",
        password: "a\"b'c`d$e%f{0}",
        says: &["line 5"],
        more: &[],
        ..PLAIN
    },
    Sample {
        file: "doubled.ps1",
        password: "it's \"made\" up's",
        ..PLAIN
    },
    Sample {
        file: "crlf.ps1",
        ..PLAIN
    },
    Sample {
        file: "no-newline.ps1",
        ..PLAIN
    },
    Sample {
        file: "concat.ps1",
        ..PLAIN
    },
    Sample {
        file: "two-tenants.ps1",
        more: &["--lines", "1-6"],
        says: &["another value for password"],
        ..PLAIN
    },
    Sample {
        file: "non-ascii.ps1",
        password: "pässwörd-日本-€",
        ..PLAIN
    },
    Sample {
        file: "twice.ps1",
        says: &["use a value that is empty now: 7"],
        ..PLAIN
    },
    Sample {
        file: "two-passwords.env",
        more: &["--lines", "1-5"],
        says: &["line 4 still holds another value for password"],
        ..PLAIN
    },
    Sample {
        file: "anchors.yaml",
        ..PLAIN
    },
    Sample {
        file: "compose.yml",
        ..PLAIN
    },
    Sample {
        file: "kubernetes.yaml",
        ..PLAIN
    },
    Sample {
        file: "actions.yml",
        says: &[BY_HAND, "use a value that is empty now: 18"],
        ..PLAIN
    },
    Sample {
        file: "curl-user.sh",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "add.ps1",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "append.js",
        says: &[TOKEN],
        ..PLAIN
    },
    Sample {
        file: "escapes.json",
        password: "tab!here-😀",
        client_secret: "a\"b\\c/dé~",
        ..PLAIN
    },
    Sample {
        file: "references.env",
        says: &[
            "line 7  password       not used: put together when",
            "line 8  password       not used: put together when",
        ],
        ..PLAIN
    },
];

#[test]
fn what_a_file_holds_is_stored_and_taken_out() {
    for row in UNDERSTOOD {
        let sandbox = sandbox(row.password, row.client_secret);
        let old = sample(row.file);
        let path = place(&sandbox, row.file, &old);
        let secrets = [row.password, row.client_secret];
        if !["escapes.json", "doubled.ps1", "quotes.ps1", "concat.ps1"].contains(&row.file) {
            assert!(
                !found_in(&old, &secrets[1..]).is_empty(),
                "the control: {} holds what is searched for",
                row.file
            );
        }
        let shown = import(&sandbox, &path, &[row.more, &["--dry-run"]].concat()).expect(0);
        assert_eq!(
            std::fs::read(&path).unwrap(),
            old,
            "{}: `--dry-run` changes nothing",
            row.file
        );
        assert!(
            shown.stdout.is_empty() && shown.stderr.contains("[hidden, "),
            "{}",
            shown.stderr
        );
        assert!(
            shown.stderr.contains("`--write` in place of `--dry-run`"),
            "{}",
            shown.stderr
        );
        assert_eq!(sandbox.emulator.token_requests(), 0, "{}", row.file);
        for says in row
            .says
            .iter()
            .filter(|says| says.contains("that is empty now"))
        {
            assert!(
                shown.stderr.contains(says),
                "{}: `--dry-run` says it as well: {}",
                row.file,
                shown.stderr
            );
        }
        let run = import(&sandbox, &path, &[row.more, &["--write", "--yes"]].concat());
        assert_eq!(run.code, Some(0), "{}: {}", row.file, run.stderr);
        let run = run
            .says(&["signed in as svc-report@contoso.example"])
            .says(row.says);
        let new = std::fs::read(&path).unwrap();
        assert_eq!(
            found_in(&new, &secrets),
            Vec::<&str>::new(),
            "{}:\n{}",
            row.file,
            String::from_utf8_lossy(&new)
        );
        only_the_named_lines_changed(row.file, &old, &new, &run.stderr);
        let requests = sandbox.emulator.requests();
        let sent = requests.last().unwrap();
        assert_eq!(sent.field("password"), Some(row.password), "{}", row.file);
        assert_eq!(
            sent.field("client_secret"),
            Some(row.client_secret),
            "{}",
            row.file
        );
        assert_eq!(
            sent.field("client_id"),
            Some(CONTOSO_CLIENT),
            "{}",
            row.file
        );
        assert_eq!(sent.field("username"), Some(CONTOSO_USER), "{}", row.file);
        assert!(
            sent.path.contains(CONTOSO_TENANT),
            "{}: {}",
            row.file,
            sent.path
        );
        // The stored pair signs in by itself.
        sandbox.run(&["exec", "--refresh", "--", "true"]).expect(0);
    }
}

/// Every line that is not in the list of edited ones is in the new file, in the same order,
/// byte for byte.
fn only_the_named_lines_changed(file: &str, old: &[u8], new: &[u8], stderr: &str) {
    let list = stderr
        .split("is edited (old lines ")
        .nth(1)
        .unwrap_or_else(|| panic!("{file}: {stderr}"));
    let list = list.split(')').next().unwrap();
    let edited: Vec<std::ops::RangeInclusive<usize>> = list
        .split(", ")
        .map(|range| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            from.parse().unwrap()..=to.parse().unwrap()
        })
        .collect();
    let mut left = new.split_inclusive(|b| *b == b'\n');
    for (index, line) in old.split_inclusive(|b| *b == b'\n').enumerate() {
        if !edited.iter().any(|lines| lines.contains(&(index + 1))) {
            assert!(
                left.any(|l| l == line),
                "{file}: line {} is lost or moved",
                index + 1
            );
        }
    }
}

/// Files that hold no sign-in that could be taken: said, with nothing sent and nothing changed.
#[test]
fn what_is_not_understood_is_said_and_left_alone() {
    for (file, code, says) in [
        (
            "computed.ps1",
            3,
            &[
                "line 3  client secret  not used: computed when the script runs",
                "line 5  password       not used: computed",
                "line 2  client id      not used: from a variable",
                "does not understand (lines 3, 5)",
            ][..],
        ),
        (
            "placeholders.env",
            3,
            &["not used: from a variable", "not used: a placeholder"],
        ),
        (
            "interpolated.ps1",
            2,
            &["not used: put together", "`--password-file` is missing"],
        ),
        (
            "format.ps1",
            2,
            &["not used: computed", "`--password-file` is missing"],
        ),
        (
            "two-tenants.ps1",
            3,
            &[
                "holds 2 different values for client secret (lines 3, 10)",
                "--lines FROM-TO",
            ],
        ),
        (
            "two-passwords.env",
            3,
            &[
                "holds 2 different values for password (lines 5-6)",
                "--lines FROM-TO",
            ],
        ),
        ("unclosed.ps1", 3, &["what begins in line 6 never ends"]),
    ] {
        let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
        let path = place(&sandbox, file, &sample(file));
        let before = sandbox.snapshot();
        let run = import(&sandbox, &path, &["--write", "--yes"]);
        assert_eq!(run.code, Some(code), "{file}: {}", run.stderr);
        run.says(says);
        assert_eq!(std::fs::read(&path).unwrap(), sample(file), "{file}");
        assert_eq!(sandbox.snapshot(), before, "{file}: nothing is stored");
        assert_eq!(
            sandbox.emulator.token_requests(),
            0,
            "{file}: nothing is sent"
        );
    }
}
