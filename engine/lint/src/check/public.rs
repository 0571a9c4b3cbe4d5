//! W0113, W0410, W0507 to W0509: what strangers get.

use polsim::prove::Limits;

use crate::document::Document;
use crate::linter::Found;

pub(super) fn run(_document: &Document<'_>, _found: &mut Found<'_>, _limits: Limits<'_>) {}
