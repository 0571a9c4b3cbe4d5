"""What arrives from each origin, and the keys that it carries (perimeter §1.3 to §1.5, perimeter-2 §1, §2).

A key's values are told as: None (absent), a truth value, `("one", texts)`, `("all", texts)`,
`("not", shape, patterns)`, `("chain", texts)`, `("addresses", ranges)`, `("public", but)` with the
ranges that it is not in, `("any address",)`, or `("maybe", values)` where it may be absent too.
"""

from network import listed, nets, of_family
from network_ways import Ways

# Action prefixes of services that fill the newer keys in (perimeter-2 §5.1), of those in use here.
FILLS_IN = {
    "aws:SourceVpcArn": {"kms", "lambda", "s3", "iam", "athena"},
    "aws:VpceAccount": {"kms", "lambda", "s3", "iam", "athena", "dynamodb"},
    "aws:VpceOrgPaths": {"kms", "lambda", "s3", "iam", "athena", "dynamodb"},
    "aws:VpceOrgID": {"kms", "lambda", "s3", "iam", "athena", "dynamodb", "sqs"},
}
DIRECT = {
    "aws:ViaAWSService": False,
    "aws:PrincipalIsAWSService": False,
    "aws:CalledVia": None,
    "aws:CalledViaFirst": None,
    "aws:CalledViaLast": None,
}
NO_ENDPOINT = {
    "aws:SourceVpce": None,
    "aws:SourceVpc": None,
    "aws:VpcSourceIp": None,
    "aws:SourceVpcArn": None,
    "aws:VpceAccount": None,
    "aws:VpceOrgID": None,
    "aws:VpceOrgPaths": None,
}
SERVICES = "*.amazonaws.com"


def maybe(values):
    return ("maybe", values)


def other(shape, *patterns):
    return ("not", shape, tuple(sorted(patterns)))


def one(*texts):
    return ("one", tuple(sorted(texts)))


class Arrival:
    def __init__(self, end, keys, fact=None, caller="anyone"):
        self.end, self.keys, self.fact, self.caller = end, keys, fact, caller


class Origins:
    """The origins of a network, asked about one action in one region."""

    def __init__(self, net, action, region):
        self.net, self.action, self.region = net, action, region
        self.ways = Ways(net)
        self.prefix = action.split(":")[0]

    # What the file tells about addresses.

    def own_vpcs(self):
        return [it for it in self.net.vpcs if not it.outside]

    def company(self):
        """Public addresses on the network: egress of sites, public interfaces, trusted gateways."""
        inside = [it for it in self.net.sites if not it.outside]
        known = [net for it in inside for net in it.egress]
        for link in self.net.links:
            if link.type == "public-vif" and not self.net.find(link.site).outside:
                known += link.addresses
        for vpc in self.own_vpcs():
            for nat in vpc.nats:
                if nat.trusted and nat.connectivity != "private":
                    known += nat.addresses
        return sorted(set(known), key=str)

    def nat(self):
        """Public addresses of our VPCs that are not."""
        known = []
        for vpc in self.own_vpcs():
            known += [net for it in vpc.nats if not it.trusted and it.connectivity != "private" for net in it.addresses]
            known += [net for it in vpc.hops for net in it.addresses]
            known += [net for it in vpc.subnets for net in it.public]
            if vpc.internetGateway or vpc.egressOnlyGateway:
                known += of_family(vpc.cidrs, 6)
        return sorted(set(known), key=str)

    def stranger(self, *families):
        """A public address that is nobody's here."""
        return ("public", tuple(map(str, self.company() + self.nat())), families or (4, 6))

    # Keys.

    def through(self, vpc, endpoint, client):
        keys = DIRECT | {
            "aws:SourceIp": None,
            "aws:VpcSourceIp": ("addresses", tuple(client)) if client else ("any address",),
            "aws:SourceVpc": one(vpc.id),
            "aws:SourceVpce": one(endpoint.id),
        }
        return keys | self.owner(vpc)

    def owner(self, vpc):
        if vpc.account is None:
            return {}
        keys = {
            "aws:SourceVpcArn": one(self.arn(vpc)),
            "aws:VpceAccount": one(vpc.account),
        }
        known = [it for it in self.net.accounts if it.id == vpc.account]
        return keys | (self.organization(known[0]) if known else {})

    def arn(self, vpc):
        partition = "aws-us-gov" if vpc.region.startswith("us-gov-") else "aws-cn" if vpc.region.startswith("cn-") else "aws"
        return f"arn:{partition}:ec2:{vpc.region}:{vpc.account}:vpc/{vpc.id}"

    def organization(self, account):
        if not self.net.organization:
            return {}
        own = self.net.organization["id"]
        if not account.member:
            return {"aws:VpceOrgID": maybe(other("o-*", own)), "aws:VpceOrgPaths": maybe(other("o-*/r-*/*", own + "/*"))}
        path = ("all", (account.path,)) if account.path else other(own + "/r-*/*")
        return {"aws:VpceOrgID": one(own), "aws:VpceOrgPaths": path}

    def public(self, seen):
        ip = ("addresses", tuple(seen)) if seen else self.stranger()
        return DIRECT | {"aws:SourceIp": ip} | NO_ENDPOINT

    def unlisted(self, owner):
        """Requests through an endpoint that is not in the file; the owner is a pair of kind and thing."""
        kind, thing = owner
        keys = DIRECT | {
            "aws:SourceIp": None,
            "aws:VpcSourceIp": ("any address",),
            "aws:SourceVpc": other("vpc-?*", *[it.id for it in self.net.vpcs]),
            "aws:SourceVpce": other("vpce-?*", *[it.id for it in self.net.endpoints()]),
        }
        if kind == "vpc":
            return keys | {"aws:SourceVpc": one(thing.id)} | self.owner(thing)
        if kind == "account":
            arns = [self.arn(it) for it in self.net.vpcs if it.account]
            keys["aws:SourceVpcArn"] = other(f"arn:aws*:ec2:*:{thing.id}:vpc/vpc-?*", *arns)
            return keys | {"aws:VpceAccount": one(thing.id)} | self.organization(thing)
        accounts = [it.id for it in self.net.accounts]
        keys["aws:SourceVpcArn"] = other(
            "arn:aws*:ec2:*:????????????:vpc/vpc-?*", *[f"arn:*:ec2:*:{it}:vpc/*" for it in accounts]
        )
        keys["aws:VpceAccount"] = other("????????????", *accounts)
        ours = self.net.organization["id"] if self.net.organization else None
        if kind == "organization":
            trusted = [it + "*" for it in self.units()]
            return keys | {"aws:VpceOrgID": one(ours), "aws:VpceOrgPaths": other(ours + "/r-*/*", *trusted)}
        if kind == "unit":
            return keys | {"aws:VpceOrgID": one(ours), "aws:VpceOrgPaths": other(thing + "*")}
        not_ours = [ours] if ours else []
        keys["aws:VpceOrgID"] = maybe(other("o-*", *not_ours))
        keys["aws:VpceOrgPaths"] = maybe(other("o-*/r-*/*", *[it + "/*" for it in not_ours]))
        return keys

    def units(self):
        """Paths of the organization's trusted units."""
        return listed((self.net.organization or {}).get("trustedUnits"))

    def owners(self, trusted):
        """Owners of endpoints that the file does not list, by whether they count as on the network."""
        organization = self.net.organization
        all_trusted = bool(organization and organization.get("trusted"))
        owners = [(("stranger", None), False)]
        if organization:
            owners.append((("organization", None), all_trusted))
            owners += [(("unit", it), True) for it in self.units()]
        for account in self.net.accounts:
            below = any((account.path or "").startswith(it) for it in self.units())
            counts = account.trusted or account.member and (all_trusted or below)
            owners.append((("account", account), counts))
        owners += [(("vpc", it), False) for it in self.net.vpcs if it.outside]
        return [owner for owner, counts in owners if counts == trusted]

    # Origins.

    def places(self):
        """The origins of the file."""
        names = [it.name for it in self.net.sites]
        for vpc in self.net.vpcs:
            names += [vpc.name or vpc.id] if len(vpc.subnets) > 1 else []
            names += [it.name or it.id for it in vpc.subnets]
        return names + list(self.net.origins)

    def names(self):
        """Every origin."""
        names = self.places()
        names += "internet internet-ipv6 foreign-endpoint service-network service-side service-principal".split()
        names += "service-principal-for-others forwarded agent off-network off-network-direct on-network".split()
        names += ["nat"] if self.nat() else []
        names += ["organization-endpoint"] if self.net.organization else []
        return names + (["account-endpoint"] if self.net.accounts else [])

    def arrivals(self, name, every):
        if name in self.net.origins:
            return self.defined(self.net.origins[name], every)
        if name in self.net.things:
            return self.hosts(self.machines(self.net.find(name)), every)
        return getattr(self, "from_" + name.replace("-", "_"))(every)

    def machines(self, thing):
        places = thing.subnets if thing.kind == "vpc" else [thing]
        return [self.net.at(it) for it in places]

    def hosts(self, machines, every):
        found = []
        for machine in machines:
            for way in self.ways.of(machine, self.action, self.region, every):
                found.append(self.arrive(way))
        return found

    def arrive(self, way):
        end, endpoint, seen, fact = way
        if endpoint:
            return Arrival(end, self.through(endpoint.vpc, endpoint, seen), fact)
        if end == "inside the VPC":
            return Arrival(end, DIRECT | {"aws:SourceIp": None} | NO_ENDPOINT, fact)
        return Arrival(end, self.public(seen), fact)

    def defined(self, origin, every):
        starts = self.machines(self.net.find(origin.at)) if origin.at and origin.at != "internet" else []
        machines = []
        for start in starts:
            start.prefers_v6 = start.prefers_v6 or bool(origin.ipv6)
            own = nets(origin.addresses)
            if own:
                start.v4 = of_family(own, 4)
                # An address that is not told is one of its place.
                start.v6 = of_family(own, 6) or start.v6
            start.chosen = listed(origin.endpoints)
            start.groups = [self.net.id(it) for it in listed(origin.securityGroups)]
            start.proxy = origin.proxy or start.proxy
            machines.append(start)
        kind = origin.kind or "host"
        if kind == "isolated-container":
            return []
        if kind in ("forwarded", "agent"):
            return self.after_first_calls(machines, origin.by, kind == "agent", every)
        if kind == "host" and not machines:
            return self.internet(6 if origin.ipv6 else 4)
        if kind == "host":
            return self.hosts(machines, every)
        # A notebook with a subnet and internet access (O17): only traffic inside the VPC is its own.
        found = []
        for machine in machines:
            ways = self.ways.of(machine, self.action, self.region, every)
            inside = [
                it
                for it in ways
                if it[0] == "inside the VPC"
                or it[1] and it[1].type != "gateway" and it[1].vpc is machine.place.vpc
            ]
            found += [self.arrive(it) for it in inside]
            # What is not inside the VPC leaves by the service's network, whatever routes there are;
            # who tries every way tries public addresses.
            facts = [it[3] for it in ways if it not in inside]
            facts = {it if it == "one-zone-endpoint" else None for it in facts}
            if not ways or every and inside and inside[0][0] != "inside the VPC":
                facts.add(None)
            for fact in facts:
                found += self.service_network(fact)
        return found

    def service_network(self, fact=None):
        return [
            Arrival("service network", DIRECT | {"aws:SourceIp": self.stranger()} | NO_ENDPOINT, fact),
            Arrival("service network", self.unlisted(("stranger", None)), "service-owned-endpoint"),
        ]

    def internet(self, *families):
        return [Arrival("public", DIRECT | {"aws:SourceIp": self.stranger(*families)} | NO_ENDPOINT)]

    def from_internet(self, every):
        return self.internet()

    def from_internet_ipv6(self, every):
        return self.internet(6)

    def elsewhere(self, owners):
        return [Arrival("unlisted endpoint", self.unlisted(it)) for it in owners]

    def from_foreign_endpoint(self, every):
        return self.elsewhere([("stranger", None)])

    def from_organization_endpoint(self, every):
        members = [("account", it) for it in self.net.accounts if it.member]
        units = [("unit", it) for it in self.units()]
        return self.elsewhere([("organization", None)] + units + members)

    def from_account_endpoint(self, every):
        return self.elsewhere([("account", it) for it in self.net.accounts])

    def from_nat(self, every):
        seen = ("addresses", tuple(self.nat()))
        return [Arrival("public", DIRECT | {"aws:SourceIp": seen} | NO_ENDPOINT)]

    def from_service_network(self, every):
        return self.service_network()

    def from_service_side(self, every):
        """O22, O26: an address that is not ours, or none; an endpoint of AWS's, perhaps."""
        return [
            Arrival("service", DIRECT | {"aws:SourceIp": self.stranger()} | NO_ENDPOINT, None, "role"),
            Arrival("service", DIRECT | {"aws:SourceIp": None} | NO_ENDPOINT, None, "role"),
            Arrival("service", self.unlisted(("stranger", None)), "service-owned-endpoint", "role"),
        ]

    def service(self, ours, caller="service"):
        accounts = [it.id for it in self.net.accounts]
        own = self.net.organization["id"] if self.net.organization else None
        known = one(*accounts) if accounts else other("????????????")
        keys = DIRECT | NO_ENDPOINT | {"aws:SourceIp": None, "aws:PrincipalIsAWSService": True}
        keys["aws:SourceAccount"] = maybe(known if ours else other("????????????", *accounts))
        if own:
            keys["aws:SourceOrgID"] = maybe(one(own) if ours else other("o-*", own))
        return [Arrival("service", keys, None, caller)]

    def from_service_principal(self, every):
        """O25: for an account of ours, or for one of the organization that the file does not list."""
        found = self.service(True)
        if self.net.organization:
            other_account = maybe(other("????????????", *[it.id for it in self.net.accounts]))
            own = one(self.net.organization["id"])
            more = self.service(True)[0]
            more.keys |= {"aws:SourceAccount": other_account, "aws:SourceOrgID": own}
            found.append(more)
        return found

    def from_service_principal_for_others(self, every):
        return self.service(False)

    def from_forwarded(self, every):
        return self.forwarded(None, False, [None, ("public", (), (4, 6))])

    def from_agent(self, every):
        return self.forwarded(None, True, [None, ("public", (), (4, 6))])

    def forwarded(self, by, agent, addresses, facts=(None,)):
        """O23, O24: the keys of the first call's endpoint are not carried on, its address is."""
        found = []
        service = one(by) if by else other(SERVICES)
        for number, address in enumerate(addresses):
            fact = facts[min(number, len(facts) - 1)]
            keys = DIRECT | NO_ENDPOINT | {"aws:SourceIp": address, "aws:ViaAWSService": True}
            if agent:
                keys |= {"aws:ViaAWSMCPService": True, "aws:CalledViaAWSMCP": service}
            chain = {
                "aws:CalledVia": ("chain", (by,) if by else ()),
                "aws:CalledViaFirst": other(SERVICES),
                "aws:CalledViaLast": service,
            }
            found.append(Arrival("service", keys | chain, fact))
            if fact is None:
                silent = {"aws:CalledVia": None}
                silent |= {it: maybe(other(SERVICES)) for it in ("aws:CalledViaFirst", "aws:CalledViaLast")}
                found.append(Arrival("service", keys | silent, "called-via-absent"))
        return found

    def after_first_calls(self, machines, by, agent, every):
        if not machines:
            return self.forwarded(by, agent, [None, ("public", (), (4, 6))])
        found = []
        first = Origins(self.net, "athena:StartQueryExecution", self.region)
        for machine in machines:
            for end, endpoint, seen, fact in first.ways.of(machine, first.action, self.region, every):
                if endpoint:
                    calls = self.forwarded(by, agent, [None])
                elif seen:
                    anywhere = ("public", (), (4, 6))
                    calls = self.forwarded(by, agent, [("addresses", tuple(seen)), anywhere], (None, "forwarded-address"))
                else:
                    calls = self.forwarded(by, agent, [("public", (), (4, 6))])
                for call in calls:
                    call.fact = call.fact or fact
                found += calls
        return found

    def from_off_network_direct(self, every):
        found = self.internet() + self.elsewhere(self.owners(False))
        found += self.from_nat(every) if self.nat() else []
        found += self.service_network() + self.from_service_side(every)
        for endpoint in self.serving():
            if endpoint.vpc.outside:
                found.append(self.at(endpoint))
        return found

    def from_off_network(self, every):
        found = self.from_off_network_direct(every)
        if not every:
            return found
        for place in self.net.sites + [it for vpc in self.net.vpcs if vpc.outside for it in vpc.subnets]:
            if place.outside or place.kind == "subnet":
                found += self.hosts([self.net.at(place)], every)
        company = ("public", tuple(map(str, self.company())), (4, 6))
        return found + self.forwarded(None, False, [None, company]) + self.service(True, "viewers")

    def from_on_network(self, every):
        found = []
        if every:
            # Calls that are forwarded after a first call from on the network.
            addresses = [None]
            if self.company():
                addresses.append(("addresses", tuple(self.company())))
            found += self.forwarded(None, False, addresses)
        if self.company():
            found.append(Arrival("public", self.public(self.company())))
        found += [self.at(it) for it in self.serving() if not it.vpc.outside]
        return found + self.elsewhere(self.owners(True))

    def serving(self):
        from network_ways import HOSTS, SERVICES as BY_ACTION

        service = None if self.action in HOSTS else BY_ACTION.get(self.action)
        return self.net.serving(service, self.region)

    def at(self, endpoint):
        kind = "gateway" if endpoint.type == "gateway" else "interface"
        return Arrival(f"{kind} {endpoint.id}", self.through(endpoint.vpc, endpoint, []))


def told(arrival, action):
    """The arrival with the newer keys only where the service fills them in."""
    prefix = action.split(":")[0]
    keys = {}
    for key, values in arrival.keys.items():
        if key in FILLS_IN and prefix not in FILLS_IN[key]:
            values = None
        keys[key] = values
    return keys
