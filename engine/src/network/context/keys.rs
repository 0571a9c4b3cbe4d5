//! The names of the network keys.

pub(crate) const SOURCE_IP: &str = "aws:SourceIp";
pub(in super::super) const VPC_SOURCE_IP: &str = "aws:VpcSourceIp";
pub(in super::super) const SOURCE_VPC: &str = "aws:SourceVpc";
pub(in super::super) const SOURCE_VPCE: &str = "aws:SourceVpce";
pub(in super::super) const VIA: &str = "aws:ViaAWSService";
pub(in super::super) const IS_SERVICE: &str = "aws:PrincipalIsAWSService";
pub(in super::super) const CALLED_VIA: &str = "aws:CalledVia";
pub(in super::super) const CALLED_VIA_FIRST: &str = "aws:CalledViaFirst";
pub(in super::super) const CALLED_VIA_LAST: &str = "aws:CalledViaLast";

/// The keys of a request that crosses a VPC endpoint (perimeter §1.5, AX1, AX2).
pub(crate) const ENDPOINT_KEYS: [&str; 7] = [
    SOURCE_VPCE,
    SOURCE_VPC,
    VPC_SOURCE_IP,
    "aws:SourceVpcArn",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
];

/// The keys of a request that services have forwarded: none comes without the first (perimeter §1.5,
/// AX4, AX5).
pub(crate) const FORWARDED_KEYS: [&str; 4] = [VIA, CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST];

/// The keys that only policies which read them need to hear about.
pub(super) const ON_DEMAND: [&str; 5] =
    [CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, "aws:ViaAWSMCPService", "aws:CalledViaAWSMCP"];
