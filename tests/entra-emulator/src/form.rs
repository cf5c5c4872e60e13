//! Decodes `application/x-www-form-urlencoded` strictly: a mistake that a browser would accept is
//! an error here. Pure; knows no meaning of parameters.

/// Why a body is not a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    /// A byte-order mark in front.
    ByteOrderMark,
    /// `%` without two hexadecimal digits.
    Percent,
    /// A raw byte that an encoder would have escaped (space, control, quote, angle bracket, `#`,
    /// non-ASCII).
    RawByte,
    /// A pair without `=`, or an empty pair.
    Pair,
    /// Decoded bytes that are not UTF-8.
    Utf8,
}

impl Malformed {
    /// The fault, without a part of the body.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "byte-order mark in the body",
            Self::Percent => "bad percent-encoding in the body",
            Self::RawByte => "a raw byte in the body that must be percent-encoded",
            Self::Pair => "a body part that is not name=value",
            Self::Utf8 => "a body value that is not UTF-8",
        }
    }
}

/// Decodes a body into its pairs in order, repeated names included.
pub(crate) fn decode(body: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Malformed> {
    if body.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err(Malformed::ByteOrderMark);
    }
    if body.is_empty() {
        return Ok(Vec::new());
    }
    body.split(|b| *b == b'&').map(pair).collect()
}

fn pair(part: &[u8]) -> Result<(String, Vec<u8>), Malformed> {
    let equals = part
        .iter()
        .position(|b| *b == b'=')
        .ok_or(Malformed::Pair)?;
    let name = String::from_utf8(unescape(&part[..equals])?).map_err(|_| Malformed::Utf8)?;
    let value = unescape(&part[equals + 1..])?;
    if name.is_empty() {
        return Err(Malformed::Pair);
    }
    if std::str::from_utf8(&value).is_err() {
        return Err(Malformed::Utf8);
    }
    Ok((name, value))
}

fn unescape(text: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = rest.get(..2).ok_or(Malformed::Percent)?;
                out.push(hex(digits[0])? << 4 | hex(digits[1])?);
                rest = &rest[2..];
            }
            0..=b' ' | 0x7f.. | b'"' | b'<' | b'>' | b'#' => return Err(Malformed::RawByte),
            plain => out.push(plain),
        }
    }
    Ok(out)
}

fn hex(digit: u8) -> Result<u8, Malformed> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(Malformed::Percent),
    }
}

/// Percent-decodes a path segment or URL; a bad escape stays as it is.
pub(crate) fn lenient(text: &str) -> String {
    let mut out = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        let pair = tail
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|d| Some((hex(d[0]).ok()?, hex(d[1]).ok()?)));
        if let Some((high, low)) = pair {
            out.push(high << 4 | low);
            rest = &tail[2..];
        } else {
            out.push(first);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(body: &str) -> Result<Vec<u8>, Malformed> {
        decode(body.as_bytes()).map(|pairs| pairs[0].1.clone())
    }

    #[test]
    fn the_reference_vectors_decode() {
        for (raw, bodies) in [
            ("a+b", &["a%2Bb"][..]),
            ("a b", &["a+b", "a%20b"]),
            ("100%&more=1", &["100%25%26more%3D1"]),
            ("Päßwörd", &["P%C3%A4%C3%9Fw%C3%B6rd"]),
            ("日本", &["%E6%97%A5%E6%9C%AC"]),
            ("🔑", &["%F0%9F%94%91"]),
            ("\"quoted\"'<x>", &["%22quoted%22%27%3Cx%3E"]),
            ("~-._*", &["%7E-._*", "~-._%2A"]),
            ("x#y;z/?", &["x%23y%3Bz%2F%3F"]),
        ] {
            for body in bodies {
                assert_eq!(
                    value(&format!("p={body}")).as_deref(),
                    Ok(raw.as_bytes()),
                    "{body}"
                );
            }
        }
    }

    #[test]
    fn bytes_that_no_encoder_sends_are_an_error() {
        for (body, why) in [
            (&b"p=100%"[..], Malformed::Percent),
            (b"p=%zz", Malformed::Percent),
            (b"p=%4", Malformed::Percent),
            (b"p=a b", Malformed::RawByte),
            (b"p=\"a\"", Malformed::RawByte),
            (b"p=a\n", Malformed::RawByte),
            ("p=ä".as_bytes(), Malformed::RawByte),
            (b"p=%FF", Malformed::Utf8),
            (b"p", Malformed::Pair),
            (b"p=1&", Malformed::Pair),
            (b"=1", Malformed::Pair),
            (b"\xef\xbb\xbfp=1", Malformed::ByteOrderMark),
        ] {
            assert_eq!(decode(body), Err(why), "{}", String::from_utf8_lossy(body));
        }
    }
}
