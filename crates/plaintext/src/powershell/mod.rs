//! PowerShell. `lex` makes tokens, `read` finds values, `requests` finds token requests, from what
//! `program` makes of the script; `answers` says where their answers go, `replace` what they become
//! and `dead` what goes with them.

mod answers;
mod dead;
mod expr;
mod file;
pub(crate) mod lex;
mod program;
pub(crate) mod read;
mod readers;
mod replace;
mod requests;
mod statement;

pub(crate) use file::Powershell;

use crate::edits::Edit;
use crate::proof::answer::ValueSpan;
use crate::proof::program::Program;
use crate::proof::prove::{Request, Why};
use crate::proof::{Script, Used};

impl Script for Powershell<'_> {
    fn program(&self) -> &Program {
        &self.program
    }

    fn requests(&self) -> Vec<Request> {
        self.find_requests()
    }

    fn readers(&self) -> &[usize] {
        &self.readers
    }

    fn value(&self, request: &Request) -> ValueSpan {
        self.value_of(request)
    }

    fn replaced(&self, request: &Request, used: &Used) -> Result<Vec<Edit>, Why> {
        replace::replaced(self, request, used)
    }
}
