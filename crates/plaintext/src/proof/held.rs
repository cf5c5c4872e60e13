//! Which one value a name has at a place. A name that may have two values has none.

use super::expr::Expr;
use super::program::{Assign, Block, BlockKind, Function, Program};

/// What a name holds: a value, what was set in it afterwards, and the place from which names in it
/// are looked up.
pub(crate) struct Held<'p> {
    pub(crate) value: &'p Expr,
    pub(crate) set: Vec<(&'p str, &'p Expr, usize)>,
    pub(crate) at: usize,
}

impl Program {
    /// Every value that a name may have at a place, if it is known that there is no other: one, or
    /// that of each call of the function whose parameter it is.
    pub(crate) fn held(&self, name: &str, at: usize) -> Option<Vec<Held<'_>>> {
        let here = self.function_at(at);
        let mine = |assign: &&Assign| assign.name == name || assign.name == "*";
        let in_function = |assign: &Assign| self.function_at(assign.span.start);
        let others = self
            .assigns
            .iter()
            .filter(mine)
            .any(|a| a.is_global && in_function(a) != here);
        let local: Vec<&Assign> = self
            .assigns
            .iter()
            .filter(mine)
            .filter(|a| in_function(a) == here)
            .collect();
        if others {
            return None;
        }
        let param = here
            .map(|index| &self.functions[index])
            .filter(|f| f.params.iter().any(|(param, _)| param == name));
        if local.iter().any(|assign| assign.name == name) {
            // The value of a parameter before its first assignment is not looked for.
            return self.last(&local, at).map(|held| vec![held]);
        }
        if let Some(function) = param {
            return self.given(function, name);
        }
        if here.is_none() || !local.is_empty() {
            return None;
        }
        if self.is_hidden(name, at, here) {
            return None;
        }
        let outer: Vec<&Assign> = self
            .assigns
            .iter()
            .filter(mine)
            .filter(|a| in_function(a).is_none())
            .collect();
        self.only(&outer).map(|held| vec![held])
    }

    /// True if a function may see another variable than the one of the whole file: one of a function
    /// around it, which is not looked into, or of one that calls it.
    fn is_hidden(&self, name: &str, at: usize, here: Option<usize>) -> bool {
        let is_param = |f: &Function| f.params.iter().any(|(param, _)| param == name);
        let is_set_in = |wanted: &dyn Fn(Option<usize>) -> bool| {
            let mut mine = self
                .assigns
                .iter()
                .filter(|a| a.name == name || a.name == "*");
            mine.any(|a| wanted(self.function_at(a.span.start)))
        };
        let mut between = self.around(at).filter_map(|block| match block.kind {
            BlockKind::Function(index) if Some(index) != here => Some(index),
            _ => None,
        });
        between.any(|outer| {
            is_param(&self.functions[outer]) || is_set_in(&|function| function == Some(outer))
        }) || self.is_dynamic
            && (is_set_in(&|function| function.is_some()) || self.functions.iter().any(is_param))
    }

    /// The last assignment before a place, with what was set since, if nothing between may have
    /// changed it.
    fn last<'p>(&'p self, assigns: &[&'p Assign], at: usize) -> Option<Held<'p>> {
        let sure = |assign: &Assign| self.always(assign, at);
        let before = || assigns.iter().filter(|assign| assign.span.end <= at);
        let last = before()
            .filter(|a| a.key.is_none() && sure(a))
            .max_by_key(|a| a.span.start)?;
        let since: Vec<&&Assign> = before()
            .filter(|a| a.span.start > last.span.start)
            .collect();
        let again = assigns
            .iter()
            .any(|a| a.span.start >= at && self.comes_back(a.span.start, at));
        if again || last.name == "*" || since.iter().any(|a| a.key.is_none() || !sure(a)) {
            return None;
        }
        let set = since
            .iter()
            .map(|a| (a.key.as_deref().unwrap_or_default(), &a.value, a.span.start))
            .collect();
        Some(Held {
            value: &last.value,
            set,
            at: last.span.start,
        })
    }

    /// True if a loop leads from the one place, which is further down, to the other.
    fn comes_back(&self, from: usize, to: usize) -> bool {
        let is_loop = |block: &Block| matches!(block.kind, BlockKind::Loop | BlockKind::Later);
        self.around(to)
            .any(|block| is_loop(block) && block.span.contains(&from))
    }

    /// The one value of a name that the whole file knows, as a function sees it.
    fn only<'p>(&'p self, assigns: &[&'p Assign]) -> Option<Held<'p>> {
        let mut whole = assigns.iter().filter(|assign| assign.key.is_none());
        let one = whole.next().filter(|_| whole.next().is_none())?;
        let in_a_row = |assign: &&&Assign| {
            self.around(assign.span.start).next().is_none() && !assign.is_perhaps
        };
        if one.name == "*" || !assigns.iter().all(|assign| in_a_row(&assign)) {
            return None;
        }
        let keyed = assigns.iter().filter(|assign| assign.key.is_some());
        let set = keyed
            .map(|a| (a.key.as_deref().unwrap_or_default(), &a.value, a.span.start))
            .collect();
        Some(Held {
            value: &one.value,
            set,
            at: one.span.start,
        })
    }

    /// True if a place is reached by way of this assignment only.
    fn always(&self, assign: &Assign, at: usize) -> bool {
        !assign.is_perhaps
            && self
                .around(assign.span.start)
                .all(|block| block.span.contains(&at))
    }

    /// True if what a name holds may have been changed under another name, between these places.
    pub(crate) fn escapes(&self, name: &str, from: usize, to: usize) -> bool {
        let is_far = self.function_at(from) != self.function_at(to);
        self.escapes
            .iter()
            .any(|(known, at)| known == name && (is_far || (from..to).contains(at)))
    }

    /// True if a name at a place may hold what it was given at another one.
    pub(crate) fn sees(&self, name: &str, given_at: usize, at: usize) -> bool {
        let function = self.function_at(given_at);
        let here = self.function_at(at);
        let named = |assign: &&Assign| assign.name == name;
        if here != function {
            let has = |index: usize| {
                self.functions[index]
                    .params
                    .iter()
                    .any(|(param, _)| param == name)
            };
            let is_own = |a: &Assign| self.function_at(a.span.start) == here && !a.is_global;
            let has_own = here.is_some_and(has) || self.assigns.iter().filter(named).any(is_own);
            return !has_own || self.is_dynamic;
        }
        let whole = self
            .assigns
            .iter()
            .filter(named)
            .filter(|a| a.key.is_none() && a.span.start != given_at);
        let mut between = whole.filter(|a| {
            a.span.start > given_at && a.span.end <= at && self.function_at(a.span.start) == here
        });
        !between.any(|assign| self.always(assign, at)) && at >= given_at
    }

    /// What the calls of a function give to its parameter.
    fn given<'p>(&'p self, function: &'p Function, name: &str) -> Option<Vec<Held<'p>>> {
        self.function(&function.name)?;
        let index = self
            .functions
            .iter()
            .position(|f| f.name == function.name)?;
        let place = function
            .params
            .iter()
            .position(|(param, _)| param == name)?;
        if self.handed_on.contains(&function.name) {
            return None;
        }
        let given = self.calls_of(index).map(|call| {
            let by_name = call
                .arguments
                .iter()
                .find(|a| a.name.as_deref() == Some(name));
            let named = |param: &str| {
                call.arguments
                    .iter()
                    .any(|a| a.name.as_deref() == Some(param))
            };
            // Those without a name take the places of parameters that were not named.
            let before = function
                .params
                .iter()
                .take(place)
                .filter(|(param, _)| !named(param))
                .count();
            let by_place = || {
                call.arguments
                    .iter()
                    .filter(|a| a.name.is_none())
                    .nth(before)
            };
            let value = by_name
                .or_else(by_place)
                .map(|a| &a.value)
                .or(function.params[place].1.as_ref());
            value.filter(|_| !call.is_open).map(|value| Held {
                value,
                set: Vec::new(),
                at: call.span.start,
            })
        });
        given
            .collect::<Option<Vec<_>>>()
            .filter(|all| !all.is_empty())
    }
}
