//! W0406 to W0409: guards.

use polsim::prove::Limits;

use crate::document::Document;
use crate::linter::Found;

pub(super) fn run(_document: &Document<'_>, _found: &mut Found<'_>, _limits: Limits<'_>) {}
