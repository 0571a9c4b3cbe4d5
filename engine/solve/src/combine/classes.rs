//! Places that have the same value.

use std::collections::VecDeque;

use super::field_id::FieldId;
use crate::search::AtomValue;
use polsim_check::table::Table;

/// Which places are equal, and why.
#[derive(Debug)]
pub(super) struct EqualityClasses {
    edges: Vec<Edge>,
    /// By place: the place that speaks for its class.
    representatives: Table<Option<FieldId>>,
}

#[derive(Debug)]
struct Edge {
    ends: [FieldId; 2],
    because: Vec<AtomValue>,
}

impl EqualityClasses {
    /// The classes of these equalities.
    pub(super) fn new(
        equalities: impl IntoIterator<Item = ([FieldId; 2], Vec<AtomValue>)>,
    ) -> Self {
        let edges: Vec<Edge> =
            equalities.into_iter().map(|(ends, because)| Edge { ends, because }).collect();
        let mut classes = Self { edges, representatives: Table::new(None) };
        for at in 0..classes.edges.len() {
            let Some([one, other]) = classes.edges.get(at).map(|edge| edge.ends) else { continue };
            let (one, other) = (classes.representative(one), classes.representative(other));
            // The smaller speaks for both.
            classes.representatives.set(one.max(other).index(), Some(one.min(other)));
        }
        classes
    }

    /// The place that speaks for the class of `place`.
    pub(super) fn representative(&self, place: FieldId) -> FieldId {
        let mut representative = place;
        while let Some(next) = *self.representatives.get(representative.index())
            && next != representative
        {
            representative = next;
        }
        representative
    }

    /// The atoms from which it follows that the two are equal, if they are.
    pub(super) fn explain(&self, from: FieldId, to: FieldId) -> Option<Vec<AtomValue>> {
        if from == to {
            return Some(Vec::new());
        }
        if self.representative(from) != self.representative(to) {
            return None;
        }
        // The shortest way along the equalities.
        let mut reached: Vec<(FieldId, Option<(usize, usize)>)> = vec![(from, None)];
        let mut queue = VecDeque::from([0_usize]);
        while let Some(at) = queue.pop_front() {
            let Some((here, _)) = reached.get(at).copied() else { continue };
            if here == to {
                return Some(self.collect(&reached, at));
            }
            for (number, edge) in self.edges.iter().enumerate() {
                let [one, other] = edge.ends;
                let next = match here {
                    _ if here == one => other,
                    _ if here == other => one,
                    _ => continue,
                };
                if reached.iter().all(|(place, _)| *place != next) {
                    queue.push_back(reached.len());
                    reached.push((next, Some((at, number))));
                }
            }
        }
        None
    }

    fn collect(&self, reached: &[(FieldId, Option<(usize, usize)>)], end: usize) -> Vec<AtomValue> {
        let mut because = Vec::new();
        let mut at = end;
        while let Some((_, Some((before, edge)))) = reached.get(at) {
            because.extend(self.edges.get(*edge).iter().flat_map(|edge| edge.because.clone()));
            at = *before;
        }
        because
    }
}
