//! Files that scenarios and networks name, relative to the file that names them.

use std::path::{Component, Path, PathBuf};

use polsim::case::Files;
use polsim::text::Source;

use super::read::{STDIN, read};
use crate::Failure;

/// Files by their path relative to the text that names them. Names are without `.` and `..`, so
/// that one file has one name and circles are found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RelativeFiles;

impl Files for RelativeFiles {
    fn read(&self, from: &str, path: &str) -> Result<Source, String> {
        let folder = match from {
            STDIN => Path::new(""),
            name => Path::new(name).parent().unwrap_or_else(|| Path::new("")),
        };
        let full = normalized(&folder.join(path)).display().to_string();
        read(&full).map_err(|failure| match failure {
            Failure::Message { text, .. } => text,
            Failure::Output(error) => error.to_string(),
            Failure::Refused(found) => {
                found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            }
        })
    }
}

/// The path without `.`, and without `..` where it follows a folder.
pub(super) fn normalized(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => (),
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::normalized;

    #[test]
    fn paths_have_one_spelling() {
        let normal = |text: &str| normalized(Path::new(text)).display().to_string();
        assert_eq!(normal("a/b/../c.yaml"), "a/c.yaml");
        assert_eq!(normal("./a/./b.yaml"), "a/b.yaml");
        assert_eq!(normal("../../x"), "../../x");
        assert_eq!(normal("a/../../x"), "../x");
        assert_eq!(normal("/a/../x"), "/x");
    }
}
