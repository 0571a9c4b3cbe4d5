//! The network keys, some by shorter names than the catalogue's, which `network` uses throughout.

pub(in super::super) use crate::catalog::keys::{
    CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, PRINCIPAL_IS_AWS_SERVICE as IS_SERVICE,
    SOURCE_VPC, SOURCE_VPCE, VIA_AWS_SERVICE as VIA, VPC_SOURCE_IP,
};

pub(crate) use crate::catalog::keys::SOURCE_IP;
pub(crate) use crate::catalog::network_keys::{ENDPOINT_KEYS, FORWARDED_KEYS};

use crate::catalog::keys::{CALLED_VIA_AWS_MCP, VIA_AWS_MCP_SERVICE};

/// The keys that only policies which read them need to hear about.
pub(super) const ON_DEMAND: [&str; 5] =
    [CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, VIA_AWS_MCP_SERVICE, CALLED_VIA_AWS_MCP];
