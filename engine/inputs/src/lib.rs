//! What people already have, read for polsim: Terraform plans and states, CloudFormation templates,
//! answers of AWS's command line.
//!
//! Every input becomes one [`Model`]: policies with attachments, things with data, facts, a network.
//! Ids that do not exist yet are symbols (`«aws_vpc_endpoint.s3.id»`), policies that are computed
//! later are holes with bounds, and everything that was seen and not understood is a [`Note`].
//! Nothing here decides a rule of AWS: a model is written out as scenarios for the engine, one in
//! which the unknowns allow most and one in which they allow least (`perimeter`).
//!
//! The crate is pure: callers hand it texts.
//!
//! | module | holds |
//! | --- | --- |
//! | `value`, `model` | values with symbols and unknowns; the model |
//! | `recognise` | what a text is, by its content |
//! | `terraform` | plans, states, and the sources beside them |
//! | `cloudformation` | templates, SAM, the CDK's folder |
//! | `dump` | answers of AWS's command line |
//! | `managed`, `topology` | documents of AWS's own; networks put together |
//! | `names`, `bounds` | placeholders for symbols; the two bounds of documents |
//! | `scenario`, `packs` | a model as a scenario; questions about it |
//! | `perimeter` | the questions asked, and their answers |

mod bounds;
mod cloudformation;
mod dump;
mod managed;
mod model;
mod names;
mod packs;
mod perimeter;
mod recognise;
mod recovered;
mod scenario;
mod terraform;
mod topology;
mod value;

pub use model::{Model, Note, Place, ReadInput};
pub use packs::{PACKS, Pack};
pub use perimeter::{
    Answer, AnswerVerdict, Example, Options, Perimeter, Run, SourceFiles, Statement, ask,
    ask_about, in_worlds, verify,
};
pub use recognise::{InputError, InputFile, World, properties, read, read_before, worlds};
pub use scenario::import;
pub use value::Text;
