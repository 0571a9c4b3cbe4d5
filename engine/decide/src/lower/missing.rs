//! The layers that lack an Allow where a request is implicitly denied (policy language §5.10).

use crate::formula::{FormulaId, Formulas};

use super::Layer;
use super::grant::Sides;
use super::terms::Terms;

/// A layer that lacks an Allow, and the implicitly denied requests for which that is a reason.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::lower::{Layer, Lowered, Missing};
/// let nothing = Lowered::new([]);
/// let layers: Vec<Layer> = nothing.missing.iter().map(|it: &Missing| it.layer).collect();
/// assert_eq!(layers, [Layer::Resource, Layer::Identity, Layer::Boundary, Layer::Session]);
/// ```
#[derive(Clone, Debug)]
pub struct Missing {
    /// The layer that lacks an Allow.
    pub layer: Layer,
    /// The level of an SCP layer.
    pub level: Option<u32>,
    /// The requests that lack the Allow.
    pub when: FormulaId,
}

/// The side that lacks an Allow, where the principal and resource sides do not grant the request.
pub(super) fn sides(
    f: &mut Formulas,
    terms: &Terms,
    sides: &Sides,
    granted: FormulaId,
) -> [Missing; 4] {
    let other_account = f.not(terms.same_account);
    let lacks_resource =
        !terms.iam | terms.iam & (other_account | sides.needs_resource) & !sides.by_resource;
    // A grant to the requester or its role needs no identity Allow in the same account.
    let reached = !sides.needs_resource | sides.by_resource;
    let same_account = terms.same_account & reached & !sides.strong & !sides.resource.role;
    let lacks_identity = terms.iam & !terms.root & !sides.identity & (other_account | same_account);
    // A direct or wildcard grant is not limited in the same account.
    let limited =
        f.add(terms.iam & !terms.root & (other_account | terms.same_account & !sides.strong));
    let mut missing = |layer, lacks| {
        let lacks = f.add(lacks);
        Missing { layer, level: None, when: f.add(!granted & lacks) }
    };
    [
        missing(Layer::Resource, lacks_resource),
        missing(Layer::Identity, lacks_identity),
        missing(Layer::Boundary, limited & !sides.boundary),
        missing(Layer::Session, limited & !sides.session),
    ]
}
