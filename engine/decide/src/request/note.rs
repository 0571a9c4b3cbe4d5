//! Remarks about a request.

use std::fmt;

use serde::{Serialize, Serializer};

/// A remark about a request or a decision: an assumption, an ambiguity, a contradiction.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::Note;
/// let note = Note::new("owner-assumed", "the bucket is taken to be the caller's");
/// assert_eq!((note.name, note.to_string().len()), ("owner-assumed", 38));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Note {
    /// The name of the kind of remark.
    pub name: &'static str,
    /// The remark, a sentence.
    pub text: String,
}

impl Note {
    /// A remark.
    pub fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
