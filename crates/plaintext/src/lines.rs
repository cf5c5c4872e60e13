//! Lines by the places in them.

/// Where each line begins: finding the line of a place takes no count of the lines before it.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub(crate) fn of(text: &str) -> Self {
        Self(
            std::iter::once(0)
                .chain(text.match_indices('\n').map(|(at, _)| at + 1))
                .collect(),
        )
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.0.partition_point(|start| *start <= at)
    }

    /// The first byte of the line of a place.
    pub(crate) fn start(&self, at: usize) -> usize {
        let before = self.line(at).checked_sub(1);
        before.map_or(0, |line| self.0[line])
    }
}
