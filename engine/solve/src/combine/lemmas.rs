//! Lemmas that have been given to the search, so that none is given twice.

use polsim_decide::formula::AtomId;

/// The pairs of atoms for which a lemma has been given; an atom that was split into cases is a pair
/// with itself.
#[derive(Debug, Default)]
pub(super) struct GivenLemmas {
    pairs: Vec<(AtomId, AtomId)>,
}

impl GivenLemmas {
    /// Records a lemma about two atoms; `false` if it has been given before.
    pub(super) fn insert(&mut self, one: AtomId, other: AtomId) -> bool {
        let is_new = !self.pairs.contains(&(one, other));
        if is_new {
            self.pairs.push((one, other));
        }
        is_new
    }
}
