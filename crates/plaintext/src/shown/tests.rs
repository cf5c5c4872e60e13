//! What of a file a person sees: no secret, and every line that changes.

use crate::{HOSTS, Shown, scan, sign_in};

const SECRET: &str = "Xx8~made.up-secret-value-000000000000000";

/// A file before and after the edit that takes this secret and `SECRET` out.
fn shown(name: &str, text: &str, password: &str) -> (Shown, Shown) {
    let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let identity = sign_in(&[SECRET, password]);
    let new = scan.rewrite(&identity, &(1..=usize::MAX));
    scan.shown(&new, &identity)
}

/// Texts that no reader understands, each with a secret in it: `PW` is put in its place.
const UNCLEAR: [(&str, &str); 15] = [
    ("x.yaml", "client_secret: [[S]]\ndb_password: PW password\n"),
    ("x.env", "CLIENT_SECRET=[[S]]\nPASSWORD=\"PW$x\"\n"),
    ("x.env", "CLIENT_SECRET=[[S]]\nPASSWORD=PW#1\n"),
    (
        "x.py",
        "import os\nsecret = '[[S]]'\nPASSWORD = os.environ.get('P') or 'PW'\n",
    ),
    (
        "x.py",
        "secret = '[[S]]'\nu, p = 'a@b.example:PW'.split(':')\nd = {'password': p}\n",
    ),
    (
        "x.py",
        "secret = '[[S]]'\ntext = '''\n  PW\n'''\nd = {'password': text.strip()}\n",
    ),
    (
        "x.ps1",
        "$secret = '[[S]]'\n$password = \"PW $env:COMPUTERNAME\"\n",
    ),
    (
        "x.ps1",
        "$secret = '[[S]]'\n& ./get.ps1 -Password PW -ClientSecret $secret\n",
    ),
    (
        "x.ps1",
        "$secret = '[[S]]'\n$c = '{ \"p\": \"PW\" }' | ConvertFrom-Json\n$b = @{ password = $c.p }\n",
    ),
    (
        "x.sh",
        "SECRET='[[S]]'\n: \"${SVC_PASS:=PW}\"\ncurl -d \"password=$SVC_PASS\" $U\n",
    ),
    (
        "x.sh",
        "SECRET='[[S]]'\nread -r u p <<< 'a@b.example:PW'\ncurl -d \"password=$p\" $U\n",
    ),
    (
        "x.sh",
        "SECRET='[[S]]'\nwhile read -r p; do curl -d \"password=$p\" $U; done <<'E'\nPW\nE\n",
    ),
    ("x.yaml", "client_secret: [[S]]\npassword: !vault PW\n"),
    (
        "x.js",
        "const secret = '[[S]]';\nconst password = p ?? `PW${n}`;\n",
    ),
    (
        "x.json",
        "{ \"clientSecret\": \"[[S]]\",\n \"passwordBase64\": \"PW\" }\n",
    ),
];

/// Secrets of any look.
const LOOKS: [&str; 6] = [
    "Grau-Wolke.7719z",
    "Gr@u/Wolke7719",
    "grauewolke",
    "graue wolke ueber",
    "GRAUWOLKE",
    "77197719",
];

#[test]
fn what_no_reader_understands_is_hidden_whatever_it_looks_like() {
    for (name, text) in UNCLEAR {
        for secret in LOOKS {
            let text = text.replace("[[S]]", SECRET).replace("PW", secret);
            let (before, after) = shown(name, &text, "another one");
            for line in before.lines.iter().chain(&after.lines) {
                for word in secret.split(' ') {
                    assert!(!line.contains(word), "{name}: {secret}: {line}");
                }
                assert!(!line.ends_with(" password"), "{name}: {line}");
            }
            // The control: what is no secret is shown.
            let all = before.lines.join("\n").to_lowercase();
            assert!(all.contains("secret"), "{name}: {all}");
        }
    }
}

#[test]
fn secrets_of_others_are_hidden_beside_a_sign_in_that_is_known() {
    let other = "Zaun-Kirsche.88f";
    for (name, text) in [
        (
            "x.env",
            "DATABASE_URL=postgres://reports:[[O]]@db1/reports\n",
        ),
        ("x.env", "# rotated, before: [[O]]\n"),
        ("x.env", "TOKEN=[[O]]\n"),
        ("x.ps1", "$c = \"Server=sql1;User Id=sa;Password=[[O]];\"\n"),
        ("x.ps1", "$k = 1 # alt: [[O]]\n"),
        ("x.ps1", "$k = 'aB3$dEf(9)hI-[[O]]'\n"),
        ("x.sh", "mysql -u reports -p[[O]] -h db1\n"),
        ("x.sh", "psql \"postgres://reports:[[O]]@db1/reports\"\n"),
        ("x.yaml", "other: x # bis Mai [[O]]\n"),
        (
            "x.py",
            "OTHER = {\"pin\": \"4711-0815\", \"p\": \"[[O]]\"}\n",
        ),
        ("x.py", "api_key = \"grauewolke\" + \"[[O]]\"\n"),
    ] {
        let names = match name {
            "x.yaml" => "password: Grau-Pw1\n",
            "x.ps1" => "$password = 'Grau-Pw1'\n",
            _ => "password=\"Grau-Pw1\"\n",
        };
        let text = format!("{names}{}", text.replace("[[O]]", other));
        let (before, after) = shown(name, &text, "Grau-Pw1");
        for line in before.lines.iter().chain(&after.lines) {
            for secret in [other, "4711-0815", "grauewolke", "Grau-Pw1", "aB3$"] {
                assert!(!line.contains(secret), "{name}: {line}");
            }
        }
    }
}

#[test]
fn a_line_that_changes_has_another_number_even_if_both_look_the_same() {
    let text = "while read -r p; do\ncurl -d 'client_secret=[[S]]' -d \"password=$p\" $U\ndone <<'E'\nPW\nE\n";
    let (before, after) = shown("x.sh", &text.replace("[[S]]", SECRET), "another one");
    assert_ne!(before.numbers[1], after.numbers[1]);
    assert_eq!(before.numbers[0], after.numbers[0]);
    assert!(
        before.lines[1].contains("client_secret=[hidden]"),
        "{before:?}"
    );
    assert!(after.lines[1].contains("'client_secret='"), "{after:?}");
}

#[test]
fn what_a_reader_understands_stays_readable() {
    let text = "$tenant = 'contoso.example'\n$password = 'Grau-Pw1'\n\
                $u = \"https://login.microsoftonline.com/$tenant/oauth2/v2.0/token\"\n\
                $b = @{ grant_type = 'password'; username = 'a@b.example'; password = $password }\n\
                Invoke-RestMethod 'https://graph.microsoft.com/v1.0/me' -Headers @{ Authorization = \"Bearer $t\" }\n";
    let (before, _) = shown("x.ps1", text, "Grau-Pw1");
    assert_eq!(
        before.lines.join("\n") + "\n",
        text.replace("Grau-Pw1", "[hidden]")
    );
}
