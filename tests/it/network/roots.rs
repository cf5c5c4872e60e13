//! Roots of trust: CA files at `login` and in jobs, with one parser, and the variables that replace
//! the system's roots.

use super::*;

/// Enrols a file of this content as the roots.
fn enrol(sandbox: &Sandbox, content: &[u8]) -> Run {
    std::fs::write(sandbox.root().join("ca.pem"), content).unwrap();
    sandbox.login(&["--no-verify"])
}

#[test]
fn login_refuses_a_bad_ca_file_and_names_its_block() {
    let sandbox = Sandbox::new();
    let good = sandbox.emulator.ca_pem().to_owned();
    let cut = good.replace("-----END CERTIFICATE-----", "");
    let second = good.lines().count() + 1;
    for (content, words) in [
        (
            format!("{good}{cut}"),
            vec![format!("block 2 (line {second})"), "END CERTIFICATE".into()],
        ),
        (
            format!("{good}{}", good.replacen("MII", "M*I", 1)),
            vec![format!("block 2 (line {second})"), "base64".into()],
        ),
        (
            good.replacen("MII", "AAA", 1),
            vec![
                "block 1 (line 1)".into(),
                "no certificate that can be a root".into(),
            ],
        ),
        (
            good.replace(" CERT", " TRUSTED CERT"),
            vec!["block 1 (line 1)".into(), "TRUSTED CERTIFICATE".into()],
        ),
        (
            good.replace("-----BEGIN", "  -----BEGIN"),
            vec!["block 1 (line 1)".into(), "does not begin with".into()],
        ),
        (
            "no certificate\n".into(),
            vec!["holds no certificate".into()],
        ),
        (String::new(), vec!["holds no certificate".into()]),
    ] {
        let run = enrol(&sandbox, content.as_bytes()).expect(3);
        for word in words {
            assert!(run.stderr.contains(&word), "`{word}`: {}", run.stderr);
        }
        assert!(
            !sandbox.profile_file("default").exists(),
            "login enrols nothing"
        );
    }
    let utf16: Vec<u8> = format!("\u{feff}{good}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    enrol(&sandbox, &utf16).expect(3).says(&["UTF-16"]);
    // The control: login enrols the same file without the damage.
    enrol(&sandbox, good.as_bytes()).expect(0);
    sign_in(&sandbox).expect(0);
}

#[test]
fn jobs_accept_each_ca_file_that_login_accepts() {
    for change in [
        |good: &str| format!("\u{feff}{good}"),
        |good: &str| good.replace('\n', "\r\n"),
        |good: &str| format!("\u{feff}{good}{good}").replace('\n', "\r\n"),
        |good: &str| {
            format!(
                "# Contoso\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n{good}"
            )
        },
    ] {
        let sandbox = Sandbox::new();
        let content = change(sandbox.emulator.ca_pem());
        enrol(&sandbox, content.as_bytes()).expect(0);
        sign_in(&sandbox).expect(0);
        doctor(&sandbox).exits(0).finds("authority", "ok", &[], &[]);
    }
}

#[test]
fn the_error_names_a_variable_without_roots() {
    let mut sandbox = Sandbox::new();
    let facts = sandbox.facts();
    let mut args = vec![
        "login",
        "--secrets-stdin",
        "--no-verify",
        "--store",
        "file",
        "--key-source",
        "key-file",
    ];
    // The system's roots, as for a known cloud.
    args.extend(facts[..facts.len() - 2].iter().map(String::as_str));
    sandbox
        .run_with_input(&args, &sandbox.secrets_json())
        .expect(0);
    let at = |name: &str| sandbox.root().join(name).display().to_string();
    let (missing, empty, text, dir, good) = (
        at("missing"),
        at("empty"),
        at("text"),
        at("dir"),
        at("ca.pem"),
    );
    let root = sandbox.root().display().to_string();
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&text, "no certificate\n").unwrap();
    std::fs::create_dir(&dir).unwrap();
    for (name, value, words) in [
        ("SSL_CERT_FILE", missing.as_str(), "does not exist"),
        ("SSL_CERT_FILE", &empty, "the file is empty"),
        ("SSL_CERT_FILE", &text, "holds no certificate"),
        ("SSL_CERT_FILE", &dir, "directory"),
        ("SSL_CERT_FILE", "", "the variable is empty"),
        ("SSL_CERT_DIR", &missing, "does not exist"),
        ("SSL_CERT_DIR", &dir, "no certificate in there"),
    ] {
        sandbox.set_env(name, value);
        sign_in(&sandbox).expect(3).says(&[
            name,
            words,
            "unset it to trust the certificates of the system",
        ]);
        doctor(&sandbox)
            .exits(3)
            .finds("roots", "warn", &[name, words], &[])
            .finds("authority", "fail", &[name], &[]);
        sandbox.set_env(
            name,
            if name == "SSL_CERT_FILE" {
                &good
            } else {
                &root
            },
        );
        // The control: with roots the same run signs in.
        fresh_record(&mut sandbox);
        sign_in(&sandbox).expect(0);
        sandbox.unset_env(name);
    }
}
