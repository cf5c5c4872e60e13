//! Which one value a name has at a place. A name that may have two values has none.

use super::expr::Expr;
use super::program::{Assign, BlockKind, Program};
use crate::list::exactly_one;

/// What a name holds: a value, the entries that later assignments set in it, and the place at which
/// names in it have their value.
pub(crate) struct Held<'p> {
    pub(crate) value: &'p Expr,
    pub(crate) set: Vec<(&'p str, &'p Expr, usize)>,
    pub(crate) at: usize,
}

impl Program {
    /// Every value that a name may have at a place, if it can have no other: one, or that of each
    /// call of the function whose parameter it is.
    pub(crate) fn held(&self, name: &str, at: usize) -> Option<Vec<Held<'_>>> {
        let here = self.function_at(at);
        if self
            .assigns_to(name)
            .any(|a| a.is_global && self.function_of(a) != here)
        {
            return None;
        }
        let local: Vec<&Assign> = self
            .assigns_to(name)
            .filter(|a| self.function_of(a) == here)
            .collect();
        if local.iter().any(|assign| assign.name == name) {
            // The value of a parameter before its first assignment is unknown.
            return self.last(&local, at).map(|held| vec![held]);
        }
        let index = here?;
        if self.functions[index].has_param(name) {
            let changes = local
                .iter()
                .any(|any| any.span.start < at || self.comes_back(any.span.start, at));
            return if changes {
                None
            } else {
                self.given(index, name)
            };
        }
        if !local.is_empty() || self.is_hidden(name, at, index) {
            return None;
        }
        let outer: Vec<&Assign> = self
            .assigns_to(name)
            .filter(|a| self.function_of(a).is_none())
            .collect();
        self.only(&outer).map(|held| vec![held])
    }

    /// The assignments that set a variable of this name, or may.
    fn assigns_to(&self, name: &str) -> impl Iterator<Item = &Assign> {
        self.assigns
            .iter()
            .filter(move |assign| assign.may_set(name))
    }

    fn function_of(&self, assign: &Assign) -> Option<usize> {
        self.function_at(assign.span.start)
    }

    /// True if a function may see another variable than that of the whole file: one of a function
    /// around it, or of one that calls it.
    fn is_hidden(&self, name: &str, at: usize, here: usize) -> bool {
        let mut outer = self.around(at).filter_map(|block| match block.kind {
            BlockKind::Function(index) if index != here => Some(index),
            _ => None,
        });
        let is_outer = outer.any(|outer| {
            self.functions[outer].has_param(name)
                || self
                    .assigns_to(name)
                    .any(|a| self.function_of(a) == Some(outer))
        });
        if is_outer {
            return true;
        }
        self.is_dynamic
            && (self.assigns_to(name).any(|a| self.function_of(a).is_some())
                || self.functions.iter().any(|f| f.has_param(name)))
    }

    /// The last assignment before a place, with what was set since, if nothing between may have
    /// changed it.
    fn last<'p>(&'p self, assigns: &[&'p Assign], at: usize) -> Option<Held<'p>> {
        let before = assigns.iter().copied().filter(|a| a.span.end <= at);
        let last = before
            .clone()
            .filter(|a| a.key.is_none() && self.always(a, at))
            .max_by_key(|a| a.span.start)?;
        let since: Vec<&Assign> = before.filter(|a| a.span.start > last.span.start).collect();
        let again = assigns.iter().any(|a| {
            a.span.start >= at && self.comes_back(a.span.start, at)
                || self.is_put_off(a.span.start, at)
        });
        let is_unsure = since.iter().any(|a| a.key.is_none() || !self.always(a, at));
        if again || last.name == "*" || is_unsure {
            return None;
        }
        Some(Held {
            value: &last.value,
            set: since.into_iter().map(Assign::entry).collect(),
            at: last.span.start,
        })
    }

    /// True if code that waits for its call holds the one place and not the other: nobody knows
    /// which of them runs first.
    fn is_put_off(&self, from: usize, to: usize) -> bool {
        self.around(from)
            .any(|block| block.kind == BlockKind::Later && !block.span.contains(&to))
    }

    /// True if a loop leads from the one place, which is further down, to the other.
    fn comes_back(&self, from: usize, to: usize) -> bool {
        self.around(to).any(|block| {
            matches!(block.kind, BlockKind::Loop | BlockKind::Later) && block.span.contains(&from)
        })
    }

    /// The one value of a name that the whole file knows, as a function sees it.
    fn only<'p>(&'p self, assigns: &[&'p Assign]) -> Option<Held<'p>> {
        let assigns = assigns.iter().copied();
        let one = exactly_one(assigns.clone().filter(|assign| assign.key.is_none()))?;
        let in_a_row = assigns
            .clone()
            .all(|assign| self.around(assign.span.start).next().is_none() && !assign.is_perhaps);
        if one.name == "*" || !in_a_row {
            return None;
        }
        let keyed = assigns.filter(|assign| assign.key.is_some());
        Some(Held {
            value: &one.value,
            set: keyed.map(Assign::entry).collect(),
            at: one.span.start,
        })
    }

    /// True if every way to a place goes through this assignment.
    fn always(&self, assign: &Assign, at: usize) -> bool {
        !assign.is_perhaps
            && self
                .around(assign.span.start)
                .all(|block| block.span.contains(&at))
    }

    /// True if the script may change what a name holds under another name, between these places.
    pub(crate) fn escapes(&self, name: &str, from: usize, to: usize) -> bool {
        let is_far = self.function_at(from) != self.function_at(to);
        self.escapes
            .iter()
            .any(|(known, at)| known == name && (is_far || (from..to).contains(at)))
    }

    /// True if a name at a place may have the value of an assignment at another one.
    pub(crate) fn sees(&self, name: &str, given_at: usize, at: usize) -> bool {
        let function = self.function_at(given_at);
        let here = self.function_at(at);
        let mut named = self.assigns.iter().filter(|assign| assign.name == name);
        if here != function {
            let has_own = here.is_some_and(|index| self.functions[index].has_param(name))
                || named.any(|a| self.function_of(a) == here && !a.is_global);
            return !has_own || self.is_dynamic;
        }
        let mut between = named.filter(|a| {
            a.key.is_none()
                && a.span.start > given_at
                && a.span.end <= at
                && self.function_of(a) == here
        });
        !between.any(|assign| self.always(assign, at)) && at >= given_at
    }

    /// What the calls of a function give to its parameter.
    fn given(&self, index: usize, name: &str) -> Option<Vec<Held<'_>>> {
        // A name that two functions have says nothing of which one a call means.
        let function = self.function(&self.functions[index].name)?;
        if self.handed_on.contains(&function.name) {
            return None;
        }
        let place = function
            .params
            .iter()
            .position(|(param, _)| param == name)?;
        let default = function.params[place].1.as_ref();
        let given = self.calls_of(index).map(|call| {
            if call.is_open {
                return None;
            }
            let (value, at) = match call.argument(function, place) {
                Some(value) => (value, call.span.start),
                None => (default?, function.defaults_at),
            };
            Some(Held {
                value,
                set: Vec::new(),
                at,
            })
        });
        let all: Vec<Held<'_>> = given.collect::<Option<_>>()?;
        (!all.is_empty()).then_some(all)
    }
}
