//! The ids of the messages, which the compiler looks up in the list that `build.rs` makes. No
//! words.

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// The id of an existing message, checked together with the names of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id(pub(super) &'static str);

impl Id {
    /// Called by `text!` at compile time.
    pub(crate) const fn checked(id: &'static str, values: &[&str]) -> Self {
        let mut low = 0;
        let mut high = MESSAGES.len();
        while low < high {
            let middle = usize::midpoint(low, high);
            if is_before(MESSAGES[middle].0, id) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        assert!(
            low < MESSAGES.len() && is_same(MESSAGES[low].0, id),
            "no file of locales/en has this id"
        );
        let expected = MESSAGES[low].1;
        assert!(
            expected.len() == values.len(),
            "the text in locales/en takes more or fewer values"
        );
        let mut at = 0;
        while at < values.len() {
            assert!(
                is_among(values[at], expected),
                "the text in locales/en takes no value of this name"
            );
            at += 1;
        }
        Self(id)
    }
}

const fn is_before(one: &str, other: &str) -> bool {
    let one = one.as_bytes();
    let other = other.as_bytes();
    let mut at = 0;
    while at < one.len() && at < other.len() {
        if one[at] != other[at] {
            return one[at] < other[at];
        }
        at += 1;
    }
    one.len() < other.len()
}

const fn is_same(one: &str, other: &str) -> bool {
    !is_before(one, other) && !is_before(other, one)
}

const fn is_among(name: &str, names: &[&str]) -> bool {
    let mut at = 0;
    while at < names.len() {
        if is_same(name, names[at]) {
            return true;
        }
        at += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_compared_as_bytes() {
        assert!(is_before("a-b", "a-c") && is_before("a", "a-b") && !is_before("b", "a"));
        assert!(is_same("a", "a") && !is_same("a", "ab"));
        assert!(MESSAGES.is_sorted(), "the search halves the list");
    }
}
