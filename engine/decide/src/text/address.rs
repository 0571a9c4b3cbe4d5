//! IP addresses and ranges, as the IP address operators read them.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

/// A CIDR range of one address family; a bare address is a range of one (policy language §3.8).
///
/// Host bits are ignored. Octets with leading zeros are malformed: what others read as octal is not
/// guessed. An IPv4 range holds no IPv6 address and the reverse, mapped addresses included.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::AddressRange;
/// let range: AddressRange = "203.0.113.77/24".parse()?;
/// assert!(range.contains_text("203.0.113.9"));
/// assert!(!range.contains_text("::ffff:203.0.113.9"));
/// assert!("010.0.0.0/8".parse::<AddressRange>().is_err());
/// # Ok::<(), polsim::text::AddressRangeError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct AddressRange {
    // INVARIANT: host bits are zero.
    net: IpNet,
}

/// The error of reading an [`AddressRange`]: the part of the text that is malformed.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{AddressRange, AddressRangeError};
/// assert_eq!("10.0.0.0/33".parse::<AddressRange>(), Err(AddressRangeError::PrefixLength));
/// assert_eq!(AddressRangeError::Address.to_string(), "not an IPv4 or IPv6 address");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AddressRangeError {
    /// The part before the slash is no address.
    Address,
    /// The part after the slash is no prefix length for the address's family.
    PrefixLength,
}

impl AddressRange {
    /// True if `text` is an address in the range; false where it is no address.
    pub fn contains_text(&self, text: &str) -> bool {
        parse_address(text).is_some_and(|address| self.contains(address))
    }

    /// True if `address` is in the range. An address of the other family never is.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.net.contains(&address)
    }

    /// The range as `ipnet` knows it, host bits zero.
    pub fn net(&self) -> IpNet {
        self.net
    }
}

/// The address written in `text`: dotted IPv4 without leading zeros, or any spelling of IPv6.
pub fn parse_address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

impl From<IpNet> for AddressRange {
    fn from(net: IpNet) -> Self {
        Self { net: net.trunc() }
    }
}

impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address = parse_address(address).ok_or(AddressRangeError::Address)?;
        let Some(prefix) = prefix else { return Ok(Self { net: IpNet::from(address) }) };
        let plain = prefix == "0" || !prefix.starts_with(['0', '+']);
        let length =
            prefix.parse().ok().filter(|_| plain).ok_or(AddressRangeError::PrefixLength)?;
        let net = IpNet::new(address, length).map_err(|_| AddressRangeError::PrefixLength)?;
        Ok(net.into())
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.net)
    }
}

impl fmt::Debug for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.net)
    }
}

impl fmt::Display for AddressRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "not an IPv4 or IPv6 address",
            Self::PrefixLength => "the prefix length is a number from 0 to 32 (IPv4) or 128 (IPv6)",
        })
    }
}

impl std::error::Error for AddressRangeError {}

#[cfg(test)]
mod tests {
    use super::AddressRange;

    fn holds(range: &str, address: &str) -> bool {
        range.parse::<AddressRange>().unwrap().contains_text(address)
    }

    #[test]
    fn addresses_compare_as_numbers() {
        assert!(holds("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:0:0:0:9"));
        assert!(holds("2001:db8::1", "2001:0db8:0:0:0:0:0:1"));
        assert!(holds("0.0.0.0/0", "255.255.255.255"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(!holds("::/0", "10.0.0.1"));
        assert!(!holds("10.0.0.0/8", "10.0.0.01"));
    }

    #[test]
    fn malformed_ranges_are_refused() {
        for text in [
            "300.1.1.1",
            "10.0.0.0/33",
            "10.0.*",
            "10.0.0.0/08",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "fe80::1%eth0",
            "",
        ] {
            assert!(text.parse::<AddressRange>().is_err(), "{text:?}");
        }
    }
}
