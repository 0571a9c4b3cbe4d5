//! Input files: reading them, finding scenarios in folders, loading scenarios, and resolving the
//! files that cases, scenarios and networks name.

mod cases;
mod find;
mod inputs;
mod load;
mod policy;
mod read;
mod relative;

pub(crate) use cases::CaseFiles;
pub(crate) use find::{find, is_scenario};
pub(crate) use inputs::{inputs, not_read, source_files};
pub(crate) use load::{recorded_scenarios, scenarios};
pub(crate) use policy::{document_of, likely_type};
pub(crate) use read::{STDIN, cannot_read, open, read, write, write_whole};
pub(crate) use relative::RelativeFiles;
