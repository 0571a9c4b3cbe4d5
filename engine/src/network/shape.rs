//! The members of a topology file, as data.

use crate::text::shape::{Field, Kind, Shape, ShapeCodes};

pub(super) const CODES: ShapeCodes =
    ShapeCodes { unknown: "N0001", missing: "N0002", kind: "N0003" };

const ID: &str = "The AWS id.";
const NAME: &str = "A name to speak of it.";

pub(crate) static NETWORK: Shape = Shape {
    name: "network",
    doc: "A network topology: what decides how requests reach AWS services and what they carry.",
    members: &[
        Field::required("region", Kind::Text, "The home region."),
        Field::optional("account", Kind::Text, "The account of VPCs that name none."),
        Field::optional(
            "organization",
            Kind::Object(&ORGANIZATION),
            "The organization of the accounts.",
        ),
        Field::optional("accounts", Kind::List(&ACCOUNT), "The accounts that are ours."),
        Field::optional("vpcs", Kind::List(&VPC), "The VPCs."),
        Field::optional("transitGateways", Kind::List(&TRANSIT_GATEWAY), "The transit gateways."),
        Field::optional("peerings", Kind::List(&PEERING), "The peering connections."),
        Field::optional("sites", Kind::List(&SITE), "Offices and data centres."),
        Field::optional("links", Kind::List(&LINK), "Direct Connect interfaces and VPNs."),
        Field::optional(
            "privateZones",
            Kind::List(&PRIVATE_ZONE),
            "Private hosted zones that lead a service's name to an endpoint.",
        ),
        Field::optional(
            "resolverRules",
            Kind::List(&RESOLVER_RULE),
            "Rules that forward questions about services to another VPC's resolver.",
        ),
        Field::optional("prefixLists", Kind::List(&PREFIX_LIST), "Prefix lists."),
        Field::optional("origins", Kind::List(&ORIGIN), "Named places where requests start."),
    ],
};

static ORGANIZATION: Shape = Shape {
    name: "organization",
    doc: "An organization.",
    members: &[
        Field::required("id", Kind::Text, "Its id, o-…"),
        Field::optional("management", Kind::Text, "The management account, by name or id."),
    ],
};

static ACCOUNT: Shape = Shape {
    name: "account",
    doc: "An account that is ours.",
    members: &[
        Field::optional("name", Kind::Text, NAME),
        Field::required("id", Kind::Text, "The twelve digits."),
        Field::optional("path", Kind::Text, "Its place in the organization: o-…/r-…/ou-…/"),
        Field::optional("member", Kind::Bool, "Whether it is in the organization (true)."),
    ],
};

static VPC: Shape = Shape {
    name: "vpc",
    doc: "A VPC.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, NAME),
        Field::optional("account", Kind::Text, "The owner, by name or id."),
        Field::optional("region", Kind::Text, "Its region (the home region)."),
        Field::required("cidrs", Kind::Texts, "Its ranges, both families."),
        Field::optional("dnsSupport", Kind::Bool, "enableDnsSupport (true)."),
        Field::optional("dnsHostnames", Kind::Bool, "enableDnsHostnames (true)."),
        Field::optional(
            "outside",
            Kind::Bool,
            "Known, but no part of the network: off-network (false).",
        ),
        Field::optional("subnets", Kind::List(&SUBNET), "Its subnets."),
        Field::optional("routes", Kind::List(&ROUTE), "The routes of its main route table."),
        Field::optional("routeTables", Kind::List(&ROUTE_TABLE), "Its other route tables."),
        Field::optional("securityGroups", Kind::List(&SECURITY_GROUP), "Its security groups."),
        Field::optional("endpoints", Kind::List(&ENDPOINT), "Its endpoints."),
        Field::optional("natGateways", Kind::List(&NAT_GATEWAY), "Its NAT gateways."),
        Field::optional("internetGateway", Kind::Text, "The id of its internet gateway."),
        Field::optional(
            "egressOnlyGateway",
            Kind::Text,
            "The id of its egress-only internet gateway.",
        ),
    ],
};

static SUBNET: Shape = Shape {
    name: "subnet",
    doc: "A subnet.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, NAME),
        Field::required("cidr", Kind::Text, "Its IPv4 range, inside the VPC's."),
        Field::optional("ipv6", Kind::Text, "Its IPv6 range."),
        Field::optional("zone", Kind::Text, "Its availability zone."),
        Field::optional("routeTable", Kind::Text, "Its route table (the main one)."),
        Field::optional(
            "publicAddresses",
            Kind::Texts,
            "The public addresses of its machines, for routes to an internet gateway.",
        ),
        Field::optional("proxy", Kind::Text, "The subnet or site of the proxy it must use."),
    ],
};

static ROUTE: Shape = Shape {
    name: "route",
    doc: "A route. Local routes and those of gateway endpoints need not be written.",
    members: &[
        Field::required("to", Kind::Text, "A range, or a prefix list."),
        Field::required(
            "via",
            Kind::Text,
            "NAT, internet, egress-only or transit gateway, peering, link; in a transit gateway a VPC or site.",
        ),
    ],
};

static ROUTE_TABLE: Shape = Shape {
    name: "routeTable",
    doc: "A route table.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, NAME),
        Field::optional("routes", Kind::List(&ROUTE), "Its routes."),
    ],
};

static SECURITY_GROUP: Shape = Shape {
    name: "securityGroup",
    doc: "A security group, as far as it speaks of port 443.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, NAME),
        Field::optional(
            "ingress",
            Kind::Texts,
            "Who gets in on port 443: ranges, groups, prefix lists (nobody).",
        ),
        Field::optional(
            "egress",
            Kind::Texts,
            "Whom its members reach on port 443: ranges, groups, prefix lists (everybody).",
        ),
    ],
};

static ENDPOINT: Shape = Shape {
    name: "endpoint",
    doc: "A VPC endpoint.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, NAME),
        Field::required("service", Kind::Text, "The service, without region: sagemaker.api, s3."),
        Field::optional(
            "type",
            Kind::Choice(&["interface", "gateway"]),
            "Interface or gateway; must be given for s3 and dynamodb, which have both.",
        ),
        Field::optional("subnets", Kind::Texts, "The subnets of an interface endpoint (all)."),
        Field::optional(
            "securityGroups",
            Kind::Texts,
            "The groups of an interface endpoint (everybody gets in).",
        ),
        Field::optional(
            "privateDns",
            Kind::Choice(&["on", "off", "inbound-only"]),
            "Private DNS of an interface endpoint (on).",
        ),
        Field::optional(
            "routeTables",
            Kind::Texts,
            "The route tables of a gateway endpoint (all).",
        ),
        Field::optional(
            "policy",
            Kind::Any,
            "Its policy: a file, or the document (full access for everybody).",
        ),
    ],
};

static NAT_GATEWAY: Shape = Shape {
    name: "natGateway",
    doc: "A NAT gateway.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, NAME),
        Field::required("addresses", Kind::Texts, "Its public addresses."),
        Field::optional(
            "trusted",
            Kind::Bool,
            "Its addresses count as on the network (false: every workload of the VPC shares them).",
        ),
    ],
};

static TRANSIT_GATEWAY: Shape = Shape {
    name: "transitGateway",
    doc: "A transit gateway.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, NAME),
        Field::optional("attachments", Kind::Texts, "The VPCs attached to it."),
        Field::optional(
            "routes",
            Kind::List(&ROUTE),
            "Routes besides those to the ranges of attached VPCs and linked sites.",
        ),
    ],
};

static PEERING: Shape = Shape {
    name: "peering",
    doc: "A peering connection.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::required("vpcs", Kind::Texts, "The two VPCs."),
    ],
};

static SITE: Shape = Shape {
    name: "site",
    doc: "An office or data centre.",
    members: &[
        Field::required("name", Kind::Text, NAME),
        Field::optional("cidrs", Kind::Texts, "Its private ranges."),
        Field::optional("egress", Kind::Texts, "The public addresses of its internet egress."),
        Field::optional("resolver", Kind::Text, "The VPC whose resolver answers for AWS names."),
        Field::optional("proxy", Kind::Text, "The subnet or site of the proxy it must use."),
        Field::optional(
            "outside",
            Kind::Bool,
            "Known, but no part of the network: off-network (false).",
        ),
    ],
};

static LINK: Shape = Shape {
    name: "link",
    doc: "A Direct Connect virtual interface or a VPN connection.",
    members: &[
        Field::required("name", Kind::Text, NAME),
        Field::required(
            "type",
            Kind::Choice(&["private-vif", "transit-vif", "public-vif", "vpn"]),
            "Its kind.",
        ),
        Field::required("site", Kind::Text, "The site at its one end."),
        Field::optional("to", Kind::Text, "The VPC or transit gateway at its other end."),
        Field::optional(
            "addresses",
            Kind::Texts,
            "What the site's addresses become on the way: a NAT range, or the public prefixes of a public-vif.",
        ),
    ],
};

static PRIVATE_ZONE: Shape = Shape {
    name: "privateZone",
    doc: "A private hosted zone with the name of an endpoint's service.",
    members: &[
        Field::required("endpoint", Kind::Text, "The endpoint it leads to."),
        Field::required("vpcs", Kind::Texts, "The VPCs it is associated with."),
    ],
};

static RESOLVER_RULE: Shape = Shape {
    name: "resolverRule",
    doc: "A resolver rule.",
    members: &[
        Field::optional("services", Kind::Texts, "The services it is for (all)."),
        Field::required("vpcs", Kind::Texts, "The VPCs that have the rule."),
        Field::required("to", Kind::Text, "The VPC whose inbound resolver answers."),
    ],
};

static PREFIX_LIST: Shape = Shape {
    name: "prefixList",
    doc: "A prefix list.",
    members: &[
        Field::required("id", Kind::Text, ID),
        Field::optional("name", Kind::Text, "Its name, such as com.amazonaws.eu-west-1.s3."),
        Field::optional("cidrs", Kind::Texts, "Its ranges."),
    ],
};

static ORIGIN: Shape = Shape {
    name: "origin",
    doc: "A named place where requests start.",
    members: &[
        Field::required("name", Kind::Text, NAME),
        Field::optional("at", Kind::Text, "The subnet, VPC or site it is at, or `internet`."),
        Field::optional(
            "kind",
            Kind::Choice(&[
                "host",
                "notebook-with-internet",
                "isolated-container",
                "console",
                "console-private-access",
                "forwarded",
                "agent",
            ]),
            "What starts there (host).",
        ),
        Field::optional("addresses", Kind::Texts, "Its addresses, if not all of its place."),
        Field::optional("ipv6", Kind::Bool, "It talks IPv6 to services (false)."),
        Field::optional("endpoints", Kind::Texts, "Endpoints whose own host names it uses."),
        Field::optional("securityGroups", Kind::Texts, "The groups it is in."),
        Field::optional("proxy", Kind::Text, "The subnet or site of the proxy it uses."),
        Field::optional(
            "by",
            Kind::Text,
            "The service that forwards, such as athena.amazonaws.com.",
        ),
    ],
};
