//! Policy documents.

use polsim::policy::{Policy, PolicyType};
use polsim::text::{Source, json};

use crate::text_of;

/// A policy text of any type: never a panic; what is accepted means the same after it was written
/// back, and what is refused says so at a place inside the text.
///
/// # Panics
/// Where polsim is wrong.
pub fn policy_text(data: &[u8]) {
    if let Err(refused) = json::decode("fuzz.json", data.to_vec()) {
        assert!(!refused.message.is_empty());
        return;
    }
    let Some(text) = text_of(data) else { return };
    let source = Source::new("fuzz.json", text);
    for policy_type in PolicyType::ALL {
        match Policy::parse(&source, policy_type) {
            Err(refused) => {
                assert!(!refused.is_empty(), "refused without a reason");
                for complaint in refused {
                    let end = usize::try_from(complaint.span.end).unwrap_or(usize::MAX);
                    assert!(end <= text.len(), "a complaint outside the text");
                    assert!(!complaint.message.contains('\n'), "a message of several lines");
                }
            }
            Ok(parsed) => {
                let written = parsed.policy.to_json();
                let again = Policy::parse(&Source::new("again.json", written.clone()), policy_type);
                match again {
                    Ok(again) => {
                        let same = parsed.policy.same_meaning(&again.policy);
                        assert!(same, "writing changed the meaning: {written}");
                    }
                    Err(refused) => {
                        panic!("what was written is refused: {}: {written}", refused.len())
                    }
                }
            }
        }
    }
}
