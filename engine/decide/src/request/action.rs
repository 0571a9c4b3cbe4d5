//! The action of a request.

use std::fmt;
use std::str::FromStr;

use crate::text::short_hash;

/// An action, `service:Name`, compared without ASCII case (policy language §2.2).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Action {
    // INVARIANT: exactly one colon, at `colon`; neither part is empty; no white space. Wildcards are
    // ordinary characters on the request's side (policy language §2.1).
    text: Box<str>,
    colon: usize,
    // INVARIANT: the hash of the service without letter case.
    service_hash: u32,
}

impl Action {
    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the colon.
    pub fn service(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// The part after the colon.
    pub fn name(&self) -> &str {
        self.text.get(self.colon.saturating_add(1)..).unwrap_or_default()
    }

    /// A hash of the service, equal for services that are equal but for letter case.
    pub(crate) fn service_hash(&self) -> u32 {
        self.service_hash
    }

    /// Whether it is the action `text`.
    pub fn is(&self, text: &str) -> bool {
        self.text.eq_ignore_ascii_case(text)
    }
}

impl FromStr for Action {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut colon = None;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b':' if colon.is_some() => return Err(()),
                b':' => colon = Some(at),
                b'!'..=b'~' | 0x80.. => (),
                _ => return Err(()),
            }
        }
        if !text.is_ascii() && text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(());
        }
        match colon.and_then(|at| text.split_at_checked(at)) {
            Some((service, name)) if !service.is_empty() && name.len() > 1 => Ok(Self {
                text: text.into(),
                colon: service.len(),
                service_hash: short_hash(service),
            }),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
