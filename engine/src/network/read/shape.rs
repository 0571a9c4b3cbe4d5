//! The members of a topology file, as data.

use crate::text::shape::{Field, Kind, Shape, ShapeCodes};

pub(super) const CODES: ShapeCodes =
    ShapeCodes { unknown: "N0001", missing: "N0002", kind: "N0003" };

const fn id() -> Field {
    Field::required("id", Kind::Text, "The AWS id.")
}

const fn name() -> Field {
    Field::optional("name", Kind::Text, NAME)
}

const NAME: &str = "A name to speak of it.";

const fn text(name: &'static str, doc: &'static str) -> Field {
    Field::optional(name, Kind::Text, doc)
}

const fn texts(name: &'static str, doc: &'static str) -> Field {
    Field::optional(name, Kind::Texts, doc)
}

const fn flag(name: &'static str, doc: &'static str) -> Field {
    Field::optional(name, Kind::Bool, doc)
}

const fn list(name: &'static str, shape: &'static Shape, doc: &'static str) -> Field {
    Field::optional(name, Kind::List(shape), doc)
}

pub(crate) static NETWORK: Shape = Shape {
    name: "network",
    doc: "A network topology: what decides how requests reach AWS services and what they carry.",
    members: &[
        Field::required("region", Kind::Text, "The home region."),
        text("account", "The account of VPCs that name none."),
        Field::optional(
            "organization",
            Kind::Object(&ORGANIZATION),
            "The organization of the accounts.",
        ),
        list("accounts", &ACCOUNT, "The accounts that are ours."),
        list("vpcs", &VPC, "The VPCs."),
        list("transitGateways", &TRANSIT_GATEWAY, "The transit gateways."),
        list("peerings", &PEERING, "The peering connections."),
        list("sites", &SITE, "Offices and data centres."),
        list("links", &LINK, "Direct Connect interfaces and VPNs."),
        list(
            "privateZones",
            &PRIVATE_ZONE,
            "Private hosted zones that lead a service's name to an endpoint.",
        ),
        list(
            "resolverRules",
            &RESOLVER_RULE,
            "Rules that forward questions about services to another VPC's resolver.",
        ),
        list("accessPoints", &ACCESS_POINT, "S3 access points that are bound to a VPC."),
        list("studioDomains", &STUDIO_DOMAIN, "SageMaker Studio domains."),
        list("prefixLists", &PREFIX_LIST, "Prefix lists."),
        list("origins", &ORIGIN, "Named places where requests start."),
    ],
};

static ORGANIZATION: Shape = Shape {
    name: "organization",
    doc: "An organization.",
    members: &[
        Field::required("id", Kind::Text, "Its id, o-…"),
        text("management", "The management account, by name or id."),
        flag("trusted", "Every endpoint of its accounts counts as on the network (false)."),
        texts(
            "trustedUnits",
            "Paths of units (o-…/r-…/ou-…/): every endpoint below counts as on the network.",
        ),
    ],
};

static ACCOUNT: Shape = Shape {
    name: "account",
    doc: "An account that is ours.",
    members: &[
        name(),
        Field::required("id", Kind::Text, "The twelve digits."),
        text("path", "Its place in the organization: o-…/r-…/ou-…/"),
        flag("member", "Whether it is in the organization (true)."),
        flag("trusted", "Every endpoint of the account counts as on the network (false)."),
    ],
};

static VPC: Shape = Shape {
    name: "vpc",
    doc: "A VPC.",
    members: &[
        id(),
        name(),
        text("account", "The owner, by name or id."),
        text("region", "Its region (the home region)."),
        Field::required("cidrs", Kind::Texts, "Its ranges, both families."),
        flag("dnsSupport", "enableDnsSupport (true)."),
        flag("dnsHostnames", "enableDnsHostnames (true)."),
        flag("outside", "Known, but no part of the network: off-network (false)."),
        list("subnets", &SUBNET, "Its subnets."),
        list("routes", &ROUTE, "The routes of its main route table."),
        list("routeTables", &ROUTE_TABLE, "Its other route tables."),
        list("securityGroups", &SECURITY_GROUP, "Its security groups."),
        list("endpoints", &ENDPOINT, "Its endpoints."),
        list("natGateways", &NAT_GATEWAY, "Its NAT gateways."),
        list(
            "firewallEndpoints",
            &APPLIANCE,
            "Its Network Firewall and Gateway Load Balancer endpoints, as targets of routes.",
        ),
        list(
            "appliances",
            &APPLIANCE,
            "Other targets of routes: appliances and NAT instances by their network interfaces, carrier and local gateways, core networks.",
        ),
        text("internetGateway", "The id of its internet gateway."),
        text("egressOnlyGateway", "The id of its egress-only internet gateway."),
    ],
};

static SUBNET: Shape = Shape {
    name: "subnet",
    doc: "A subnet.",
    members: &[
        id(),
        name(),
        text("cidr", "Its IPv4 range, inside the VPC's (none, in a subnet with IPv6 only)."),
        text("ipv6", "Its IPv6 range."),
        text("zone", "Its availability zone."),
        text("routeTable", "Its route table (the main one)."),
        texts(
            "publicAddresses",
            "The public addresses of its machines, for routes to an internet gateway.",
        ),
        text("proxy", "The subnet or site of the proxy it must use."),
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
            "NAT, internet, egress-only or transit gateway, peering, link, firewall endpoint, appliance; in a transit gateway a VPC, site, link or peered gateway.",
        ),
    ],
};

static ROUTE_TABLE: Shape = Shape {
    name: "routeTable",
    doc: "A route table.",
    members: &[id(), name(), list("routes", &ROUTE, "Its routes.")],
};

static SECURITY_GROUP: Shape = Shape {
    name: "securityGroup",
    doc: "A security group, as far as it speaks of port 443.",
    members: &[
        id(),
        name(),
        texts("ingress", "Who gets in on port 443: ranges, groups, prefix lists (nobody)."),
        texts(
            "egress",
            "Whom its members reach on port 443: ranges, groups, prefix lists (everybody).",
        ),
    ],
};

static ENDPOINT: Shape = Shape {
    name: "endpoint",
    doc: "A VPC endpoint.",
    members: &[
        id(),
        name(),
        Field::required("service", Kind::Text, "The service, without region: sagemaker.api, s3."),
        Field::optional(
            "type",
            Kind::Choice(&["interface", "gateway"]),
            "Interface or gateway; must be given for s3 and dynamodb, which have both.",
        ),
        texts("subnets", "The subnets of an interface endpoint (all)."),
        texts("securityGroups", "The groups of an interface endpoint (everybody gets in)."),
        Field::optional(
            "privateDns",
            Kind::Choice(&["on", "off", "inbound-only"]),
            "Private DNS of an interface endpoint (on, where the service has it).",
        ),
        texts("routeTables", "The route tables of a gateway endpoint (all)."),
        Field::optional(
            "policy",
            Kind::Any,
            "Its policy: a file, or the document (full access for everybody).",
        ),
        text("serviceRegion", "The region of the service (the VPC's)."),
        Field::optional(
            "addresses",
            Kind::Choice(&["ipv4", "ipv6", "dualstack"]),
            "Its IP address type (not known).",
        ),
    ],
};

static NAT_GATEWAY: Shape = Shape {
    name: "natGateway",
    doc: "A NAT gateway.",
    members: &[
        id(),
        name(),
        Field::required("addresses", Kind::Texts, "The addresses that it puts in."),
        Field::optional(
            "connectivity",
            Kind::Choice(&["public", "private"]),
            "Whether its addresses are public ones (public).",
        ),
        flag(
            "trusted",
            "Its addresses count as on the network (false: every workload of the VPC shares them).",
        ),
    ],
};

static APPLIANCE: Shape = Shape {
    name: "appliance",
    doc: "A target of routes that hands traffic on.",
    members: &[
        id(),
        name(),
        text("next", "What the traffic goes on to, as a route's `via` (nowhere)."),
        texts("addresses", "The public addresses that a NAT instance puts in."),
    ],
};

static TRANSIT_GATEWAY: Shape = Shape {
    name: "transitGateway",
    doc: "A transit gateway.",
    members: &[
        id(),
        name(),
        texts("attachments", "The VPCs attached to it, or the subnets of the attachments."),
        list(
            "routes",
            &ROUTE,
            "Routes besides those to the ranges of attached VPCs and linked sites.",
        ),
        list(
            "routeTables",
            &TRANSIT_TABLE,
            "Its other route tables; what none is associated with has the default one.",
        ),
        texts("peers", "The transit gateways that it is peered with."),
    ],
};

static TRANSIT_TABLE: Shape = Shape {
    name: "transitRouteTable",
    doc: "A route table of a transit gateway.",
    members: &[
        id(),
        name(),
        texts("associations", "The VPCs, links and peered gateways whose traffic it routes."),
        texts("propagations", "The VPCs and links whose ranges are routed to them (none)."),
        list("routes", &ROUTE, "Its static routes."),
    ],
};

static PEERING: Shape = Shape {
    name: "peering",
    doc: "A peering connection.",
    members: &[id(), Field::required("vpcs", Kind::Texts, "The two VPCs.")],
};

static SITE: Shape = Shape {
    name: "site",
    doc: "An office or data centre.",
    members: &[
        Field::required("name", Kind::Text, NAME),
        texts("cidrs", "Its private ranges."),
        texts("egress", "The public addresses of its internet egress."),
        text("resolver", "The VPC whose resolver answers for AWS names."),
        text("proxy", "The subnet or site of the proxy it must use."),
        flag("outside", "Known, but no part of the network: off-network (false)."),
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
        text("to", "The VPC or transit gateway at its other end."),
        texts(
            "addresses",
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
        texts("services", "The services it is for (all)."),
        Field::required("vpcs", Kind::Texts, "The VPCs that have the rule."),
        Field::required("to", Kind::Text, "The VPC whose inbound resolver answers."),
    ],
};

static ACCESS_POINT: Shape = Shape {
    name: "accessPoint",
    doc: "An S3 access point with network origin VPC.",
    members: &[
        Field::required("arn", Kind::Text, "Its ARN."),
        Field::required("vpc", Kind::Text, "The VPC it takes requests from."),
    ],
};

static STUDIO_DOMAIN: Shape = Shape {
    name: "studioDomain",
    doc: "A SageMaker Studio domain.",
    members: &[
        id(),
        Field::required(
            "authMode",
            Kind::Choice(&["IAM", "SSO"]),
            "How users come: by calls that policies decide (IAM), or through a portal (SSO).",
        ),
    ],
};

static PREFIX_LIST: Shape = Shape {
    name: "prefixList",
    doc: "A prefix list.",
    members: &[
        id(),
        text("name", "Its name, such as com.amazonaws.eu-west-1.s3."),
        texts("cidrs", "Its ranges."),
    ],
};

static ORIGIN: Shape = Shape {
    name: "origin",
    doc: "A named place where requests start.",
    members: &[
        Field::required("name", Kind::Text, NAME),
        text("at", "The subnet, VPC or site it is at, or `internet`."),
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
        texts("addresses", "Its addresses, if not all of its place."),
        flag("ipv6", "It talks IPv6 to services (false)."),
        texts("endpoints", "Endpoints whose own host names it uses."),
        texts("securityGroups", "The groups it is in."),
        text("proxy", "The subnet or site of the proxy it uses."),
        text("by", "The service that forwards, such as athena.amazonaws.com."),
    ],
};
