"""From a place to a service: name resolution, endpoints, public addresses (perimeter-2 §3 to §5).

A way is `(end, endpoint, addresses, fact)`: where it ends, the endpoint it crosses, the client's
addresses as the service sees them (None: not told), and the undocumented fact without which there is
no such way.
"""

from network import NAT64, NO_PRIVATE_DNS, ip_network, is_public, listed, nets, of_family

# Actions by the host that they call: (service of the endpoint, reach) (perimeter-2 §5.4, §5.5).
HOSTS = {
    "elasticfilesystem:ClientMount": "inside",
    "rds-db:connect": "inside",
    "lambda:InvokeFunctionUrl": "internet",
}
SERVICES = {
    "s3:GetObject": "s3",
    "dynamodb:GetItem": "dynamodb",
    "kms:Decrypt": "kms",
    "sts:AssumeRole": "sts",
    "sagemaker:CreateModel": "sagemaker.api",
    "sagemaker:InvokeEndpoint": "sagemaker.runtime",
    "lambda:InvokeFunction": "lambda",
    "logs:PutLogEvents": "logs",
    "sqs:SendMessage": "sqs",
    "athena:StartQueryExecution": "athena",
}


class Ways:
    def __init__(self, net):
        self.net = net

    def of(self, machine, action, region, every):
        """The ways of a machine to the host of an action."""
        machine = machine.like(every=every)
        reach = HOSTS.get(action)
        if reach == "inside":
            linked = machine.place.kind == "subnet" or any(
                it.to and self.net.find(it.site) is machine.place for it in self.net.links
            )
            return [("inside the VPC", None, [], None)] if linked else []
        service = SERVICES.get(action, "internet only")
        ways = self.plain(machine.like(every=False), service, region)
        if every:
            for place in self.behind(machine):
                ways += self.every(place.like(every=True), service, region)
        return [it for it in ways if it]

    def behind(self, machine):
        """The machine, and the proxies that its web traffic goes through."""
        chain, seen = [machine], set()
        proxy = machine.proxy
        while proxy and self.net.id(proxy) not in seen:
            seen.add(self.net.id(proxy))
            place = self.net.find(proxy)
            chain.append(self.net.at(place).like(chosen=machine.chosen, every=machine.every))
            proxy = place.proxy
        return chain

    def plain(self, machine, service, region):
        machine = self.behind(machine)[-1]
        ways = []
        for endpoint, fact in self.resolve(machine, service, region):
            found = self.to_endpoint(machine, endpoint) if endpoint else self.to_public(machine, service, region)
            ways += [(end, at, seen, own or fact) for end, at, seen, own in found]
        return ways

    def every(self, machine, service, region):
        ways = []
        for endpoint in self.net.serving(service, region):
            if endpoint.type != "gateway":
                ways += self.to_endpoint(machine, endpoint)
        return ways + self.to_public(machine, service, region)

    # Names.

    def resolve(self, machine, service, region):
        """What the service's name stands for: endpoints, or None for public addresses."""
        serving = self.net.serving(service, region)
        chosen = [self.net.find(it) for it in machine.chosen]
        chosen = [it for it in chosen if it in serving]
        if chosen:
            return [(chosen[0], None)]
        place = machine.place
        if place.kind == "subnet":
            return self.answers(place.vpc, place, service, region)
        if place.resolver:
            return self.answers(self.net.find(place.resolver), None, service, region)
        return [(None, None)]

    def answers(self, vpc, subnet, service, region):
        """The VPC's resolver, asked from a subnet of it or through its inbound endpoints."""
        if vpc.dnsSupport is False:
            return [(None, None)]
        rules = [
            it
            for it in self.net.doc.get("resolverRules", [])
            if subnet and vpc.id in map(self.net.id, listed(it["vpcs"])) and self.net.find(it["to"]) is not vpc
        ]
        # For the same name a rule precedes a private zone; a rule for all names is less specific.
        for rule in rules:
            if service in listed(rule.get("services")):
                return self.answers(self.net.find(rule["to"]), None, service, region)
        own = self.private_dns(vpc, subnet, service, region)
        if own:
            return own
        for zone in self.net.doc.get("privateZones", []):
            endpoint = self.net.find(zone["endpoint"])
            mine = vpc.id in map(self.net.id, listed(zone["vpcs"]))
            if mine and endpoint in self.net.serving(service, region):
                return [(endpoint, None)]
        for rule in rules:
            if not listed(rule.get("services")):
                return self.answers(self.net.find(rule["to"]), None, service, region)
        return [(None, None)]

    def private_dns(self, vpc, subnet, service, region):
        if vpc.dnsHostnames is False or service in NO_PRIVATE_DNS:
            return []
        for endpoint in self.net.serving(service, region):
            setting = endpoint.privateDns or "on"
            if endpoint.vpc is not vpc or endpoint.type == "gateway" or setting == "off":
                continue
            if setting == "inbound-only" and subnet:
                continue
            zones = {it.zone for it in self.subnets(endpoint) if it.zone}
            elsewhere = subnet and subnet.zone and zones and subnet.zone not in zones
            if elsewhere and service.startswith("sagemaker.runtime"):
                return [(endpoint, None), (None, "one-zone-endpoint")]
            return [(endpoint, None)]
        return []

    # Endpoints.

    def subnets(self, endpoint):
        if endpoint.subnets is None:
            return endpoint.vpc.subnets
        wanted = set(map(self.net.id, listed(endpoint.subnets)))
        return [it for it in endpoint.vpc.subnets if it.id in wanted]

    def families(self, machine, endpoint):
        """The families that client and endpoint may talk, with the fact that each depends on."""
        if machine.unknown:
            return [(6 if machine.prefers_v6 else 4, None)]
        subnets = self.subnets(endpoint)
        takes, fact = endpoint.addresses, None
        if takes is None:
            v4, v6 = any(it.v4 for it in subnets), any(it.v6 for it in subnets)
            takes = "either" if v4 and v6 else "ipv6" if v6 else "ipv4"
            fact = "dualstack-endpoint"
        own = [family for family, ranges in ((4, machine.v4), (6, machine.v6)) if ranges]
        if takes == "ipv4":
            return [(4, None)] if 4 in own else []
        if takes == "ipv6":
            return [(6, None)] if 6 in own else []
        if takes == "dualstack":
            own = own[::-1] if machine.prefers_v6 else own
            return [(it, None) for it in (own if machine.every else own[:1])]
        # Who talks IPv6, or has nothing else, uses it where the endpoint takes it.
        v6 = machine.prefers_v6 or 4 not in own
        return [(it, fact if it == 6 else None) for it in own if it == 4 or v6]

    def to_endpoint(self, machine, endpoint):
        if endpoint.type == "gateway":
            return []
        ways = []
        for family, fact in self.families(machine, endpoint):
            addresses = machine.v4 if family == 4 else machine.v6
            interfaces = []
            for subnet in self.subnets(endpoint):
                own = subnet.v4 if family == 4 else subnet.v6
                # The first addresses of a subnet are AWS's.
                interfaces += [own[0][4]] if own else []
            sources = []
            for interface in interfaces:
                found = self.reach(machine, endpoint.vpc, interface)
                sources += [it for it in found if it not in sources]
                if sources and not machine.every:
                    sources = sources[:1]
                    break
            if not self.let_out(machine, family, interfaces, self.groups(endpoint), None):
                continue
            for source in sources:
                seen = source if source else addresses
                if self.groups(endpoint):
                    seen = self.let_in(machine, endpoint, seen, not source)
                    if not seen:
                        continue
                ways.append((f"interface {endpoint.id}", endpoint, seen or None, fact))
        return ways

    def reach(self, machine, vpc, address):
        """The sources with which a machine's traffic arrives at an address of a VPC; [] is its own."""
        place = machine.place
        if place.kind == "subnet" and place.vpc is vpc:
            return [[]]
        if place.kind == "subnet":
            route = self.net.best(self.net.table(place).routes or [], address)
            ends = self.net.leave(machine, place.vpc, route["via"], address, []) if route else []
            return [source for what, where, source in ends if where is vpc]
        sources = []
        for link in self.net.links:
            if self.net.find(link.site) is not place or not link.to:
                continue
            to = self.net.find(link.to)
            if to is vpc and any(address in it for it in vpc.cidrs):
                sources.append(link.addresses)
            elif to.kind == "gateway":
                ends = self.net.pass_on(machine, to, link.id, address, link.addresses, 0)
                sources += [source for what, where, source in ends if where is vpc]
        return sources

    # Security groups.

    def groups(self, endpoint):
        return [self.net.find(it) for it in listed(endpoint.securityGroups)]

    def let_in(self, machine, endpoint, seen, own):
        """The addresses of a client that the endpoint's groups let in."""
        place, admitted = machine.place, []
        for rule in [it for group in self.groups(endpoint) for it in listed(group.ingress)]:
            thing = self.net.things.get(rule)
            if thing and thing.kind == "group":
                may_be = place.kind == "subnet" and thing in place.vpc.groups
                if own and (thing.id in machine.groups or machine.every and not machine.groups and may_be):
                    admitted += seen
                continue
            ranges = thing.cidrs if thing else nets(rule)
            if not seen:
                admitted += ranges
            for net in seen:
                for other in ranges:
                    if net.version == other.version and net.overlaps(other):
                        admitted.append(max(net, other, key=lambda it: it.prefixlen))
        return admitted

    def let_out(self, machine, family, interfaces, members, service):
        """True if the client's groups let it out: to interfaces, a service's list, or anywhere."""
        groups = [self.net.find(it) for it in machine.groups]
        if not groups or any(it.egress is None for it in groups):
            return True
        for rule in [it for group in groups for it in listed(group.egress)]:
            thing = self.net.things.get(rule)
            if thing and thing.kind == "group":
                if thing in members:
                    return True
            elif thing:
                if service and thing.name and thing.name.endswith("." + service):
                    return True
            else:
                net = ip_network(rule)
                if net.version == family and net.prefixlen == 0:
                    return True
                if any(it in net for it in interfaces):
                    return True
        return False

    def let_out_to_some(self, machine, family):
        groups = [self.net.find(it) for it in machine.groups]
        rules = [it for group in groups for it in listed(group.egress)]
        ranges = [ip_network(it) for it in rules if it not in self.net.things]
        return machine.every and any(it.version == family and is_public(it) for it in ranges)

    # Public addresses.

    def to_public(self, machine, service, region):
        place = machine.place
        if place.kind == "site":
            family = 6 if machine.prefers_v6 else 4
            ends = self.net.out_of_site(machine, place, family, [])
            return [("public", None, seen or None, None) for what, seen, source in ends]
        preferred = 6 if machine.prefers_v6 else 4
        ways = self.out(machine, preferred, service, region)
        other = machine.v4 if machine.prefers_v6 else machine.v6
        if machine.every and other:
            ways += self.out(machine, 10 - preferred, service, region)
        return ways

    def out(self, machine, family, service, region):
        """The ways of one family out of a subnet."""
        subnet = machine.place
        table = self.net.table(subnet)
        lists = [it for it in self.net.lists if it.name == f"com.amazonaws.{region}.{service}"]
        gateway = self.gateway(subnet.vpc, table, service, region)
        listed_routes = [it for it in table.routes or [] if self.net.things.get(it["to"]) in lists]
        default = self.net.best(table.routes or [], family)
        if gateway:
            if not self.let_out(machine, family, [], [], service):
                ways = []
            else:
                through, beside = self.beside(gateway, family, service)
                seen = (machine.v4 if family == 4 else machine.v6) or None
                ways = [(f"gateway {gateway.id}", gateway, seen, it) for it in through]
                ways += self.follow(machine, family, default, None) if beside else []
        elif listed_routes:
            ways = self.follow(machine, family, listed_routes[0], None)
        else:
            ways = self.follow(machine, family, default, None)
        if family == 6:
            ways += self.translated(machine, table)
        for route in table.routes or []:
            if route["to"] in self.net.things:
                continue
            net = ip_network(route["to"])
            if net.version != family or net.prefixlen == 0:
                continue
            inside = any(net.version == it.version and net.subnet_of(it) for own in lists for it in own.cidrs)
            if inside or machine.every and is_public(net):
                sure = inside or net.prefixlen == 1
                ways += self.follow(machine, family, route, None if sure else "partial-route")
        return ways

    def gateway(self, vpc, table, service, region):
        """The gateway endpoint whose prefix-list route the table has."""
        for endpoint in vpc.endpoints:
            tables = [it.id for it in vpc.tables]
            if endpoint.routeTables is not None:
                tables = list(map(self.net.id, listed(endpoint.routeTables)))
            if endpoint.type == "gateway" and endpoint.service == service and table.id in tables:
                return endpoint if vpc.region == region else None
        return None

    def beside(self, gateway, family, service):
        """How a gateway endpoint takes a family: the facts of its own ways, and if others are open."""
        takes = gateway.addresses or "ipv4"
        if family == 4:
            return ([None], False) if takes != "ipv6" else ([], True)
        if takes == "ipv4":
            return [], True
        return ([None], False) if service == "dynamodb" else (["gateway-endpoint-ipv6"], True)

    def follow(self, machine, family, route, fact):
        if route is None:
            return []
        if not self.let_out(machine, family, [], [], None):
            if not self.let_out_to_some(machine, family):
                return []
            fact = "partial-route"
        ends = self.net.leave(machine, machine.place.vpc, route["via"], family, [])
        return [("public", None, seen or None, fact) for what, seen, source in ends]

    def translated(self, machine, table):
        """IPv6 clients reach IPv4 addresses through a NAT gateway (NAT64)."""
        if not self.let_out(machine, 6, [], [], None):
            return []
        for route in table.routes or []:
            thing = self.net.find(route["via"])
            if route["to"] == str(NAT64) and thing.kind == "nat" and thing.connectivity != "private":
                seen = of_family(thing.addresses, 4)
                return [("public", None, seen, None)] if seen else []
        return []
