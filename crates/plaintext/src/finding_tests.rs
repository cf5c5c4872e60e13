//! What is found in shapes that scripts and settings have, and what is not taken because it is not
//! the whole value.

use super::*;

const GUID: &str = "3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901";

fn found(text: &str, name: &str) -> Vec<String> {
    let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let live = scan.findings.iter().filter(|f| !f.commented);
    live.map(|f| format!("{:?}={}", f.field, f.text()))
        .collect()
}

fn without(text: &str, name: &str, secrets: &[&str]) -> String {
    let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
    let new = scan.rewrite(&sign_in(secrets), &(1..=usize::MAX));
    assert_eq!(new.remains, Vec::<usize>::new(), "{text}");
    String::from_utf8(new.apply(text.as_bytes()).unwrap().to_vec()).unwrap()
}

#[test]
fn the_password_of_a_certificate_file_is_none_of_the_user() {
    let pw = "Made-up Pw 1";
    for (name, text) in [
        (
            "a.ps1",
            format!(
                "Import-PfxCertificate -FilePath app.pfx -CertStoreLocation Cert:\\CurrentUser\\My `\n  \
                 -Password (ConvertTo-SecureString '{pw}' -AsPlainText -Force)\n"
            ),
        ),
        (
            "b.ps1",
            format!(
                "$pw = '{pw}'\nConnect-PnPOnline -CertificatePath app.pfx -CertificatePassword \
                 (ConvertTo-SecureString $pw -AsPlainText -Force)\n$x = @{{\n  FilePath = 'app.pfx'\n  \
                 Password = $pw\n}}\n"
            ),
        ),
        (
            "c.py",
            format!("CertificateCredential(\n  t, c, '/etc/app.pem',\n  password='{pw}',\n)\n"),
        ),
        (
            "d.py",
            format!("x = {{'private_key_pfx_path': 'app.pfx', 'passphrase': '{pw}'}}\n"),
        ),
        (
            "e.json",
            format!("{{\"Default\": {{\"Path\": \"app.pfx\", \"Password\": \"{pw}\"}}}}\n"),
        ),
        ("f.env", format!("AZURE_CLIENT_CERTIFICATE_PASSWORD={pw}\n")),
        (
            "g.js",
            format!(
                "new ClientCertificateCredential(t, c, {{ certificatePath: 'app.pfx', certificatePassword: '{pw}' }})\n"
            ),
        ),
    ] {
        let passwords = found(&text, name);
        assert!(passwords.is_empty(), "{name}: {passwords:?}");
        // The control: without these words it is the user's.
        let mut beside = text;
        for (word, other) in [
            ("app.pfx", "x"),
            ("pfx_", ""),
            ("Pfx", ""),
            ("CERTIFICATE_", ""),
            ("Certificate", ""),
            ("certificateP", "p"),
            ("passphrase", "password"),
        ] {
            beside = beside.replace(word, other);
        }
        assert!(!found(&beside, name).is_empty(), "{name}: {beside}");
    }
    let both = format!(
        "$p = @{{ Username = 'svc@contoso.example'; Password = '{pw}'; Cert = 'a.pfx' }}\n"
    );
    let said = "$password = 'My certificate 1' # beside app.pfx\n";
    assert_eq!(found(said, "i.ps1"), ["Password=My certificate 1"]);
    assert!(found(&both, "h.ps1").contains(&format!("Password={pw}")));
}

#[test]
fn lists_of_variables() {
    let compose = "environment:\n  - CLIENT_SECRET=Secret+Cs%31\n  - \"GRAPH_PASSWORD=Secret Pw1\"\n  - 'X=1'\n  - OTHER_PASSWORD=a$${B}\n  - \"PASSWORD=a\\tb\"\n";
    let scan = scan(compose.as_bytes(), "compose.yml", &HOSTS).unwrap();
    assert_eq!(
        found(compose, "compose.yml"),
        ["ClientSecret=Secret+Cs%31", "Password=Secret Pw1"]
    );
    assert_eq!(
        scan.unclear
            .iter()
            .map(|u| (u.line, u.reason))
            .collect::<Vec<_>>(),
        [(5, Reason::Computed), (6, Reason::Computed)]
    );
    assert_eq!(
        without(compose, "compose.yml", &["Secret+Cs%31", "Secret Pw1"]),
        compose
            .replace("Secret+Cs%31", "")
            .replace("Secret Pw1", "")
    );
    let kubernetes = "env:\n  - name: CLIENT_SECRET\n    value: \"Secret-Cs1\"\n  - value: Secret-Pw1\n    name: GRAPH_PASSWORD\n  - name: N\n";
    assert_eq!(
        found(kubernetes, "job.yaml"),
        ["ClientSecret=Secret-Cs1", "Password=Secret-Pw1"]
    );
    assert_eq!(
        without(kubernetes, "job.yaml", &["Secret-Cs1", "Secret-Pw1"]),
        kubernetes
            .replace("Secret-Cs1", "")
            .replace("Secret-Pw1", "\"\"")
    );
    let settings = "[\n  { \"name\": \"CLIENT_SECRET\", \"value\": \"Secret-Cs1\", \"slot\": false },\n  { \"name\": \"N\", \"value\": \"v\" }\n]\n";
    assert_eq!(
        found(settings, "settings.json"),
        ["ClientSecret=Secret-Cs1"]
    );
    assert_eq!(
        without(settings, "settings.json", &["Secret-Cs1"]),
        settings.replace("Secret-Cs1", "")
    );
}

#[test]
fn bodies_that_are_filled_step_by_step() {
    let powershell = "$b = @{}\n$b.Add('grant_type', 'password')\n$b.Add(\"client_secret\", \"Secret-Cs1\")\n$b.Add('password', 'Secret-Pw1')\n";
    assert_eq!(
        found(powershell, "x.ps1"),
        ["ClientSecret=Secret-Cs1", "Password=Secret-Pw1"]
    );
    let script = "const p = new URLSearchParams();\np.append('grant_type', 'password');\np.set('client_secret', 'Secret-Cs1');\np.append(\"password\", \"Secret-Pw1\");\n";
    assert_eq!(
        found(script, "x.js"),
        ["ClientSecret=Secret-Cs1", "Password=Secret-Pw1"]
    );
}

#[test]
fn values_that_are_only_encoded_and_the_user_of_curl() {
    let text = "$pw = [System.Web.HttpUtility]::UrlEncode('Secret Pw1')\n$secret = [uri]::EscapeDataString(\"Secret-Cs1\")\n";
    assert_eq!(
        found(text, "x.ps1"),
        ["Password=Secret Pw1", "ClientSecret=Secret-Cs1"]
    );
    assert_eq!(
        found(
            "$pw = [x]::Decode('a')\n$secret = [uri]::EscapeDataString($y)\n",
            "x.ps1"
        ),
        Vec::<String>::new()
    );
    for (user, secret) in [
        (format!("'{GUID}:Secret+Cs:1'"), "Secret+Cs:1"),
        (format!("{GUID}:Secret-Cs1"), "Secret-Cs1"),
    ] {
        let text = format!("curl -s -u {user} -d grant_type=password $U\n");
        assert_eq!(
            found(&text, "x.sh"),
            [format!("ClientId={GUID}"), format!("ClientSecret={secret}")]
        );
        assert!(
            !without(&text, "x.sh", &[secret]).contains(secret),
            "{text}"
        );
    }
    assert_eq!(
        found("curl --user admin:Secret-Pw1 https://x.example\n", "x.sh"),
        Vec::<String>::new()
    );
}

/// A part is no value: it would be sent as a wrong password.
#[test]
fn a_value_in_several_steps_is_not_its_first_part() {
    for (name, text) in [
        (
            "x.ps1",
            "$Password = 'Secret'\n$Password += '-Pw1'\nUse $Password\n",
        ),
        (
            "x.ps1",
            "$Password = 'Secret'\n$Password = \"$Password-Pw1\"\n",
        ),
        (
            "x.ps1",
            "$part = 'Secret'\n$part += '-Pw1'\n$b = @{ password = $part }\n",
        ),
        ("x.ps1", "$user, $Password = Get-Both\n$Password += 'x'\n"),
        ("x.ps1", "$Password = 'Secret', 'Pw1'\n"),
        ("x.py", "password = ['Secret', 'Pw1']\n"),
        ("x.yaml", "password: [Secret, Pw1]\n"),
        ("x.sh", "printf 'password=%s\\n' \"$P\"\n"),
        ("x.py", "password = 'Secret'\npassword += '-Pw1'\n"),
        (
            "x.py",
            "part = 'Secret'\npart += x\nd = {'password': part}\n",
        ),
        ("x.js", "let password = 'Secret';\npassword += '-Pw1';\n"),
        ("x.sh", "PASSWORD=Secret\nPASSWORD+=-Pw1\n"),
        ("x.sh", "PASSWORD=Secret\nPASSWORD=\"$PASSWORD-Pw1\"\n"),
        (
            "x.bat",
            "set PASSWORD=Secret\r\nset PASSWORD=%PASSWORD%-Pw1\r\n",
        ),
        (".env", "PASSWORD=Secret\nPASSWORD=${PASSWORD}-Pw1\n"),
    ] {
        let scan = scan(text.as_bytes(), name, &HOSTS).unwrap();
        assert!(
            scan.findings.is_empty() && !scan.unclear.is_empty(),
            "{text}: {:?} {:?}",
            scan.findings,
            scan.unclear
        );
    }
}

#[test]
fn bytes_stay_bytes() {
    let text = "password = b'Secret-Pw1'\nother = bR\"Secret-Pw1\"\n";
    assert_eq!(
        without(text, "x.py", &["Secret-Pw1"]),
        "password = b''\nother = bR\"\"\n"
    );
}

/// A form in a here-document has its line ends.
#[test]
fn a_line_end_behind_a_variable_is_no_part_of_the_value() {
    let text =
        "$pw = 'Secret-Pw1'\n$b = @\"\ngrant_type=password\n&password=$pw\n&scope=User.Read\n\"@\n";
    let scan = scan(text.as_bytes(), "x.ps1", &HOSTS).unwrap();
    assert!(scan.unclear.is_empty(), "{:?}", scan.unclear);
}

/// `password` is a word of the protocol, whatever the password is.
#[test]
fn a_password_that_is_a_word_of_the_protocol_breaks_no_script() {
    let text = "d = {\"grant_type\": \"password\", \"password\": \"password\", \"x\": ''}\n";
    let scan = scan(text.as_bytes(), "x.py", &HOSTS).unwrap();
    let new = scan.rewrite(&sign_in(&["password"]), &(1..=usize::MAX));
    assert_eq!(
        String::from_utf8_lossy(&new.apply(text.as_bytes()).unwrap()),
        text.replace(": \"password\", \"x\"", ": \"\", \"x\"")
    );
    assert_eq!(new.remains, [1], "and it is said");
}

#[test]
fn a_command_script_says_where_the_values_are_missed() {
    let text = "set PASSWORD=Secret-Pw1\r\necho x\r\ncurl -d \"password=%Password%\" x\r\n";
    let scan = scan(text.as_bytes(), "x.cmd", &HOSTS).unwrap();
    let new = scan.rewrite(&sign_in(&["Secret-Pw1"]), &(1..=usize::MAX));
    assert_eq!(
        (
            String::from_utf8_lossy(&new.apply(text.as_bytes()).unwrap())
                .lines()
                .count(),
            new.orphans
        ),
        (2, vec![2])
    );
}

#[test]
fn a_step_of_a_pipeline() {
    let step = "      - run: |\n          TOKEN=$(curl -s $URL -d grant_type=password \\\n            --data-urlencode \"client_secret=$CLIENT_SECRET\" \\\n            --data-urlencode \"password=Secret Pw1\" | jq -r .access_token)\n          echo x\n";
    let text = format!(
        "jobs:\n  report:\n    env:\n      CLIENT_SECRET: Secret-Cs1\n    steps:\n{step}      - run: curl https://x.example\n"
    );
    let scan = scan(text.as_bytes(), "nightly.yml", &HOSTS).unwrap();
    assert_eq!(
        found(&text, "nightly.yml"),
        ["ClientSecret=Secret-Cs1", "Password=Secret Pw1"]
    );
    assert!(scan.unclear.is_empty(), "{:?}", scan.unclear);
    let new = scan.rewrite(&sign_in(&["Secret-Cs1", "Secret Pw1"]), &(1..=usize::MAX));
    let expected = text.replace("Secret-Cs1", "\"\"").replace("Secret Pw1", "");
    assert_eq!(
        String::from_utf8_lossy(&new.apply(text.as_bytes()).unwrap()),
        expected
    );
    assert_eq!(
        (new.orphans, new.uses_token, new.left.len()),
        (vec![8], false, 1)
    );
}

#[test]
fn several_names_and_apps_of_powershell() {
    assert_eq!(
        found("$user, $Password = 'a@b.example', 'Secret-Pw1'\n", "x.ps1"),
        ["Username=a@b.example", "Password=Secret-Pw1"]
    );
    assert_eq!(
        found(
            "$a, $Password = 'b', 'c', 'd'\n$x, $Password = f 'a', 'b'\n",
            "x.ps1"
        ),
        Vec::<String>::new()
    );
    let text = "$s = ConvertTo-SecureString 'Secret-Cs1' -AsPlainText -Force\n$c = New-Object PSCredential('GUID', $s)\n";
    assert_eq!(
        found(&text.replace("GUID", GUID), "x.ps1"),
        [
            "ClientSecret=Secret-Cs1".to_owned(),
            format!("ClientId={GUID}")
        ]
    );
}

/// What is read from an object whose values are known is not said to be unknown.
#[test]
fn a_member_of_what_the_script_holds() {
    let text = "$c = @{ Password = 'Secret-Pw1' }\n$b = @{ password = $c.Password; client_secret = $c.Secret; username = $env:U }\n";
    let scan = scan(text.as_bytes(), "x.ps1", &HOSTS).unwrap();
    let fields: Vec<Field> = scan.unclear.iter().map(|u| u.field).collect();
    assert_eq!(
        fields,
        [Field::ClientSecret, Field::Username],
        "{:?}",
        scan.unclear
    );
}
