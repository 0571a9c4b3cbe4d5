//! Equality classes of fields, with explanations.

use std::collections::VecDeque;

use super::field_id::FieldId;
use crate::search::AtomValue;
use polsim_check::table::Table;

/// Union-find over fields; each equality keeps the atoms that imply it.
#[derive(Debug)]
pub(super) struct EqualityClasses {
    edges: Vec<Edge>,
    /// The next field on the way to the representative of each field.
    representatives: Table<Option<FieldId>>,
}

/// An equality of two fields.
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
            // The smaller field represents both.
            classes.representatives.set(one.max(other).index(), Some(one.min(other)));
        }
        classes
    }

    /// The representative of the class of `field`.
    pub(super) fn representative(&self, field: FieldId) -> FieldId {
        let mut representative = field;
        while let Some(next) = *self.representatives.get(representative.index())
            && next != representative
        {
            representative = next;
        }
        representative
    }

    /// The explanation of an equality: the atoms that imply it, along a shortest path of
    /// equalities; `None` for fields of different classes.
    pub(super) fn explain(&self, from: FieldId, to: FieldId) -> Option<Vec<AtomValue>> {
        if from == to {
            return Some(Vec::new());
        }
        if self.representative(from) != self.representative(to) {
            return None;
        }
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
                if reached.iter().all(|(field, _)| *field != next) {
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
