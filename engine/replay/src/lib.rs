//! CloudTrail records beside policies: what a new policy would have denied.
//!
//! A record is read as an [`Observation`]: its [`Class`], and the requests that it stands for, in
//! which every context key is known, absent or unknown ([`Knowledge`]). A question about an
//! observation is one about all requests that it could have been; the answer is *denied*,
//! *allowed* or *cannot tell*, with the keys that would tell.
//!
//! The crate is pure: it is given texts and gives values. Files, compression and threads are its
//! caller's.

mod answer;
mod calls;
mod cases;
mod keys;
mod known_actions;
mod network;
mod observation;
mod observe;
mod options;
mod parameters;
mod principal;
mod question;
mod record;
mod replay;
mod resource;
mod stream;
mod tally;
mod witness;

pub use answer::{Answer, Verdict};
pub use observation::{About, Class, Knowledge, Observation, Observed, Seen, SeenAction};
pub use observe::{Filters, Observer};
pub use options::{Endpoint, Options};
pub use question::Question;
pub use replay::{Memory, Replay};
pub use stream::{MAX_RECORD, Record, Records};
pub use tally::{Example, Group, GroupBy, GroupKey, Place, Tally};
