//! Certificates: the steps of a proof, for somebody who does not trust the search.

/// The steps of a proof.
#[derive(Clone, Debug, Default)]
pub struct Certificate;
