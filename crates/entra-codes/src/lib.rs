//! What an AADSTS number of Microsoft Entra means for a password grant: the table, finding numbers
//! in pasted text, and the judgement of a whole answer, also for numbers that the table lacks.
//!
//! Nothing here does I/O, sees a secret, or decides when to sign in again: a caller reads the
//! columns `retry`, `lock` and `guard` and acts. Nothing is parsed before the first question.
//!
//! ```
//! let codes = entra_codes::find_codes("AADSTS50126: Error validating credentials ...");
//! let entry = entra_codes::pick(&codes).and_then(entra_codes::lookup).expect("a known code");
//! assert_eq!(entry.accepted, entra_codes::Accepted::No);
//! assert_eq!(entry.text(entra_codes::Language::English).title, "user name or password refused");
//! ```
//!
//! Columns of the data (`data/*.toml`), each a value of the family that a code may override:
//!
//! | key | meaning |
//! |---|---|
//! | `code`, `last` | the number; with `last` an inclusive range |
//! | `fix` | who can fix it |
//! | `retry` | may a program repeat the request automatically |
//! | `lock` | can the request count towards an account lockout; `no` only where it is certain that the answer is decided before any secret is looked at, or after the password was found right |
//! | `guard` | what a program that signs in unattended does after this answer |
//! | `accepted` | was the password right; `not_judged`: decided before the password is looked at |
//! | `evidence` | where the knowledge comes from |
//! | `umbrella` | a number that is put before the one that names the cause |
//!
//! Microsoft may change numbers and texts at any time, so an unknown number is judged by the OAuth
//! word and the HTTP status ([`by_error_word`]), and every such judgement is still a safe one.

mod fallback;
mod fill;
mod find;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod pasted;
mod table;
mod texts;

pub use fallback::{
    ErrorAnswer, Fallback, Guess, Judgement, Meaning, Verdict, by_error_word, by_suberror, judge,
};
pub use fill::{Facts, fill};
pub use find::{MAX_TEXT, find_codes, parse_code};
pub use pasted::{decode, flatten};
pub use table::{Accepted, Entry, Evidence, Fixer, Guard, Lockout, Retry, all, lookup, pick};
pub use texts::{Language, Text};
