//! The readings of networks: what AWS does not document, or documents in two ways, about the paths of
//! requests.

use super::{Kind, Reading, Side, Sure, Touches};

/// perimeter §1.3, AX15: aws:ViaAWSService on direct calls.
pub static VIA_SERVICE_ABSENT: Reading = Reading {
    name: "via-service-absent",
    kind: Kind::Network,
    entry: "perimeter §1.3, AX15",
    about: "aws:ViaAWSService on direct calls",
    default: Side { word: "no", says: "a direct call carries aws:ViaAWSService as false" },
    alternatives: &[Side {
        word: "yes",
        says: "a direct call does not carry aws:ViaAWSService at all",
    }],
    pages: "perimeter §1.3, AX15 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter §1.4, O16: the way of AWS's own compute to a service.
pub static SERVICE_OWNED_ENDPOINT: Reading = Reading {
    name: "service-owned-endpoint",
    kind: Kind::Network,
    entry: "perimeter §1.4, O16",
    about: "the way of AWS's own compute to a service",
    default: Side { word: "no", says: "AWS's own compute reaches the service over no endpoint" },
    alternatives: &[Side {
        word: "yes",
        says: "AWS's own compute reaches the service through an endpoint that AWS owns",
    }],
    pages: "perimeter §1.4, O16 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// U-25; perimeter §1.4, O24: aws:SourceIp of forwarded calls.
pub static FORWARDED_ADDRESS: Reading = Reading {
    name: "forwarded-address",
    kind: Kind::Network,
    entry: "U-25; perimeter §1.4, O24",
    about: "aws:SourceIp of forwarded calls",
    default: Side { word: "no", says: "a forwarded call keeps the caller's address" },
    alternatives: &[Side {
        word: "yes",
        says: "a forwarded call carries an address of the forwarding service",
    }],
    pages: "U-25; perimeter §1.4, O24 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter §1.4, O29: aws:ViaAWSService on calls of the console.
pub static CONSOLE_FORWARDED: Reading = Reading {
    name: "console-forwarded",
    kind: Kind::Network,
    entry: "perimeter §1.4, O29",
    about: "aws:ViaAWSService on calls of the console",
    default: Side { word: "no", says: "a call of the console is a direct call" },
    alternatives: &[Side {
        word: "yes",
        says: "a call of the console carries aws:ViaAWSService as true",
    }],
    pages: "perimeter §1.4, O29 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter §1.4, O30: services that Console Private Access covers.
pub static CONSOLE_PRIVATE_ACCESS_COVERAGE: Reading = Reading {
    name: "console-private-access-coverage",
    kind: Kind::Network,
    entry: "perimeter §1.4, O30",
    about: "services that Console Private Access covers",
    default: Side {
        word: "no",
        says: "the service's console is covered by Console Private Access",
    },
    alternatives: &[Side {
        word: "yes",
        says: "the service's console is not covered by Console Private Access",
    }],
    pages: "perimeter §1.4, O30 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter §1.2: private DNS of an endpoint in one zone, asked from another.
pub static ONE_ZONE_ENDPOINT: Reading = Reading {
    name: "one-zone-endpoint",
    kind: Kind::Network,
    entry: "perimeter §1.2",
    about: "private DNS of an endpoint in one zone, asked from another",
    default: Side {
        word: "no",
        says: "private DNS of the SageMaker runtime works in every zone of the VPC",
    },
    alternatives: &[Side {
        word: "yes",
        says: "private DNS of the SageMaker runtime does not work in zones without the endpoint",
    }],
    pages: "perimeter §1.2 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter §9, 10: gateway endpoints and IPv6.
pub static GATEWAY_ENDPOINT_IPV6: Reading = Reading {
    name: "gateway-endpoint-ipv6",
    kind: Kind::Network,
    entry: "perimeter §9, 10",
    about: "gateway endpoints and IPv6",
    default: Side { word: "no", says: "the gateway endpoint carries IPv4 only" },
    alternatives: &[Side { word: "yes", says: "the gateway endpoint carries IPv6" }],
    pages: "perimeter §9, 10 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter-2 §4: IPv6 at an endpoint whose address type the file does not say.
pub static DUALSTACK_ENDPOINT: Reading = Reading {
    name: "dualstack-endpoint",
    kind: Kind::Network,
    entry: "perimeter-2 §4",
    about: "IPv6 at an endpoint whose address type the file does not say",
    default: Side {
        word: "no",
        says: "the endpoint, whose address type the file does not say, takes IPv4 only",
    },
    alternatives: &[Side {
        word: "yes",
        says: "the endpoint, whose address type the file does not say, takes IPv6",
    }],
    pages: "perimeter-2 §4 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter-2 §3: a route to a part of the public addresses.
pub static PARTIAL_ROUTE: Reading = Reading {
    name: "partial-route",
    kind: Kind::Network,
    entry: "perimeter-2 §3",
    about: "a route to a part of the public addresses",
    default: Side {
        word: "no",
        says: "no public address of the service is in a range that has a route of its own",
    },
    alternatives: &[Side {
        word: "yes",
        says: "some public addresses of the service are in a range that has a route of its own",
    }],
    pages: "perimeter-2 §3 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter-2 §1, AX5: aws:CalledVia on forwarded calls.
pub static CALLED_VIA_ABSENT: Reading = Reading {
    name: "called-via-absent",
    kind: Kind::Network,
    entry: "perimeter-2 §1, AX5",
    about: "aws:CalledVia on forwarded calls",
    default: Side { word: "no", says: "a service that forwards calls fills in aws:CalledVia" },
    alternatives: &[Side {
        word: "yes",
        says: "a service that forwards calls does not fill in aws:CalledVia",
    }],
    pages: "perimeter-2 §1, AX5 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter-2 §1, AX1: the endpoint's keys on calls of the console's servers.
pub static CONSOLE_ENDPOINT_KEYS: Reading = Reading {
    name: "console-endpoint-keys",
    kind: Kind::Network,
    entry: "perimeter-2 §1, AX1",
    about: "the endpoint's keys on calls of the console's servers",
    default: Side { word: "no", says: "console server calls are as the path says" },
    alternatives: &[Side {
        word: "yes",
        says: "console server calls carry, or do not carry, the endpoint's aws:SourceVpce and aws:VpcSourceIp",
    }],
    pages: "perimeter-2 §1, AX1 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter-2 §1, AX10: VPCs of one id in two regions.
pub static TWIN_VPC_ID: Reading = Reading {
    name: "twin-vpc-id",
    kind: Kind::Network,
    entry: "perimeter-2 §1, AX10",
    about: "VPCs of one id in two regions",
    default: Side { word: "no", says: "no VPC of somebody else has the id of one of ours" },
    alternatives: &[Side {
        word: "yes",
        says: "a VPC of somebody else has, in another region, the id of the VPC of an instance of ours",
    }],
    pages: "perimeter-2 §1, AX10 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter-2 §3: buckets with Transfer Acceleration.
pub static TRANSFER_ACCELERATION: Reading = Reading {
    name: "transfer-acceleration",
    kind: Kind::Network,
    entry: "perimeter-2 §3",
    about: "buckets with Transfer Acceleration",
    default: Side { word: "no", says: "the bucket's owner has left Transfer Acceleration off" },
    alternatives: &[Side {
        word: "yes",
        says: "the bucket's owner has switched Transfer Acceleration on",
    }],
    pages: "perimeter-2 §3 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};

/// perimeter-2 §1, AX12: global keys that are newer than the catalogue.
pub static UNLISTED_KEY: Reading = Reading {
    name: "unlisted-key",
    kind: Kind::Network,
    entry: "perimeter-2 §1, AX12",
    about: "global keys that are newer than the catalogue",
    default: Side {
        word: "no",
        says: "AWS has no global condition key that the catalogue does not list",
    },
    alternatives: &[Side {
        word: "yes",
        says: "AWS has a global condition key that the catalogue does not list",
    }],
    pages: "perimeter-2 §1, AX12 of the perimeter notes has the pages; none is decisive",
    others: "no experiment is known",
    sure: Sure::Plausible,
    settle: "guard both cases, or pin the reading once you have tried it",
    touches: Touches::EveryRequest,
};
