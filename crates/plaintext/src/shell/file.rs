//! A shell script: its words, and what they mean to the proof.

use super::program;
use super::words::Words;
use crate::proof::program::Program;
use crate::token::Token;

pub(crate) struct Shell<'t> {
    pub(super) words: Words<'t>,
    pub(super) program: Program,
}

impl<'t> Shell<'t> {
    pub(crate) fn of(text: &'t str, tokens: &'t [Token]) -> Self {
        let words = Words::of(text, tokens);
        let program = program::read(&words);
        Self { words, program }
    }
}
