//! Shell scripts. `lex` makes tokens, `read` finds values, `requests` finds the token requests that
//! `curl` makes, from what `program` makes of the script; `answers` says where their answers go,
//! `replace` what they become.

mod answers;
mod file;
mod filters;
pub(crate) mod lex;
mod program;
pub(crate) mod read;
mod replace;
mod requests;
mod words;

pub(crate) use file::Shell;

use crate::edits::Edit;
use crate::proof::answer::{Level, ValueSpan};
use crate::proof::program::Program;
use crate::proof::prove::{Request, Why};
use crate::proof::{Script, Used};

impl Script for Shell<'_> {
    fn program(&self) -> &Program {
        &self.program
    }

    fn requests(&self) -> Vec<Request> {
        self.find_requests()
    }

    fn readers(&self) -> &[usize] {
        &self.program.loads
    }

    fn value(&self, request: &Request) -> ValueSpan {
        ValueSpan {
            first: request.tokens.0,
            last: request.tokens.1,
            level: Level::Data,
        }
    }

    fn replaced(&self, request: &Request, used: &Used) -> Result<Vec<Edit>, Why> {
        self.edit(request, used).map(|edit| vec![edit])
    }
}
