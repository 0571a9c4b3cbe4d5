//! Values of Resource and NotResource.

use crate::text::Pattern;

/// A value of Resource or NotResource (policy language §2.3).
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ResourcePattern {
    /// `*`, or nothing but asterisks: every resource, the `*` of actions without resource included.
    Any,
    /// An ARN pattern, compared component by component. Policy variables stand in the sixth
    /// component only (policy language §4, V-3).
    Arn {
        /// The six components; an incomplete ARN has been completed with `*` where its policy type
        /// allows that.
        components: Box<[Pattern; 6]>,
        /// The whole pattern as it was written, where a component before the last ends in `*`: the
        /// asterisk may then stretch over following colons (R-LOOSE, U-13).
        stretch: Option<Pattern>,
    },
    /// An incomplete ARN without wildcard in a type that does not complete it: matches nothing.
    Never,
}
