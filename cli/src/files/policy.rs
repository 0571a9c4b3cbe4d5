//! Policy documents whose type nobody gave, and lists of which one is wanted.

use polsim::policy::{Document, PolicyType};
use polsim::text::Source;

use crate::Failure;

/// The policy of one endpoint, where the text is a list of endpoints with their policies; the text as
/// it is otherwise.
pub(crate) fn document_of(source: Source, endpoint: &str) -> Result<Source, Failure> {
    if !source.text().contains("\"VpcEndpoints\"") {
        return Ok(source);
    }
    let found = Document::read(&source, Some(endpoint))?;
    // A document that is no text of its own is read where it stands, by its one place in the list.
    let whole = found.node.span.range() == (0..found.source.text().len());
    Ok(if whole {
        found.source
    } else {
        Source::new(source.name(), found.source.slice(found.node.span))
    })
}

/// The probable type of a policy document: with a Principal and no Resource a trust policy, with a
/// Principal a resource policy, else an identity policy.
pub(crate) fn likely_type(source: &Source) -> PolicyType {
    let Ok(Document { node, .. }) = Document::read(source, None) else {
        return PolicyType::Identity;
    };
    let statements = || node.member("Statement").into_iter().flat_map(|it| it.value.items());
    let has = |names: [&str; 2]| {
        statements().any(|it| names.into_iter().any(|name| it.member(name).is_some()))
    };
    match (has(["Principal", "NotPrincipal"]), has(["Resource", "NotResource"])) {
        (true, true) => PolicyType::Resource,
        (true, false) => PolicyType::Trust,
        (false, _) => PolicyType::Identity,
    }
}
