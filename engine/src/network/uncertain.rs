//! Facts that AWS does not document, or documents in two ways: each is modelled as "either".

use crate::formula::ChoiceId;

/// A fact that may be so or otherwise; a verdict that depends on it says so.
///
/// ```
/// # use polsim::network::uncertain::VIA_ABSENT;
/// assert_eq!(VIA_ABSENT.name, "via-service-absent");
/// ```
#[derive(Debug, Eq, PartialEq)]
pub struct Uncertainty {
    /// Name of the object.
    pub name: &'static str,
    /// The less expected of the two readings, as a sentence.
    pub statement: &'static str,
    /// Section of the notes.
    pub source: &'static str,
}

impl Uncertainty {
    /// The choice that is true where the fact is so.
    pub fn choice(&self) -> ChoiceId {
        ChoiceId::world(format!("network:{}", self.name))
    }
}

/// Direct calls without `aws:ViaAWSService`.
pub static VIA_ABSENT: Uncertainty = Uncertainty {
    name: "via-service-absent",
    statement: "a direct call does not carry aws:ViaAWSService at all",
    source: "perimeter §1.3, AX15",
};

/// Calls from the service network that come through endpoints of the service.
pub static SERVICE_ENDPOINT: Uncertainty = Uncertainty {
    name: "service-owned-endpoint",
    statement: "AWS's own compute reaches the service through an endpoint that AWS owns",
    source: "perimeter §1.4, O16",
};

/// Forwarded calls with an address of AWS.
pub static FORWARDED_ADDRESS: Uncertainty = Uncertainty {
    name: "forwarded-address",
    statement: "a forwarded call carries an address of the forwarding service",
    source: "perimeter §1.4, O24",
};

/// Console calls that carry the forwarding flag.
pub static CONSOLE_VIA: Uncertainty = Uncertainty {
    name: "console-forwarded",
    statement: "a call of the console carries aws:ViaAWSService as true",
    source: "perimeter §1.4, O29",
};

/// Consoles that Console Private Access does not cover.
pub static CONSOLE_PRIVATE: Uncertainty = Uncertainty {
    name: "console-private-access-coverage",
    statement: "the service's console is not covered by Console Private Access",
    source: "perimeter §1.4, O30",
};

/// Private DNS of an endpoint in one zone, asked from another.
pub static ONE_ZONE: Uncertainty = Uncertainty {
    name: "one-zone-endpoint",
    statement: "private DNS of the SageMaker runtime does not work in zones without the endpoint",
    source: "perimeter §1.2",
};

/// Gateway endpoints and IPv6.
pub static GATEWAY_IPV6: Uncertainty = Uncertainty {
    name: "gateway-endpoint-ipv6",
    statement: "the gateway endpoint carries IPv6",
    source: "perimeter §9, 10",
};

/// IPv6 at an endpoint whose address type the file does not say.
pub static DUALSTACK_ENDPOINT: Uncertainty = Uncertainty {
    name: "dualstack-endpoint",
    statement: "the endpoint, whose address type the file does not say, takes IPv6",
    source: "perimeter-2 §4",
};

/// A route to a part of the public addresses.
pub static PARTIAL_ROUTE: Uncertainty = Uncertainty {
    name: "partial-route",
    statement: "some public addresses of the service are in a range that has a route of its own",
    source: "perimeter-2 §3",
};

/// Forwarded calls without `aws:CalledVia`.
pub static CALLED_VIA_ABSENT: Uncertainty = Uncertainty {
    name: "called-via-absent",
    statement: "a service that forwards calls does not fill in aws:CalledVia",
    source: "perimeter-2 §1, AX5",
};

/// Calls of the console's web servers and the id of the console's endpoint.
pub static CONSOLE_ENDPOINT: Uncertainty = Uncertainty {
    name: "console-endpoint-keys",
    statement: "console server calls carry, or do not carry, the endpoint's aws:SourceVpce and aws:VpcSourceIp",
    source: "perimeter-2 §1, AX1",
};

/// VPCs of one id in two regions, one of them an instance's.
pub static TWIN_VPC: Uncertainty = Uncertainty {
    name: "twin-vpc-id",
    statement: "a VPC of somebody else has, in another region, the id of the VPC of an instance of ours",
    source: "perimeter-2 §1, AX10",
};

/// Buckets with Transfer Acceleration.
pub static ACCELERATION: Uncertainty = Uncertainty {
    name: "transfer-acceleration",
    statement: "the bucket's owner has switched Transfer Acceleration on",
    source: "perimeter-2 §3",
};

/// Global keys that are newer than the catalogue.
pub static UNLISTED_KEY: Uncertainty = Uncertainty {
    name: "unlisted-key",
    statement: "AWS has a global condition key that the catalogue does not list",
    source: "perimeter-2 §1, AX12",
};

/// Facts of this list, in the order of the notes.
pub static ALL: &[&Uncertainty] = &[
    &VIA_ABSENT,
    &SERVICE_ENDPOINT,
    &FORWARDED_ADDRESS,
    &CONSOLE_VIA,
    &CONSOLE_PRIVATE,
    &ONE_ZONE,
    &GATEWAY_IPV6,
    &DUALSTACK_ENDPOINT,
    &PARTIAL_ROUTE,
    &CALLED_VIA_ABSENT,
    &CONSOLE_ENDPOINT,
    &TWIN_VPC,
    &ACCELERATION,
    &UNLISTED_KEY,
];

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::catalog::readings::{self, Kind};

    #[test]
    fn each_fact_is_a_reading_of_the_register() {
        let rows: Vec<&str> =
            readings::all().filter(|it| it.kind == Kind::Network).map(|it| it.name).collect();
        let names: Vec<&str> = ALL.iter().map(|fact| fact.name).collect();
        assert_eq!(rows, names);
        for fact in ALL {
            let choice = fact.choice();
            let (_, side) = readings::of_choice(choice.name()).expect("a row");
            assert_eq!(side.says, fact.statement);
        }
    }
}
