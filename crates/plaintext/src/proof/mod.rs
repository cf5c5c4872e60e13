//! The rule of proof: a token request becomes the variable only if the text itself shows whose it
//! is, how often it runs and what is done with its answer. The same flow for every language; a
//! language reads its text into a [`program::Program`].

pub(crate) mod answer;
mod endpoint;
pub(crate) mod expr;
mod held;
pub(crate) mod program;
pub(crate) mod prove;
pub(crate) mod resolve;

use crate::edits::Edit;
use crate::names::Field;
use prove::{Identity, Request, Verdict, Why};
use std::ops::Range;
use zeroize::Zeroizing;

/// Of a file with more requests none is replaced: each is compared with the whole file.
pub(crate) const MOST_REQUESTS: usize = 500;

/// A script whose requests can be proved and replaced.
pub(crate) trait Script: answer::Answers {
    fn program(&self) -> &program::Program;
    fn requests(&self) -> Vec<Request>;
    /// Where it runs other code that may read its variables.
    fn readers(&self) -> &[usize] {
        &[]
    }
    /// The value that a request is, before anything is done with it.
    fn value(&self, request: &Request) -> answer::ValueSpan;
    /// The edits that put the variable in the place of a proved request, of which these members are
    /// used.
    fn replaced(&self, request: &Request, used: &Used) -> Result<Vec<Edit>, Why>;
    /// The edits with what they need elsewhere in the file.
    fn finished(&self, edits: Vec<Edit>) -> Vec<Edit> {
        edits
    }
}

/// The members of the answer that the script uses.
pub(crate) type Used = std::collections::BTreeSet<(answer::Level, String)>;

/// What becomes of the requests of a script.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) edits: Vec<Edit>,
    /// Where an edit replaces a request.
    pub(crate) replaced: Vec<usize>,
    /// Where a sign-in stays, and why.
    pub(crate) left: Vec<(usize, Why)>,
    /// Assignments of known values: the variable and the statement.
    pub(crate) assigned: Vec<(String, Range<usize>)>,
    /// [`Script::readers`].
    pub(crate) readers: Vec<usize>,
}

impl Outcome {
    /// That of a script of which no request is looked at.
    pub(crate) fn of(script: &dyn Script) -> Self {
        Self {
            readers: script.readers().to_vec(),
            ..Self::default()
        }
    }

    /// The same with every request left, for this reason.
    pub(crate) fn without_requests(&self, why: &Why) -> Self {
        let stay = self.replaced.iter().map(|at| (*at, why.clone()));
        Self {
            left: self.left.iter().cloned().chain(stay).collect(),
            assigned: self.assigned.clone(),
            readers: self.readers.clone(),
            ..Self::default()
        }
    }
}

pub(crate) fn outcome(script: &dyn Script, identity: &Identity<'_>) -> Outcome {
    let requests = script.requests();
    let known = script
        .program()
        .assigns
        .iter()
        .filter(|a| !matches!(a.value, expr::Expr::Unknown | expr::Expr::Made(..)));
    let assigned = known.map(|a| (a.name.clone(), a.span.clone())).collect();
    let mut outcome = Outcome {
        assigned,
        ..Outcome::of(script)
    };
    if requests.len() > MOST_REQUESTS {
        return outcome;
    }
    for request in &requests {
        let made = match prove::verdict(script.program(), request, identity) {
            Verdict::Elsewhere => continue,
            Verdict::Left(why) => Err(why),
            Verdict::Ours => answer::used(script, script.value(request))
                .and_then(|used| script.replaced(request, &used)),
        };
        match made {
            Ok(edits) => {
                outcome.edits.extend(edits);
                outcome.replaced.push(request.range.start);
            }
            Err(why) => outcome.left.push((request.range.start, why)),
        }
    }
    if !outcome.edits.is_empty() {
        outcome.edits = script.finished(outcome.edits);
    }
    outcome
}

/// A password grant whose fields the text shows.
pub struct SignIn {
    /// Where it is, as a line from 1.
    pub line: usize,
    fields: Vec<(Field, Zeroizing<String>)>,
}

impl SignIn {
    /// A part of it. Of a secret: for storing and for comparing, never for a message.
    pub fn get(&self, field: Field) -> Option<&Zeroizing<String>> {
        self.fields
            .iter()
            .find(|(known, _)| *known == field)
            .map(|(_, text)| text)
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn in line {}", self.line)
    }
}

/// The password grants of a script whose fields are all known.
pub(crate) fn sign_ins(script: &dyn Script, line: impl Fn(usize) -> usize) -> Vec<SignIn> {
    let requests = script.requests();
    let shown = requests.iter().take(MOST_REQUESTS).filter_map(|request| {
        let fields = prove::shown(script.program(), request)?;
        Some(SignIn {
            line: line(request.range.start),
            fields,
        })
    });
    shown.collect()
}
