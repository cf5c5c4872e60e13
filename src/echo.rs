//! Does a text from outside repeat a secret? Pure. In doubt the answer is yes: ropc leaves out a
//! text that only looks like the secret as well. A server that receives a password may send it back
//! in an error text: cut, reversed, spaced out or encoded, by mistake or on purpose. The search
//! undoes each encoding (`coats`, `escapes`), also one inside another, and compares the result with
//! runs of the secret. `docs/security/input-and-output.md` names what no
//! search can find.

mod coats;
mod escapes;

use zeroize::Zeroizing;

/// Characters. A shorter run that text and secret share is chance.
const RUN: usize = 8;
/// Characters. A shorter run of letters and digits alone, or of the distances between them, is
/// chance too.
const SHORTEST_FORM: usize = 6;
/// Characters. A shorter secret, encoded, looks like any other text.
const SHORTEST_ENCODED: usize = 4;
/// The most characters that the search reads: more than an error text or the scopes of a token
/// have.
const LONGEST_TEXT: usize = 16 * 1024;
/// How many encodings may be nested, beside the escapes of a format that carries them.
const LAYERS: usize = 3;
/// The most decoded texts that one search looks at: more than any honest text gives.
const MOST_SEARCHES: usize = 400;

/// True if the text holds a run of the secret, in any encoding that is undone here, or if the
/// search gives up before the end of the text.
pub(crate) fn repeats(secret: &str, text: &str) -> bool {
    if secret.is_empty() || text.is_empty() {
        return false;
    }
    if text.chars().nth(LONGEST_TEXT).is_some() {
        return true;
    }
    let mut search = Search {
        wanted: Needle::of(secret),
        left: MOST_SEARCHES,
    };
    let turned: String = text.chars().rev().collect();
    search.finds(text, LAYERS) || search.finds(&turned, LAYERS)
}

/// True if a part of the text looks encoded or hashed in a way that nobody can undo: a word of 16
/// or more letters and digits, both of them mixed, that is no GUID and no code.
pub(crate) fn looks_encoded(text: &str) -> bool {
    const LONG: usize = 16;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words
        .filter(|word| !is_guid(word))
        .flat_map(|word| word.split('-'))
        .any(|part| {
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            let is_code = part
                .strip_prefix("AADSTS")
                .is_some_and(|rest| rest.len() == digits);
            part.len() >= LONG && digits >= 2 && part.len() - digits >= 2 && !is_code
        })
}

fn is_guid(word: &str) -> bool {
    word.len() == 36 && uuid::Uuid::try_parse(word).is_ok()
}

/// Parts of a secret in one form, to be compared with texts in the same form.
struct Runs {
    form: Zeroizing<Vec<char>>,
    length: usize,
    /// Where the runs begin, in the order of what they say: a search looks at few of them.
    starts: Vec<usize>,
}

impl Runs {
    fn of(form: Zeroizing<Vec<char>>, length: usize) -> Self {
        let length = form.len().min(length);
        let mut starts: Vec<usize> = (0..=form.len() - length).collect();
        starts.sort_unstable_by_key(|start| &form[*start..*start + length]);
        Self {
            form,
            length,
            starts,
        }
    }

    fn are_in(&self, text: &[char]) -> bool {
        self.length > 0 && text.windows(self.length).any(|part| self.holds(part))
    }

    fn holds(&self, part: &[char]) -> bool {
        let run = |start: &usize| &self.form[*start..*start + self.length];
        self.starts.binary_search_by_key(&part, run).is_ok()
    }
}

/// A secret in the forms that the search looks for.
struct Needle {
    is_ascii: bool,
    exact: Runs,
    /// Letters and digits alone, in lower case and normal width.
    squeezed: Option<Runs>,
    /// The distances between letters, between printable characters, and between all: the same
    /// for every shift.
    steps: [Option<Runs>; 3],
}

impl Needle {
    fn of(secret: &str) -> Self {
        let characters = Zeroizing::new(secret.chars().collect::<Vec<char>>());
        Self {
            is_ascii: secret.is_ascii(),
            squeezed: long(squeezed(&characters), 0),
            steps: [letter_steps, printable_steps, all_steps]
                .map(|steps| long(steps(&characters), 1)),
            exact: Runs::of(characters, RUN),
        }
    }

    /// True if the text holds the secret as it is, or reversed, or with other characters in
    /// between.
    fn is_in(&self, text: &[char]) -> bool {
        let turned: Zeroizing<Vec<char>> = Zeroizing::new(text.iter().rev().copied().collect());
        [text, &turned]
            .into_iter()
            .any(|text| self.exact.are_in(text) || self.is_squeezed_in(text))
    }

    fn is_squeezed_in(&self, text: &[char]) -> bool {
        self.squeezed
            .as_ref()
            .is_some_and(|runs| runs.are_in(&squeezed(text)))
    }

    /// True if every so many characters of the text are the secret.
    fn is_padded_in(&self, text: &[char], step: usize) -> bool {
        self.exact.form.len() >= SHORTEST_ENCODED
            && (0..step).any(|first| {
                let picked: Vec<char> = text.iter().skip(first).step_by(step).copied().collect();
                self.exact.are_in(&picked)
            })
    }

    fn is_shown_by(&self, text: &[char]) -> bool {
        self.is_in(text) || self.is_hidden_in(text)
    }

    /// True if the text holds the secret with one to three characters of padding after each of its
    /// own, or under a cipher that shifts or mirrors the alphabet.
    fn is_hidden_in(&self, text: &[char]) -> bool {
        let [letters, printable, all] = &self.steps;
        (2..=4).any(|step| self.is_padded_in(text, step))
            || are_shifted_in(letters.as_ref(), &letter_steps(text), LETTERS)
            || are_shifted_in(printable.as_ref(), &printable_steps(text), PRINTABLE)
            || (!text.iter().all(char::is_ascii)
                && are_shifted_in(all.as_ref(), &all_steps(text), CHARACTERS))
    }
}

/// A form that is long enough to be searched for; `more` of its characters are known otherwise.
fn long(form: Zeroizing<Vec<char>>, more: usize) -> Option<Runs> {
    (form.len() + more >= SHORTEST_FORM).then(|| Runs::of(form, RUN - more))
}

/// True if these distances in an alphabet of this size are the runs, forwards or mirrored.
fn are_shifted_in(runs: Option<&Runs>, steps: &[char], size: u32) -> bool {
    let mirrored: Vec<char> = steps
        .iter()
        .map(|step| distance(u32::from(*step), 0, size))
        .collect();
    runs.is_some_and(|runs| runs.are_in(steps) || runs.are_in(&mirrored))
}

struct Search {
    wanted: Needle,
    left: usize,
}

impl Search {
    fn finds(&mut self, text: &str, layers: usize) -> bool {
        let Some(left) = self.left.checked_sub(1) else {
            return true;
        };
        self.left = left;
        let characters = Zeroizing::new(text.chars().collect::<Vec<char>>());
        if self.wanted.is_shown_by(&characters) {
            return true;
        }
        let carried = escapes::undone(text);
        if carried
            .iter()
            .any(|inner| self.wanted.is_in(&inner.chars().collect::<Vec<_>>()))
        {
            return true;
        }
        let encoded = if self.wanted.exact.form.len() < SHORTEST_ENCODED {
            Vec::new()
        } else {
            coats::encodings(text)
        };
        if encoded.iter().any(|bytes| {
            coats::texts(bytes, self.wanted.is_ascii)
                .iter()
                .any(|text| self.wanted.is_shown_by(text))
        }) {
            return true;
        }
        let Some(layers) = layers.checked_sub(1) else {
            return false;
        };
        carried
            .iter()
            .filter(|inner| ***inner != *text)
            .any(|inner| self.finds(inner, layers))
            || encoded
                .iter()
                .filter_map(|bytes| coats::readable(bytes))
                .any(|inner| self.finds(&inner, layers))
    }
}

/// Letters and digits alone, in lower case and of the usual width.
fn squeezed(text: &[char]) -> Zeroizing<Vec<char>> {
    let letters = text
        .iter()
        .map(|c| narrow(*c))
        .filter(|c| c.is_alphanumeric());
    Zeroizing::new(letters.flat_map(char::to_lowercase).collect())
}

/// The plain letter that a full-width, mathematical, circled, squared or bracketed letter means.
fn narrow(c: char) -> char {
    let code = u32::from(c);
    let plain = match code {
        0xFF01..=0xFF5E => code - 0xFEE0,
        0x1D400..=0x1D6A3 => letter((code - 0x1D400) % 52),
        0x1D7CE..=0x1D7FF => 0x30 + (code - 0x1D7CE) % 10,
        0x249C..=0x24B5 => letter(code - 0x249C),
        0x24B6..=0x24E9 => letter(code - 0x24B6),
        0x1F110..=0x1F18F if (code - 0x1F110) % 32 < 26 => letter((code - 0x1F110) % 32),
        0x1F1E6..=0x1F1FF => letter(code - 0x1F1E6),
        _ => code,
    };
    char::from_u32(plain).unwrap_or(c)
}

/// The code of a letter of ASCII, capitals first.
fn letter(index: u32) -> u32 {
    if index < 26 {
        0x41 + index
    } else {
        0x61 + index - 26
    }
}

const LETTERS: u32 = 26;
const PRINTABLE: u32 = 94;
const CHARACTERS: u32 = 0x11_0000;

/// The distances from each letter to the next, around the alphabet.
fn letter_steps(text: &[char]) -> Zeroizing<Vec<char>> {
    let letters = text
        .iter()
        .filter(|c| c.is_ascii_alphabetic())
        .map(|c| u32::from(c.to_ascii_lowercase()));
    steps(letters, LETTERS)
}

/// The distances from each printable ASCII character to the next, around all 94.
fn printable_steps(text: &[char]) -> Zeroizing<Vec<char>> {
    steps(
        text.iter()
            .filter(|c| c.is_ascii_graphic())
            .map(|c| u32::from(*c)),
        PRINTABLE,
    )
}

/// The distances from each character to the next, around all of Unicode: another block may hold the
/// same characters in the same order.
fn all_steps(text: &[char]) -> Zeroizing<Vec<char>> {
    steps(text.iter().map(|c| u32::from(*c)), CHARACTERS)
}

fn steps(codes: impl Iterator<Item = u32>, size: u32) -> Zeroizing<Vec<char>> {
    let codes = Zeroizing::new(codes.collect::<Vec<u32>>());
    Zeroizing::new(
        codes
            .windows(2)
            .map(|pair| distance(pair[0], pair[1], size))
            .collect(),
    )
}

fn distance(from: u32, to: u32, size: u32) -> char {
    char::from_u32((to + 2 * size - from % size) % size).unwrap_or_default()
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
