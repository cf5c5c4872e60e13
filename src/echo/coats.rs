//! Undoes encodings of bytes as text. Each function gives every possible result; most are nonsense,
//! as nobody knows where in the text an encoding begins, or whether there is one. Pure.
//!
//! Sources: RFC 4648 (base16, 32, 64), RFC 9285 (base45), `ZeroMQ` RFC 32 (Z85), RFC 1924 (base85),
//! Bitcoin (base58), `uuencode(5)`, `crypt(5)`.

use zeroize::Zeroizing;

type Bytes = Zeroizing<Vec<u8>>;

/// The bytes that the text may mean, in every encoding.
pub(super) fn encodings(text: &str) -> Vec<Bytes> {
    let mut found = Vec::new();
    for base in [2, 8, 10, 16] {
        found.extend(number_list(text, base));
    }
    for (base, width) in [(16, 2), (10, 3), (8, 3), (2, 8), (2, 7)] {
        found.extend((0..width).map(|first| digit_groups(text, base, width, first)));
    }
    for (alphabet, bits) in BIT_ALPHABETS {
        let symbols = symbols(text, alphabet, bits == 5);
        // After eight symbols of five bits, or four of six, the bytes are aligned again.
        let starts = if bits == 5 { 8 } else { 4 };
        found.extend(
            (0..starts).map(|first| packed(symbols.get(first..).unwrap_or_default(), bits)),
        );
    }
    for (alphabet, size, bytes) in GROUP_ALPHABETS {
        let symbols = symbols(text, alphabet, false);
        found.extend((0..size).map(|first| {
            grouped(
                symbols.get(first..).unwrap_or_default(),
                alphabet,
                size,
                bytes,
            )
        }));
    }
    // Joins the parts of a number that was cut in two or three.
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    for joined in (1..=3)
        .flat_map(|count| words.windows(count))
        .map(|some| Zeroizing::new(some.concat()))
    {
        if (6..=400).contains(&joined.len()) {
            found.extend(
                NUMBER_ALPHABETS
                    .iter()
                    .filter_map(|alphabet| big_number(&joined, alphabet)),
            );
        }
    }
    found
}

/// Alphabets whose symbols are 5 or 6 bits each. Of 6: base64 with both pairs of signs, that of
/// IMAP, those of `crypt` and bcrypt, xxencode, uuencode. Of 5: base32, with the extended
/// hexadecimal alphabet, Crockford's, z-base-32.
const BIT_ALPHABETS: [(&str, u32); 11] = [
    (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        6,
    ),
    (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        6,
    ),
    (
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,",
        6,
    ),
    (
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        6,
    ),
    (
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        6,
    ),
    (
        "+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        6,
    ),
    (
        "`!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_",
        6,
    ),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5),
    ("0123456789ABCDEFGHIJKLMNOPQRSTUV", 5),
    ("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 5),
    ("YBNDRFG8EJKMCPQXOT1UWISZA345H769", 5),
];

/// Alphabets with groups of symbols for groups of bytes: Ascii85, Z85, RFC 1924 (git, Python),
/// base45.
const GROUP_ALPHABETS: [(&str, usize, usize); 4] = [
    (
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstu",
        5,
        4,
    ),
    (
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
        5,
        4,
    ),
    (
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
        5,
        4,
    ),
    ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:", 3, 2),
];

/// Alphabets in which a whole word is one number: decimal, base36, base58 (Bitcoin, Flickr), base62
/// in its three orders.
const NUMBER_ALPHABETS: [&str; 7] = [
    "0123456789",
    "0123456789abcdefghijklmnopqrstuvwxyz",
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
];

/// Bytes as text. For a secret of ASCII one view shows UTF-8, Latin-1, UTF-16 and UTF-32 at once:
/// without the zeros they are the same.
pub(super) fn texts(bytes: &[u8], is_ascii: bool) -> Vec<Zeroizing<Vec<char>>> {
    let narrow = bytes
        .iter()
        .filter(|byte| **byte != 0)
        .map(|byte| char::from(*byte));
    let mut found = vec![Zeroizing::new(narrow.collect::<Vec<char>>())];
    if is_ascii {
        return found;
    }
    found.push(Zeroizing::new(
        String::from_utf8_lossy(bytes).chars().collect(),
    ));
    for first in 0..4.min(bytes.len()) {
        let rest = &bytes[first..];
        for wide in [u32::from_le_bytes, u32::from_be_bytes] {
            let codes = rest
                .as_chunks::<4>()
                .0
                .iter()
                .map(|four| char::from_u32(wide(*four)).unwrap_or_default());
            found.push(Zeroizing::new(codes.collect()));
        }
        if first >= 2 {
            continue;
        }
        for wide in [u16::from_le_bytes, u16::from_be_bytes] {
            let units = rest.as_chunks::<2>().0.iter().map(|two| wide(*two));
            found.push(Zeroizing::new(
                char::decode_utf16(units)
                    .map(Result::unwrap_or_default)
                    .collect(),
            ));
        }
    }
    found
}

/// The parts of the bytes that are ASCII text, if they are long enough to hold another encoding. A
/// wrong guess gives none.
pub(super) fn readable(bytes: &[u8]) -> Option<Zeroizing<String>> {
    const SHORTEST: usize = 10;
    let dense: Bytes = Zeroizing::new(bytes.iter().copied().filter(|byte| *byte != 0).collect());
    let parts: Vec<&str> = dense
        .split(|byte| !byte.is_ascii_graphic() && *byte != b' ')
        .filter(|part| part.len() >= SHORTEST)
        .filter_map(|part| std::str::from_utf8(part).ok())
        .collect();
    (!parts.is_empty()).then(|| Zeroizing::new(parts.join("\n")))
}

/// Each word that is a number, also with the prefix of a programming language; skips all others.
fn number_list(text: &str, base: u32) -> [Bytes; 2] {
    let marks: &[&str] = match base {
        16 => &["0x", "0X", "x", "X", "u", "U"],
        8 => &["0o", "0O", "o"],
        2 => &["0b", "0B", "b"],
        _ => &[],
    };
    let numbers: Zeroizing<Vec<u32>> = Zeroizing::new(
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .filter_map(|word| {
                let digits = marks.iter().find_map(|mark| word.strip_prefix(mark));
                u32::from_str_radix(digits.unwrap_or(word), base).ok()
            })
            .collect(),
    );
    let characters: Zeroizing<String> = Zeroizing::new(
        numbers
            .iter()
            .filter_map(|number| char::from_u32(*number))
            .collect(),
    );
    let bytes = numbers
        .iter()
        .filter_map(|number| u8::try_from(*number).ok())
        .collect();
    [
        Zeroizing::new(characters.as_bytes().to_vec()),
        Zeroizing::new(bytes),
    ]
}

/// All digits of the text, `width` to a byte.
fn digit_groups(text: &str, base: u32, width: usize, first: usize) -> Bytes {
    let digits: Zeroizing<Vec<u32>> =
        Zeroizing::new(text.chars().filter_map(|c| c.to_digit(base)).collect());
    let groups = digits.get(first..).unwrap_or_default().chunks_exact(width);
    let bytes = groups.map(|group| {
        let number = group.iter().fold(0, |number, digit| number * base + digit);
        u8::try_from(number).unwrap_or(0)
    });
    Zeroizing::new(bytes.collect())
}

/// The place of each character in an ASCII alphabet; skips characters that are not in it, such as
/// line breaks and padding.
fn symbols(text: &str, alphabet: &str, any_case: bool) -> Bytes {
    let places = text.bytes().filter_map(|byte| {
        let byte = if any_case {
            byte.to_ascii_uppercase()
        } else {
            byte
        };
        let at = alphabet.bytes().position(|other| other == byte)?;
        u8::try_from(at).ok()
    });
    Zeroizing::new(places.collect())
}

/// Packs symbols of `bits` bits into bytes.
fn packed(symbols: &[u8], bits: u32) -> Bytes {
    let mut held = 0u32;
    let mut count = 0u32;
    let mut bytes = Zeroizing::new(Vec::with_capacity(symbols.len()));
    for symbol in symbols {
        held = (held << bits) | u32::from(*symbol);
        count += bits;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((held >> count) & 0xFF).unwrap_or(0));
            held &= (1 << count) - 1;
        }
    }
    bytes
}

/// Groups of symbols as numbers, and these as big-endian bytes. Base45 writes the low digit of a
/// number first.
fn grouped(symbols: &[u8], alphabet: &str, size: usize, width: usize) -> Bytes {
    let base = u64::try_from(alphabet.len()).unwrap_or(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(symbols.len()));
    // Fill a shorter last group with the highest symbol, and drop the bytes of the filling.
    for group in symbols.chunks(size).filter(|group| group.len() > 1) {
        let fill = std::iter::repeat_n(base - 1, size - group.len());
        let digits = group.iter().map(|symbol| u64::from(*symbol));
        let number = if width == 2 {
            digits.rev().fold(0, |number, digit| number * base + digit)
        } else {
            digits
                .chain(fill)
                .fold(0, |number, digit| number * base + digit)
        };
        let kept = width.min(group.len() - 1);
        let whole = number.to_be_bytes();
        let start = if width == 2 { 8 - kept } else { 8 - width };
        bytes.extend_from_slice(&whole[start..start + kept]);
    }
    bytes
}

/// The bytes of a word that is one number.
fn big_number(word: &str, alphabet: &str) -> Option<Bytes> {
    let base = u32::try_from(alphabet.len()).ok()?;
    let any_case = alphabet.len() == 36;
    let mut bytes = Zeroizing::new(vec![0u8; word.len()]);
    for byte in word.bytes() {
        let byte = if any_case {
            byte.to_ascii_lowercase()
        } else {
            byte
        };
        let mut carry = u32::try_from(alphabet.bytes().position(|other| other == byte)?).ok()?;
        for digit in bytes.iter_mut().rev() {
            carry += u32::from(*digit) * base;
            *digit = u8::try_from(carry & 0xFF).unwrap_or(0);
            carry >>= 8;
        }
    }
    Some(bytes)
}
