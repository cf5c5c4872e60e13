//! CA files as people make them: complete ones are accepted, and the error names a bad block.

use super::*;

/// A self-signed certificate of a made-up root; its key is destroyed.
const ROOT: &str = include_str!("root.pem");

fn count(pem: &[u8]) -> Result<usize, BadRoots> {
    match Roots::from_pem(pem)? {
        Roots::Only(roots) => Ok(roots.len()),
        Roots::System => unreachable!("a file is never the system"),
    }
}

fn bad_block(number: usize, line: usize, flaw: BadBlock) -> BadRoots {
    BadRoots::Block { number, line, flaw }
}

fn bad(text: &str) -> BadRoots {
    count(text.as_bytes()).unwrap_err()
}

#[test]
fn whole_files_are_read() {
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for (text, roots) in [
        (ROOT.to_owned(), 1),
        (format!("{ROOT}{ROOT}"), 2),
        (format!("\u{feff}{ROOT}"), 1),
        (ROOT.replace('\n', "\r\n"), 1),
        (ROOT.replace('\n', "\r"), 1),
        (ROOT.trim_end().to_owned(), 1),
        (ROOT.replace('\n', "  \n"), 1),
        (
            format!("# Contoso, begin of the bundle\n{key}{ROOT}\nsubject=CN = x\n{ROOT}"),
            2,
        ),
    ] {
        assert_eq!(count(text.as_bytes()), Ok(roots), "{text:?}");
    }
    let latin1 = [b"# Soci\xe9t\xe9\n", ROOT.as_bytes()].concat();
    assert_eq!(count(&latin1), Ok(1));
}

#[test]
fn files_without_a_certificate() {
    for text in [
        "",
        "\n",
        "this is no certificate\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        assert_eq!(bad(text), BadRoots::NoCertificate, "{text:?}");
    }
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(ROOT.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(count(&utf16), Err(BadRoots::Utf16));
    let Ok(Roots::Only(roots)) = Roots::from_pem(ROOT.as_bytes()) else {
        panic!("the root is read")
    };
    assert_eq!(count(&roots[0]), Err(BadRoots::Binary));
}

#[test]
fn the_error_names_a_bad_block_at_any_place() {
    let lines = ROOT.lines().count();
    let cut = ROOT.replace("-----END CERTIFICATE-----\n", "");
    for (block, why) in [
        (cut.clone(), BadBlock::End),
        (ROOT.replace("END CERTIFICATE", "END KEY"), BadBlock::End),
        (ROOT.replace("-----BEGIN", " -----BEGIN"), BadBlock::Start),
        (ROOT.replace("-----BEGIN", "----BEGIN"), BadBlock::Start),
        (ROOT.replacen("MII", "M!I", 1), BadBlock::Encoding),
        (ROOT.replacen("MII", "AAA", 1), BadBlock::NoCertificate),
        (
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_owned(),
            BadBlock::NoCertificate,
        ),
        (
            ROOT.replace(" CERTIFICATE", " TRUSTED CERTIFICATE"),
            BadBlock::Label("TRUSTED CERTIFICATE".into()),
        ),
        (
            ROOT.replace(" CERTIFICATE", " certificate"),
            BadBlock::Label("certificate".into()),
        ),
    ] {
        assert_eq!(bad(&block), bad_block(1, 1, why.clone()), "{block}");
        assert_eq!(
            bad(&format!("{ROOT}{block}")),
            bad_block(2, lines + 1, why.clone()),
            "{block}"
        );
        assert_eq!(
            bad(&format!("{block}{ROOT}")),
            bad_block(1, 1, why),
            "{block}"
        );
    }
    // The last line of a block shows that its first is missing.
    let headless = ROOT.replace("-----BEGIN CERTIFICATE-----\n", "");
    assert_eq!(bad(&headless), bad_block(1, lines - 1, BadBlock::Start));
    assert_eq!(bad(&format!("# x\n{cut}")), bad_block(1, 2, BadBlock::End));
}
