//! The recipe for mail, run from the page: real msmtp and mbsync with its files, in which only
//! host, port and encryption are those of a small server. It takes a message, or shows an empty
//! mailbox, only with the token of the emulator.

use crate::support::documents::block_that_begins;
use crate::support::{ROPC, Sandbox, needs};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::JoinHandle;

const PAGE: &str = "docs/recipes/mail.md";
const OUTLOOK: &str = "https://outlook.office.com";

/// What a client sent, line by line.
type Spoken = Vec<String>;

/// A server for one client. `answer` has the reply to each line; the server ends with `QUIT` or
/// `LOGOUT`.
fn serve(greeting: &'static str, answer: fn(&str) -> String) -> (u16, JoinHandle<Spoken>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        talk(stream, greeting, answer)
    });
    (port, server)
}

fn talk(mut stream: TcpStream, greeting: &str, answer: fn(&str) -> String) -> Spoken {
    let mut spoken = Vec::new();
    stream.write_all(greeting.as_bytes()).unwrap();
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    for line in lines.map_while(Result::ok) {
        let reply = answer(&line);
        let is_last = line.contains("QUIT") || line.contains("LOGOUT");
        spoken.push(line);
        stream.write_all(reply.as_bytes()).unwrap();
        if is_last {
            break;
        }
    }
    spoken
}

fn smtp(line: &str) -> String {
    // msmtp sends a long token in a line of its own, where the server asks for it.
    if line == "AUTH XOAUTH2" {
        return "334 \r\n".to_owned();
    }
    if line.len() > 1000 {
        return "235 2.7.0 Authentication successful\r\n".to_owned();
    }
    let reply = match line.split(' ').next().unwrap() {
        "EHLO" => "250-localhost\r\n250 AUTH XOAUTH2",
        "DATA" => "354 go on",
        "MAIL" | "RCPT" | "." => "250 2.0.0 OK",
        "QUIT" => "221 2.0.0 bye",
        _ => return String::new(),
    };
    format!("{reply}\r\n")
}

fn imap(line: &str) -> String {
    let (tag, command) = line.split_once(' ').unwrap_or((line, ""));
    let verb = command.split(' ').next().unwrap().to_ascii_uppercase();
    let before = match verb.as_str() {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\n",
        "LIST" => "* LIST () \"/\" INBOX\r\n",
        "SELECT" => "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 1] ok\r\n",
        "LOGOUT" => "* BYE bye\r\n",
        _ => "",
    };
    format!("{before}{tag} OK done\r\n")
}

/// A profile for mail, in a tenant whose app may send and read it.
fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::with(|mut config| {
        config.resources.push(OUTLOOK.into());
        for permission in ["SMTP.Send", "IMAP.AccessAsUser.All"] {
            config.permissions.push(permission.into());
            let consented = format!("{OUTLOOK}/{permission}");
            config.apps[0].consented.push(consented);
        }
        // As long as those of Entra.
        config.token_size = Some(2500);
        config
    });
    let bin = Path::new(ROPC).parent().unwrap().display();
    sandbox.set_env("PATH", &format!("{bin}:/usr/local/bin:/usr/bin:/bin"));
    let scopes = ["SMTP.Send", "IMAP.AccessAsUser.All"].map(|p| format!("{OUTLOOK}/{p}"));
    sandbox
        .login(&["-p", "mail", "--scope", &scopes[0], "--scope", &scopes[1]])
        .expect(0);
    sandbox
}

/// Writes the block of the page as a file below HOME, with these changes.
fn place(sandbox: &Sandbox, file: &str, first: &str, changes: &[(&str, &str)]) {
    let mut text = block_that_begins(PAGE, first);
    for (from, to) in changes {
        assert!(text.contains(from), "the page has no `{from}`");
        text = text.replace(from, to);
    }
    let path = sandbox.home().join(file);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// The initial response of XOAUTH2 for the emulator's token (Microsoft: "Authenticate an IMAP, POP
/// or SMTP connection using OAuth").
fn response(sandbox: &Sandbox) -> String {
    use base64ct::{Base64, Encoding};
    let token = &sandbox.emulator.issued_tokens()[0].token;
    let text = format!("user=svc-report@contoso.example\x01auth=Bearer {token}\x01\x01");
    Base64::encode_string(text.as_bytes())
}

#[test]
fn msmtp_sends_with_the_file_of_the_page() {
    if !needs::programs(&["msmtp"]) {
        return;
    }
    let sandbox = sandbox();
    let (port, server) = serve("220 localhost ESMTP\r\n", smtp);
    let port = format!("port {port}");
    let changes = [
        ("smtp.office365.com", "127.0.0.1"),
        ("port 587", &port),
        ("tls on", "tls off"),
    ];
    place(&sandbox, ".msmtprc", "defaults", &changes);
    let mut command = sandbox.program("msmtp");
    command.arg("admin@contoso.example");
    let mail = b"Subject: done\n\nAll sites are checked.\n";
    sandbox.finish("msmtp", command, mail).expect(0);
    let spoken = server.join().unwrap();
    let shown = response(&sandbox);
    assert!(
        spoken.iter().any(|line| line.ends_with(&shown)),
        "{spoken:?}"
    );
    assert!(spoken.contains(&"All sites are checked.".to_owned()));
    assert!(
        spoken
            .iter()
            .any(|line| line.starts_with("MAIL FROM:<svc-report@contoso.example>"))
    );
}

/// True if Cyrus SASL has a part for XOAUTH2.
fn has_xoauth2() -> bool {
    let roots = std::fs::read_dir("/usr/lib").unwrap();
    let mut places = roots.map(|dir| dir.unwrap().path().join("sasl2/libkdexoauth2.so"));
    places.any(|path| path.exists())
        || needs::lacks(
            "Cyrus SASL has no XOAUTH2",
            "apt-get install libsasl2-modules-kdexoauth2",
        )
}

#[test]
fn mbsync_reads_with_the_file_of_the_page() {
    if !needs::programs(&["mbsync"]) || !has_xoauth2() {
        return;
    }
    let sandbox = sandbox();
    let (port, server) = serve("* OK IMAP4rev1\r\n", imap);
    let port = format!("Port {port}");
    let changes = [
        ("outlook.office365.com", "127.0.0.1"),
        ("Port 993", &port),
        ("SSLType IMAPS", "SSLType None"),
    ];
    place(&sandbox, ".mbsyncrc", "IMAPStore outlook", &changes);
    std::fs::create_dir(sandbox.home().join("Mail")).unwrap();
    let mut command = sandbox.program("mbsync");
    command.arg("inbox");
    sandbox.finish("mbsync", command, b"").expect(0);
    let spoken = server.join().unwrap();
    let shown = response(&sandbox);
    assert!(
        spoken.iter().any(|line| line.contains(&shown)),
        "{spoken:?}"
    );
}
