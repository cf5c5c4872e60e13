//! Certificates that a text names: PKCS#12 files and thumbprints. They are public, and nothing here
//! edits them.

/// A certificate that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateName {
    /// Line, from 1.
    pub line: usize,
    /// Which one.
    pub kind: CertificateKind,
}

/// How a text names a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateKind {
    /// The path of a PKCS#12 file.
    File(String),
    /// A SHA-1 thumbprint, as the certificate store of Windows has it.
    Thumbprint(String),
}

/// What separates words outside of quotation marks.
const SEPARATORS: [char; 7] = [' ', '\t', '=', ',', ';', '(', ')'];

/// Every certificate that the text names, each once.
pub(crate) fn find(text: &str) -> Vec<CertificateName> {
    let mut found: Vec<CertificateName> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let is_about_one = is_about_a_certificate(line);
        for word in words(line) {
            if let Some(kind) = kind_of(word, is_about_one)
                && found.iter().all(|known| known.kind != kind)
            {
                let line = number + 1;
                found.push(CertificateName { line, kind });
            }
        }
    }
    found
}

/// The words of a line; what is in quotation marks is one word.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let parts = line.split(['"', '\'']).enumerate();
    parts.flat_map(|(at, part)| {
        let is_quoted = at % 2 == 1;
        let separators: &[char] = if is_quoted { &[] } else { &SEPARATORS };
        part.split(separators)
    })
}

fn is_about_a_certificate(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.contains("thumbprint") || line.contains("cert:")
}

fn kind_of(word: &str, is_about_one: bool) -> Option<CertificateKind> {
    let lower = word.to_ascii_lowercase();
    let is_file = |end: &&str| lower.len() > end.len() && lower.ends_with(*end);
    if [".pfx", ".p12"].iter().any(is_file) {
        return Some(CertificateKind::File(word.to_owned()));
    }
    let last = word.rsplit(['\\', '/']).next().unwrap_or(word);
    let is_digits = last.len() == 40 && last.bytes().all(|b| b.is_ascii_hexdigit());
    (is_about_one && is_digits).then(|| CertificateKind::Thumbprint(last.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_thumbprints_are_found_each_once() {
        let thumbprint = "4c30ceb5ac858763a7759c1ad6b9f2148f1b846d";
        let text = format!(
            "$path = 'C:\\my keys\\app.pfx'\nCERT=/etc/app.p12\n\
             Connect-PnPOnline -CertificatePath \"C:\\my keys\\app.pfx\"\n\
             Connect-MgGraph -CertificateThumbprint {thumbprint}\n\
             $c = Get-Item Cert:\\CurrentUser\\My\\{thumbprint}\n"
        );
        let file = |path: &str| CertificateKind::File(path.into());
        let kinds: Vec<_> = find(&text).into_iter().map(|c| (c.line, c.kind)).collect();
        assert_eq!(
            kinds,
            [
                (1, file("C:\\my keys\\app.pfx")),
                (2, file("/etc/app.p12")),
                (4, CertificateKind::Thumbprint(thumbprint.to_uppercase())),
            ]
        );
        // The controls: a commit is no thumbprint, and an end of a name alone no file.
        let others = format!("commit {thumbprint}\nend = '.pfx'\nfile = 'app.pfx.md'\n");
        assert_eq!(find(&others), []);
    }
}
