//! Encodings, line ends, sizes: outside the edited lines the file stays the same, byte for byte.

use super::{CLIENT_SECRET, PASSWORD, found_in, import, place, sample, sandbox};

fn utf16(bytes: &[u8], order: fn(u16) -> [u8; 2], mark: [u8; 2]) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec())
        .unwrap()
        .replace('\n', "\r\n");
    mark.into_iter()
        .chain(text.encode_utf16().flat_map(order))
        .collect()
}

#[test]
fn utf16_stays_utf16() {
    type Row = (fn(u16) -> [u8; 2], [u8; 2]);
    let rows: [Row; 2] = [
        (u16::to_le_bytes, [0xff, 0xfe]),
        (u16::to_be_bytes, [0xfe, 0xff]),
    ];
    for (order, mark) in rows {
        let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
        let path = place(
            &sandbox,
            "example.ps1",
            &utf16(&sample("example.ps1"), order, mark),
        );
        import(&sandbox, &path, &["--write", "--yes"])
            .expect(0)
            .says(&["holds neither secret"]);
        let expected = "# Nightly user report. The shape in which such scripts are found: everything in plain text at the top.\n\n\
            Connect-MgGraph -AccessToken ($env:GRAPH_ACCESS_TOKEN | ConvertTo-SecureString -AsPlainText -Force)\nGet-MgUser\n";
        assert_eq!(
            std::fs::read(&path).unwrap(),
            utf16(expected.as_bytes(), order, mark)
        );
    }
}

#[test]
fn a_mark_and_the_line_ends_are_kept() {
    let sandbox = sandbox("pässwörd-日本-€", CLIENT_SECRET);
    let path = place(&sandbox, "non-ascii.ps1", &sample("non-ascii.ps1"));
    import(&sandbox, &path, &["--write", "--yes"]).expect(0);
    let new = std::fs::read(&path).unwrap();
    assert!(
        new.starts_with(b"\xef\xbb\xbf$TenantId")
            && new.ends_with("Write-Host '完了'\r\n".as_bytes())
    );
    let text = String::from_utf8(new).unwrap();
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn an_old_code_page_is_kept_and_its_values_are_not_guessed() {
    // Shift JIS: a comment and a title whose second bytes are a backslash, a backtick and a brace.
    let text = [
        b"# \x83\x5c\x83\x60\x83\x7b \x93\xfa\x95\xf1\r\n".as_slice(),
        b"$Title = \"\x95\x5c\x83\x60\"\r\n",
        &sample("crlf.ps1"),
    ]
    .concat();
    let sandbox_one = sandbox(PASSWORD, CLIENT_SECRET);
    let path = place(&sandbox_one, "sjis.ps1", &text);
    import(&sandbox_one, &path, &["--write", "--yes"])
        .expect(0)
        .says(&["neither UTF-8 nor UTF-16"]);
    let new = std::fs::read(&path).unwrap();
    assert!(found_in(&new, &[PASSWORD, CLIENT_SECRET]).is_empty());
    assert_eq!(new[..40], text[..40], "the lines above are the same bytes");
    let sandbox_two = sandbox(PASSWORD, CLIENT_SECRET);
    let other = [
        b"$ClientSecret = '".as_slice(),
        CLIENT_SECRET.as_bytes(),
        b"'\r\n$Password = 'caf\xe9-made-up'\r\n",
    ]
    .concat();
    let path = place(&sandbox_two, "latin.ps1", &other);
    import(&sandbox_two, &path, &["--write", "--yes"])
        .expect(2)
        .says(&["not used: in an unknown encoding"]);
    assert_eq!(std::fs::read(&path).unwrap(), other);
}

#[test]
fn a_file_that_is_no_text_or_too_large_is_an_error() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    for (name, content, says) in [
        (
            "binary.ps1",
            b"MZ\0\x01$Password = 'x'".to_vec(),
            "it is not text",
        ),
        (
            "odd.ps1",
            b"\xff\xfea".to_vec(),
            "begins like UTF-16 text, and is not",
        ),
        (
            "job.vbs",
            b"password = \"x\"\r\n".to_vec(),
            "in a language that ropc does not read",
        ),
        (
            "Program.cs",
            b"var password = \"x\";\r\n".to_vec(),
            "ropc does not read sources and XML settings of .NET",
        ),
        (
            "job",
            b"#!/usr/bin/perl\nPASSWORD='x'\n".to_vec(),
            "in a language that ropc does not read",
        ),
        (
            "large.ps1",
            vec![b' '; 1024 * 1024 + 1],
            "larger than 1 MiB",
        ),
    ] {
        let path = place(&sandbox, name, &content);
        import(&sandbox, &path, &[]).expect(3).says(&[says]);
    }
    import(&sandbox, sandbox.root(), &[])
        .expect(3)
        .says(&["it is a directory, not a file"]);
    import(&sandbox, &sandbox.root().join("missing.ps1"), &[])
        .expect(3)
        .says(&["it does not exist"]);
    let empty = place(&sandbox, "empty.ps1", b"");
    import(&sandbox, &empty, &[]).expect(3).says(&[
        "holds neither a password nor a client secret",
        "use `ropc login`",
    ]);
    let other = place(
        &sandbox,
        "lines.ps1",
        format!("\n\n$Password = '{PASSWORD}'\n").as_bytes(),
    );
    import(&sandbox, &other, &["--lines", "1-2"])
        .expect(3)
        .says(&["`--lines` leaves out the rest of the file"]);
}

#[test]
fn a_huge_line_is_read() {
    let sandbox = sandbox(PASSWORD, CLIENT_SECRET);
    let rest = "x=[1,2,3];".repeat(20_000);
    let start = format!(
        "const tenantId='7f1d3c52-0b7e-4a43-9a1c-2f6d54f0aa11',clientId='3b9c6f0e-6a1d-4f57-8d6b-b1f1c3f2e901';let clientSecret='{CLIENT_SECRET}',u={{username:'svc-report@contoso.example',password:'{PASSWORD}'}};"
    );
    let path = place(&sandbox, "bundle.js", format!("{start}{rest}").as_bytes());
    import(&sandbox, &path, &["--write", "--yes"]).expect(0);
    let new = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(
        new,
        format!(
            "{}{rest}",
            start.replace(CLIENT_SECRET, "").replace(PASSWORD, "")
        )
    );
}
