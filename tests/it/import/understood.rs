//! The files that `samples` imports, one sign-in each, with their content. No test.

use super::{CLIENT_SECRET, PASSWORD};

pub(super) struct Sample {
    pub(super) file: &'static str,
    pub(super) password: &'static str,
    pub(super) client_secret: &'static str,
    /// Flags for facts that the file does not have.
    pub(super) more: &'static [&'static str],
    pub(super) says: &'static [&'static str],
}

pub(super) const PLAIN: Sample = Sample {
    file: "",
    password: PASSWORD,
    client_secret: CLIENT_SECRET,
    more: &[],
    says: &["holds neither secret"],
};

pub(super) const TOKEN: &str = "replaces the token request";
pub(super) const BY_HAND: &str = "to replace it by hand, put this in place of the token";

/// Files that hold one sign-in.
pub(super) const UNDERSTOOD: &[Sample] = &[
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
    // A secret in a comment is never used; if it is the stored one, `import` removes it too, and
    // names another one.
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
