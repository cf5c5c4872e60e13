//! Python and JavaScript, which JSON is a part of. `lex` makes tokens, `read` finds values,
//! `requests` finds token requests, from what `program` makes of the script; `answers` says where
//! their answers go, `replace` what they become.

mod answers;
mod blocks;
mod expr;
mod file;
pub(crate) mod lex;
mod msal;
mod origin;
mod program;
mod promises;
pub(crate) mod read;
mod refusal;
mod replace;
mod requests;
mod restart;
mod targets;

pub(crate) use file::ScriptFile;

use crate::edits::Edit;
use crate::proof::answer::ValueSpan;
use crate::proof::program::Program;
use crate::proof::prove::{Request, Why};
use crate::proof::{MOST_REQUESTS, Script, Used};

impl Script for ScriptFile<'_> {
    fn program(&self) -> &Program {
        &self.program
    }

    fn requests(&self) -> Vec<Request> {
        (0..self.tokens.list.tokens.len())
            .filter_map(|open| self.request(open))
            .take(MOST_REQUESTS + 1)
            .collect()
    }

    fn value(&self, request: &Request) -> ValueSpan {
        self.value_of(request)
    }

    fn replaced(&self, request: &Request, used: &Used) -> Result<Vec<Edit>, Why> {
        replace::replaced(self, request, used)
    }

    fn finished(&self, edits: Vec<Edit>) -> Vec<Edit> {
        if self.tokens.is_python {
            replace::with_modules(self, edits)
        } else {
            edits
        }
    }
}
