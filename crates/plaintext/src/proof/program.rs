//! A script as the proof sees it: blocks, functions, assignments and calls, and how often a run
//! reaches a place.

use super::expr::{Argument, Expr};
use crate::list::exactly_one;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Steps from one name to the next; more is a circle.
pub(crate) const DEEPEST: usize = 12;

/// Functions that call each other around one request: nobody writes more.
const MOST_CALLERS: usize = 100;

/// Of a script with more blocks nothing is proved: each place is compared with all of them.
pub(crate) const MOST_BLOCKS: usize = 3000;

/// How often the lines of a block run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// The body of a function, by its place in the list.
    Function(usize),
    /// Once, or not at all.
    Branch,
    /// Any number of times.
    Loop,
    /// When something outside of the file calls it: a callback, a job, a handler.
    Later,
}

#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) span: Range<usize>,
    pub(crate) kind: BlockKind,
}

#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// In their order, each with its default.
    pub(crate) params: Vec<(String, Option<Expr>)>,
    /// Where names in the defaults have their value: before the function in Python, in it
    /// elsewhere.
    pub(crate) defaults_at: usize,
    /// True if a parameter refuses an empty value.
    pub(crate) refuses_empty: bool,
}

impl Function {
    pub(crate) fn has_param(&self, name: &str) -> bool {
        self.params.iter().any(|(param, _)| param == name)
    }
}

/// A name gets a value.
#[derive(Clone, Debug)]
pub(crate) struct Assign {
    /// The variable; `*` for what may set any of them.
    pub(crate) name: String,
    /// The whole statement: the value is there behind it.
    pub(crate) span: Range<usize>,
    /// `None` for the whole value, else the key that is set in what the name holds.
    pub(crate) key: Option<String>,
    pub(crate) value: Expr,
    /// True if the variable of the whole file is meant, wherever the statement is.
    pub(crate) is_global: bool,
    /// True if something before it in the same line decides whether it happens.
    pub(crate) is_perhaps: bool,
}

impl Assign {
    /// An unknown value for the whole of a variable.
    pub(crate) fn unknown(name: String, span: Range<usize>) -> Self {
        Self {
            name,
            span,
            key: None,
            value: Expr::Unknown,
            is_global: false,
            is_perhaps: false,
        }
    }
    /// True if it gives this variable a value, or may.
    pub(super) fn may_set(&self, name: &str) -> bool {
        self.name == name || self.name == "*"
    }

    /// The key that it sets in what the name holds, with the value and the place.
    pub(super) fn entry(&self) -> (&str, &Expr, usize) {
        let key = self.key.as_deref().unwrap_or_default();
        (key, &self.value, self.span.start)
    }
}

/// A call of a function of this file.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    pub(crate) arguments: Vec<Argument>,
    /// True if not all arguments are known.
    pub(crate) is_open: bool,
}

impl Call {
    fn named(&self, param: &str) -> Option<&Argument> {
        self.arguments
            .iter()
            .find(|argument| argument.name.as_deref() == Some(param))
    }

    /// What it gives to the parameter at this place. Arguments without a name take the places of
    /// parameters that are not named.
    pub(super) fn argument(&self, function: &Function, place: usize) -> Option<&Expr> {
        let argument = self.named(&function.params[place].0).or_else(|| {
            let before = function.params[..place]
                .iter()
                .filter(|(param, _)| self.named(param).is_none())
                .count();
            let mut plain = self.arguments.iter().filter(|a| a.name.is_none());
            plain.nth(before)
        });
        argument.map(|argument| &argument.value)
    }

    fn gives_empty(&self) -> bool {
        self.arguments
            .iter()
            .any(|argument| matches!(&argument.value, Expr::Text(text) if text.is_empty()))
    }
}

#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) blocks: Vec<Block>,
    pub(crate) functions: Vec<Function>,
    pub(crate) assigns: Vec<Assign>,
    pub(crate) calls: Vec<Call>,
    /// Where something else gets what a name holds and may change it: a function, another name.
    pub(crate) escapes: Vec<(String, usize)>,
    /// True if a function sees the variables of its callers.
    pub(crate) is_dynamic: bool,
    /// Functions whose name the script uses without a call: any code may call them, any number of
    /// times.
    pub(crate) handed_on: BTreeSet<String>,
    /// Where the script runs code of other files, which may define its names.
    pub(crate) loads: Vec<usize>,
    /// True if the script starts itself again: all of it is a loop then.
    pub(crate) restarts: bool,
}

/// How often a run of the script reaches a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runs {
    Once,
    /// Again and again, or it is not known how often.
    InLoop,
    /// When something outside of the file calls it.
    Later,
    /// In a function that nothing in this file calls.
    Uncalled,
}

impl Program {
    /// True if its blocks are too many to follow.
    pub(crate) fn is_too_long(&self) -> bool {
        self.blocks.len() > MOST_BLOCKS
    }

    /// The program of a script of which nothing is proved: it counts as a loop.
    pub(crate) fn unread() -> Self {
        Self {
            restarts: true,
            ..Self::default()
        }
    }

    /// True for the name of a function or of a parameter.
    pub(crate) fn has_function_or_param(&self, name: &str) -> bool {
        let mut functions = self.functions.iter();
        functions.any(|function| function.name == name || function.has_param(name))
    }

    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = &Block> {
        self.blocks
            .iter()
            .filter(move |block| block.span.contains(&at))
    }

    /// The innermost block of these kinds around a place.
    fn innermost(&self, at: usize, is_wanted: impl Fn(BlockKind) -> bool) -> Option<&Block> {
        self.around(at)
            .filter(|block| is_wanted(block.kind))
            .min_by_key(|block| block.span.len())
    }

    /// The variables that functions have to themselves, each by its function and its name.
    pub(crate) fn own_variables(&self) -> BTreeSet<(usize, &str)> {
        let params = self
            .functions
            .iter()
            .enumerate()
            .flat_map(|(index, function)| {
                let names = function.params.iter();
                names.map(move |(name, _)| (index, name.as_str()))
            });
        let assigned = self.assigns.iter().filter_map(|assign| {
            let is_own = assign.key.is_none() && !assign.is_global;
            let function = is_own.then(|| self.function_at(assign.span.start))??;
            Some((function, assign.name.as_str()))
        });
        params.chain(assigned).collect()
    }

    /// The function that a place is in.
    pub(crate) fn function_at(&self, at: usize) -> Option<usize> {
        match self
            .innermost(at, |kind| matches!(kind, BlockKind::Function(_)))?
            .kind
        {
            BlockKind::Function(index) => Some(index),
            _ => None,
        }
    }

    /// The one function of that name.
    pub(super) fn function(&self, name: &str) -> Option<&Function> {
        let functions = self.functions.iter();
        exactly_one(functions.filter(|function| function.name == name))
    }

    pub(crate) fn calls_of(&self, index: usize) -> impl Iterator<Item = &Call> {
        let name = self
            .functions
            .get(index)
            .map(|function| function.name.as_str());
        self.calls
            .iter()
            .filter(move |call| Some(call.name.as_str()) == name)
    }

    /// How often a run reaches a place, through every call of the functions around it.
    pub(crate) fn runs(&self, at: usize) -> Runs {
        match self.runs_from(at, &mut BTreeMap::new()) {
            Runs::Once if self.restarts => Runs::InLoop,
            runs => runs,
        }
    }

    /// `known`: how often each function runs that was met on the way.
    fn runs_from(&self, at: usize, known: &mut BTreeMap<usize, Runs>) -> Runs {
        if self.around(at).any(|block| block.kind == BlockKind::Later) {
            return Runs::Later;
        }
        if self.around(at).any(|block| block.kind == BlockKind::Loop) {
            return Runs::InLoop;
        }
        let Some(index) = self.function_at(at) else {
            return Runs::Once;
        };
        if let Some(runs) = known.get(&index) {
            return *runs;
        }
        let name = &self.functions[index].name;
        if self.handed_on.contains(name) || self.function(name).is_none() {
            return Runs::Later;
        }
        // Until more is known: a function that calls itself is a loop.
        known.insert(index, Runs::InLoop);
        if known.len() > MOST_CALLERS {
            return Runs::InLoop;
        }
        let mut runs = Runs::Uncalled;
        for call in self.calls_of(index) {
            match self.runs_from(call.span.start, known) {
                Runs::Once => runs = Runs::Once,
                other => return other,
            }
        }
        known.insert(index, runs);
        runs
    }

    /// The first place behind `since` where the script runs other code before it is at `at`.
    pub(crate) fn loaded(&self, since: usize, at: usize) -> Option<usize> {
        let is_far = self.function_at(at).is_some();
        let mut loads = self.loads.iter().copied().filter(|load| *load >= since);
        loads.find(|load| is_far || *load < at || self.function_at(*load).is_some())
    }

    /// True if a call gives an empty text to a function that refuses one.
    pub(crate) fn gives_empty(&self) -> bool {
        self.calls
            .iter()
            .filter(|call| call.gives_empty())
            .any(|call| {
                self.functions
                    .iter()
                    .any(|function| function.name == call.name && function.refuses_empty)
            })
    }
}
