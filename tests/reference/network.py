"""The network once more: places, ways and their ends, told as the notes tell them.

Written from perimeter §1.1, §1.2 and perimeter-2 §3, §4; it shares no line with the engine. Traffic is
followed step by step: a table looks an address up, what the route leads to hands it on. `PUBLIC` asks
for public addresses of a family, anything else is an address inside a VPC.
"""

import functools
import ipaddress

# The same few texts are read over and over.
ip_network = functools.cache(ipaddress.ip_network)

HOPS = 12
NAT64 = ip_network("64:ff9b::/96")
NOT_PUBLIC = [
    ip_network(it)
    for it in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12"
        " 192.168.0.0/16 224.0.0.0/4 240.0.0.0/4"
    ).split()
]
GLOBAL_UNICAST = ip_network("2000::/3")
# Services whose interface endpoints have no private DNS (perimeter-2 §5.3).
NO_PRIVATE_DNS = {"dynamodb", "dynamodb-streams"}


def listed(value):
    return [] if value is None else value if isinstance(value, list) else [value]


def nets(value):
    return [ip_network(it) for it in listed(value)]


def of_family(ranges, family):
    return [it for it in ranges if it.version == family]


def is_public(net):
    if net.version == 6:
        return net.subnet_of(GLOBAL_UNICAST) or GLOBAL_UNICAST.subnet_of(net)
    return not any(net.subnet_of(it) for it in NOT_PUBLIC)


class Thing:
    """An object of a topology, its members as attributes; what is not written is None."""

    def __init__(self, doc, **more):
        self.__dict__.update(doc)
        self.__dict__.update(more)

    def __getattr__(self, name):
        return None


class Machine:
    """A caller at a place."""

    def __init__(self, place, v4, v6, prefers_v6=False):
        self.place, self.v4, self.v6, self.prefers_v6 = place, v4, v6, prefers_v6
        self.groups, self.chosen, self.proxy, self.every = [], [], place.proxy, False

    def like(self, **changes):
        other = Machine(self.place, self.v4, self.v6, self.prefers_v6)
        other.__dict__.update(self.__dict__)
        other.__dict__.update(changes)
        return other

    @property
    def unknown(self):
        return not self.v4 and not self.v6


class Net:
    """A topology with its names resolved."""

    def __init__(self, doc):
        self.doc = doc
        self.region = doc["region"]
        self.things = {}
        self.organization = doc.get("organization")
        self.accounts = self._accounts(doc)
        self.vpcs = [self._vpc(it) for it in doc.get("vpcs", [])]
        self.sites = [self._add("site", it, id=it["name"]) for it in doc.get("sites", [])]
        for site in self.sites:
            site.cidrs, site.egress = nets(site.cidrs), nets(site.egress)
        self.links = [self._add("link", it, id=it["name"]) for it in doc.get("links", [])]
        for link in self.links:
            link.addresses = nets(link.addresses)
        self.peerings = [self._add("peering", it) for it in doc.get("peerings", [])]
        self.gateways = [self._gateway(it) for it in doc.get("transitGateways", [])]
        self.lists = [self._add("list", it) for it in doc.get("prefixLists", [])]
        for it in self.lists:
            it.cidrs = nets(it.cidrs)
        self.origins = {it["name"]: Thing(it) for it in doc.get("origins", [])}
        for gateway in self.gateways:
            for peer in listed(gateway.peers):
                self.find(peer).peered.add(gateway.id)
                gateway.peered.add(self.id(peer))

    def _accounts(self, doc):
        known = [
            Thing(it, member=it.get("member", True), trusted=it.get("trusted", False))
            for it in doc.get("accounts", [])
        ]
        own = doc.get("account")
        if own and own.isdigit() and all(it.id != own for it in known):
            known.append(Thing({"id": own, "member": True, "trusted": False}))
        return known

    def _add(self, kind, doc, **more):
        thing = Thing(doc, kind=kind, **more)
        self.things[thing.id] = thing
        if thing.name:
            self.things[thing.name] = thing
        return thing

    def _vpc(self, doc):
        account = doc.get("account", self.doc.get("account"))
        named = [it.id for it in self.accounts if account in (it.id, it.name)]
        vpc = self._add(
            "vpc",
            doc,
            cidrs=nets(doc["cidrs"]),
            region=doc.get("region", self.region),
            account=named[0] if named else account,
            outside=doc.get("outside", False),
        )
        main = Thing({"id": "main of " + vpc.id, "routes": doc.get("routes", [])})
        vpc.tables = [main] + [self._add("table", it) for it in doc.get("routeTables", [])]
        vpc.subnets = [self._subnet(it, vpc) for it in doc.get("subnets", [])]
        vpc.groups = [self._add("group", it, vpc=vpc) for it in doc.get("securityGroups", [])]
        vpc.endpoints = [
            self._add("endpoint", it, vpc=vpc, serves=it.get("serviceRegion", vpc.region))
            for it in doc.get("endpoints", [])
        ]
        vpc.nats = [self._add("nat", it, vpc=vpc, addresses=nets(it["addresses"])) for it in doc.get("natGateways", [])]
        vpc.hops = []
        for member in ("firewallEndpoints", "appliances"):
            for it in doc.get(member, []):
                vpc.hops.append(self._add("hop", it, addresses=nets(it.get("addresses"))))
        for member in ("internetGateway", "egressOnlyGateway"):
            if doc.get(member):
                self._add(member, {"id": doc[member]})
        return vpc

    def _subnet(self, doc, vpc):
        ranges = nets(doc.get("cidr")) + nets(doc.get("ipv6"))
        return self._add(
            "subnet",
            doc,
            vpc=vpc,
            v4=of_family(ranges, 4),
            v6=of_family(ranges, 6),
            public=nets(doc.get("publicAddresses")),
        )

    def _gateway(self, doc):
        tables = [Thing(it) for it in doc.get("routeTables", [])]
        gateway = self._add("gateway", doc, tables=tables, peered=set())
        gateway.attached, gateway.delivers = [], set()
        for name in listed(doc.get("attachments")):
            thing = self.find(name)
            vpc = thing.vpc if thing.kind == "subnet" else thing
            if thing.kind == "subnet":
                gateway.delivers.add(thing.id)
            if vpc not in gateway.attached:
                gateway.attached.append(vpc)
        return gateway

    def find(self, name):
        return self.things[name]

    def id(self, name):
        return self.things[name].id

    def table(self, subnet):
        if subnet.routeTable is None:
            return subnet.vpc.tables[0]
        return next(it for it in subnet.vpc.tables if it.id == self.id(subnet.routeTable))

    def endpoints(self):
        return [it for vpc in self.vpcs for it in vpc.endpoints]

    def serving(self, service, region):
        return [it for it in self.endpoints() if it.service == service and it.serves == region]

    # Where machines are.

    def at(self, place):
        if place.kind == "site":
            v4, v6 = of_family(place.cidrs, 4), of_family(place.cidrs, 6)
            return Machine(place, v4, v6)
        return Machine(place, place.v4, place.v6, prefers_v6=not place.v4)

    # Following traffic. An end is (what, where, source): inside a VPC, or public addresses.

    def best(self, routes, goal):
        """The route of a table: for public addresses the default one of the family."""
        if isinstance(goal, int):
            def fits(net):
                return net.version == goal and net.prefixlen == 0
        else:
            def fits(net):
                return goal in net
        known = [
            (net.prefixlen, -number, route)
            for number, route in enumerate(routes)
            if not (route["to"] in self.things)
            for net in [ip_network(route["to"])]
            if fits(net)
        ]
        return max(known, key=lambda it: it[:2])[2] if known else None

    def leave(self, machine, vpc, via, goal, source, hops=0):
        """What becomes of traffic for a goal that a route of a VPC sends somewhere."""
        thing, public = self.find(via), isinstance(goal, int)
        if hops > HOPS:
            return []
        if thing.kind == "peering":
            ends = [self.find(it) for it in thing.vpcs]
            return [("inside", it, source) for it in ends if not public and any(goal in net for net in it.cidrs)]
        if thing.kind == "gateway":
            return self.pass_on(machine, thing, vpc.id, goal, source, hops + 1)
        if thing.kind == "nat" and thing.connectivity != "private":
            seen = of_family(thing.addresses, goal) if public else []
            return [("public", seen, source)] if seen else []
        if thing.kind == "nat":
            own = [it for it in thing.vpc.subnets if any(thing.addresses[0][0] in net for net in it.v4 + it.v6)]
            route = self.best(self.table(own[0]).routes or [], goal) if own else None
            if route is None:
                return []
            return self.leave(machine, thing.vpc, route["via"], goal, thing.addresses, hops + 1)
        if thing.kind == "hop":
            if public and thing.addresses:
                seen = of_family(thing.addresses, goal)
                return [("public", seen, source)] if seen else []
            return self.leave(machine, vpc, thing.next, goal, source, hops + 1) if thing.next else []
        if thing.kind == "link":
            return self.out_of_site(machine, self.find(thing.site), goal, source) if public else []
        mine = machine.place.kind == "subnet" and machine.place.vpc is vpc
        if not public or not mine:
            return []
        if thing.kind == "internetGateway" and goal == 4:
            return [("public", machine.place.public, source)]
        return [("public", machine.v6, source)] if goal == 6 else []

    def pass_on(self, machine, gateway, came_from, goal, source, hops):
        """What a transit gateway does with traffic from an attachment."""
        if hops > HOPS:
            return []
        own = [it for it in gateway.tables if came_from in map(self.id, listed(it.associations))]
        table = own[0] if own else None
        routes = (table.routes if table else gateway.routes) or []
        public = isinstance(goal, int)
        targets = []
        static = self.best(routes, goal)
        if static:
            targets.append((ip_network(static["to"]).prefixlen, 1, self.find(static["via"])))
        if not public:
            links = [it for it in self.links if it.to and self.find(it.to) is gateway]
            known = {it.id: (it, it.cidrs) for it in gateway.attached}
            known |= {it.id: (self.find(it.site), self.find(it.site).cidrs) for it in links}
            shared = set(known) if table is None else set(map(self.id, listed(table.propagations)))
            for name, (thing, ranges) in known.items():
                lengths = [net.prefixlen for net in ranges if goal in net]
                if name in shared and lengths:
                    targets.append((max(lengths), 0, thing))
        if not targets:
            return []
        target = max(targets, key=lambda it: it[:2])[2]
        if target.kind == "link":
            target = self.find(target.site)
        if target.kind == "site":
            return self.out_of_site(machine, target, goal, source) if public else []
        if target.kind == "gateway":
            return self.pass_on(machine, target, gateway.id, goal, source, hops + 1)
        if not public and any(goal in net for net in target.cidrs):
            return [("inside", target, source)]
        return self.deliver(machine, gateway, target, goal, source, hops + 1)

    def deliver(self, machine, gateway, vpc, goal, source, hops):
        """The table of the attachment's subnet decides on, not the main one."""
        attached = [it for it in vpc.subnets if it.id in gateway.delivers]
        tables = [self.table(it) for it in attached] or vpc.tables
        targets = []
        for table in tables:
            route = self.best(table.routes or [], goal)
            if route and self.id(route["via"]) not in targets:
                targets.append(self.id(route["via"]))
        ends = []
        for via in targets if machine.every else targets[:1]:
            ends += self.leave(machine, vpc, via, goal, source, hops)
        return ends

    def out_of_site(self, machine, site, goal, source):
        """Public virtual interfaces first, then the site's own egress."""
        either = machine.place is site and not machine.prefers_v6
        ways = [it.addresses for it in self.links if it.type == "public-vif" and self.find(it.site) is site]
        ways = [it if either else of_family(it, goal) for it in ways + [site.egress]]
        ways = [("public", it, source) for it in ways if it]
        return ways if machine.every else ways[:1]
