//! Comparisons as JSON, for scripts and for the browser.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::{Changes, Diff, Difference, Rest};
use crate::eval::{Decision, Place, StatementRef};
use crate::lower::Layer;
use crate::prove::verdict::{SourceRef, UnknownReason};
use crate::prove::witness::Witness;

/// The answer of one set to the request.
#[derive(Serialize)]
struct Side<'a> {
    decision: Decision,
    by: &'a [StatementRef],
    missing: &'a [Layer],
    /// Case that decides the request again.
    case: Option<Json>,
}

#[derive(Serialize)]
struct Unknown<'a> {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<At<'a>>,
}

#[derive(Serialize)]
struct At<'a> {
    file: &'a str,
    #[serde(flatten)]
    place: Place,
}

impl Serialize for Diff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Diff", 5)?;
        object.serialize_field("verdict", &self.verdict())?;
        match &self.new_access {
            Some(changes) => object.serialize_field("newAccess", changes)?,
            None => object.skip_field("newAccess")?,
        }
        match &self.removed_access {
            Some(changes) => object.serialize_field("removedAccess", changes)?,
            None => object.skip_field("removedAccess")?,
        }
        let premises: Vec<String> = self.premises.iter().map(ToString::to_string).collect();
        object.serialize_field("premises", &premises)?;
        object.serialize_field("assumptions", &self.assumptions())?;
        object.end()
    }
}

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Changes", 4)?;
        object.serialize_field("differences", &self.differences)?;
        let (rest, reason) = match &self.rest {
            Rest::Bound => ("maybe", None),
            Rest::None(_) => ("none", None),
            Rest::Unknown(reason) => ("unknown", Some(unknown(reason))),
        };
        object.serialize_field("more", rest)?;
        match reason {
            Some(reason) => object.serialize_field("reason", &reason)?,
            None => object.skip_field("reason")?,
        }
        if self.depends_on.is_empty() {
            object.skip_field("dependsOn")?;
        } else {
            object.serialize_field("dependsOn", &self.depends_on)?;
        }
        object.end()
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Difference", 4)?;
        let actions: Vec<String> = self.actions.iter().map(ToString::to_string).collect();
        object.serialize_field("actions", &actions)?;
        object.serialize_field("sentence", self.sentence())?;
        object.serialize_field("old", &side(self.old()))?;
        object.serialize_field("new", &side(self.new_side()))?;
        object.end()
    }
}

fn side(example: &Witness) -> Side<'_> {
    let explanation = example.explanation();
    Side {
        decision: explanation.decision,
        by: &explanation.by,
        missing: &explanation.missing,
        case: serde_json::from_str(example.case()).ok(),
    }
}

fn unknown(reason: &UnknownReason) -> Unknown<'_> {
    let at = |it: &'_ SourceRef| Place::of(&it.source, it.span);
    Unknown {
        text: reason.to_string(),
        at: reason.source().map(|it| At { file: it.source.name(), place: at(it) }),
    }
}
