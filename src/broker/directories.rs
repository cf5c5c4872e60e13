//! Finds the directories of a run, and warns if the record is in one that does not last.

use super::note::Note;
use super::places::Places;
use crate::world::World;

/// Finds the directories, and warns on every run if the record is in a place that does not last.
pub(super) fn look_for_places(world: &World<'_>) -> Places {
    let places = Places::find(world.env);
    if let Some((because, runtime)) = places.fallback() {
        world.ui.warn(&Note::Fallback { because, runtime }.into());
    }
    places
}
