//! Names, sections and calls of other services, each with a control.

use super::*;
use crate::{HOSTS, Reason, scan};

#[test]
fn names_of_other_services() {
    for name in [
        "DB_PASSWORD",
        "SMTP_USER",
        "smtpPassword",
        "SQLPassword",
        "dbpassword",
        "Sql:Password",
        "PGPASSWORD",
        "MAIL_PASSWORD",
        "proxyUser",
        "BASIC_AUTH_PASSWORD",
        "Vault__Password",
    ] {
        assert!(is_named_in(name), "{name}");
    }
    for name in [
        "GRAPH_PASSWORD",
        "SvcUserPassword",
        "AzureAd__Password",
        "ROPC_USERNAME",
        "populatePassword",
        "certainUser",
        "password",
        "",
    ] {
        assert!(!is_named_in(name), "{name}");
    }
}

/// Files with a password of another service, and the words that make it the user's.
const OF_ANOTHER: [(&str, &str, (&str, &str)); 15] = [
    (".env", "SMTP_PASSWORD=Blau-Pw1\n", ("SMTP_", "")),
    ("x.ini", "[smtp]\npassword = Blau-Pw1\n", ("smtp", "graph")),
    (
        "x.toml",
        "[database]\npassword = \"Blau-Pw1\"\n",
        ("database", "graph"),
    ),
    (
        "x.toml",
        "db = { password = \"Blau-Pw1\" }\n",
        ("db", "graph"),
    ),
    (
        "x.yaml",
        "mail:\n  host: x\n  password: Blau-Pw1\n",
        ("mail", "graph"),
    ),
    (
        "x.yaml",
        "mail: { password: Blau-Pw1 }\n",
        ("mail", "graph"),
    ),
    (
        "x.yaml",
        "sql:\n- name: a\n  password: Blau-Pw1\n",
        ("sql", "graph"),
    ),
    (
        "x.json",
        "{ \"Sql\": { \"Password\": \"Blau-Pw1\" } }\n",
        ("Sql", "AzureAd"),
    ),
    (
        "x.py",
        "c = psycopg2.connect(\n  password=\"Blau-Pw1\")\n",
        ("psycopg2", "graph"),
    ),
    (
        "x.py",
        "smtp = {\"password\": \"Blau-Pw1\"}\n",
        ("smtp", "graph"),
    ),
    (
        "x.js",
        "mysql.create({ password: 'Blau-Pw1' });\n",
        ("mysql", "graph"),
    ),
    (
        "x.ps1",
        "Invoke-Sqlcmd -Password 'Blau-Pw1'\n",
        ("Sqlcmd", "Graph"),
    ),
    (
        "x.ps1",
        "$pw = 'Blau-Pw1'\nInvoke-Sqlcmd -Password $pw\n",
        ("Sqlcmd", "Graph"),
    ),
    (
        "x.ps1",
        "$smtp = @{ Password = 'Blau-Pw1' }\n",
        ("smtp", "graph"),
    ),
    (
        "x.ps1",
        "$smtpPassword = 'Blau-Pw1'\n\
             $s = ConvertTo-SecureString $smtpPassword -AsPlainText -Force\n\
             $c = New-Object PSCredential('a@b.example', $s)\n",
        ("smtpPassword", "password"),
    ),
];

/// The passwords that are taken for the user's, and the lines of those that are not.
fn passwords(name: &str, text: &str) -> (Vec<String>, Vec<usize>) {
    let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let found = scan.findings.iter().filter(|f| f.field == Field::Password);
    let others = scan
        .unclear
        .iter()
        .filter(|u| u.reason == Reason::OfAnother);
    (
        found.map(|f| f.text().to_owned()).collect(),
        others.map(|u| u.line).collect(),
    )
}

#[test]
fn a_password_of_another_service_is_none_of_the_user() {
    for (name, text, control) in OF_ANOTHER {
        let (found, others) = passwords(name, text);
        assert!(
            found.is_empty() && others.len() == 1,
            "{text}: {found:?} {others:?}"
        );
        let (other, graph) = control;
        let (found, others) = passwords(name, &text.replace(other, graph));
        assert!(
            !found.is_empty() && others.is_empty(),
            "the control of {text}"
        );
    }
    // What the name says is more than what is around it.
    let job = "jobs:\n  mail:\n    env:\n      GRAPH_PASSWORD: Grau-Pw1\n";
    assert_eq!(passwords("x.yml", job).0, ["Grau-Pw1"]);
}

#[test]
fn what_a_request_for_a_token_sends_is_the_users_whatever_its_name() {
    let assigned = "$MailPassword = 'Grau-Pw1'\n$SqlPassword = 'Blau-Pw1'\n";
    let python = "SMTP_PASSWORD = 'Grau-Pw1'\nDB_PASSWORD = 'Blau-Pw1'\n";
    let shell = "EMAIL_PASSWORD='Grau-Pw1'\nPGPASSWORD='Blau-Pw1'\n";
    for (name, text) in [
        (
            "x.ps1",
            format!("{assigned}$b = @{{ grant_type = 'password'; password = $MailPassword }}\n"),
        ),
        (
            "x.ps1",
            format!("{assigned}irm $u -Body \"grant_type=password&password=$MailPassword\"\n"),
        ),
        (
            "x.py",
            format!("{python}d = {{'grant_type': 'password', 'password': SMTP_PASSWORD}}\n"),
        ),
        (
            "x.sh",
            format!("{shell}curl -d grant_type=password -d \"password=$EMAIL_PASSWORD\" $U\n"),
        ),
    ] {
        assert_eq!(
            passwords(name, &text),
            (vec!["Grau-Pw1".to_owned()], vec![2]),
            "{text}"
        );
        // The control: where no user signs in, both are of other services.
        let of_app = text
            .replace("'password';", "'client_credentials';")
            .replace("'password',", "'client_credentials',")
            .replace("grant_type=password", "grant_type=client_credentials");
        assert_eq!(passwords(name, &of_app).0, [""; 0], "{of_app}");
    }
}
