"""Random topologies as JSON: at least three VPCs, sites inside and outside, and every object that a
file can hold. The same seed gives the same topology.

    python3 tests/reference/network_generate.py 7        the topology of seed 7
"""

import json
import random
import sys

HOME, AWAY = "eu-west-1", "us-east-1"
ACCOUNTS = [("ml", "111122223333"), ("net", "222233334444"), ("lab", "333344445555")]
UNITS = ["o-corp1234ab/r-ab12/ou-ab12-11111111/", "o-corp1234ab/r-ab12/ou-ab12-22222222/"]
# Ten services by an action of each; their endpoints are drawn from the rest.
ACTIONS = [
    "s3:GetObject",
    "dynamodb:GetItem",
    "kms:Decrypt",
    "sts:AssumeRole",
    "sagemaker:CreateModel",
    "sagemaker:InvokeEndpoint",
    "lambda:InvokeFunction",
    "sqs:SendMessage",
    "elasticfilesystem:ClientMount",
    "lambda:InvokeFunctionUrl",
]
SERVICES = ["s3", "dynamodb", "kms", "sts", "sagemaker.api", "sagemaker.runtime", "lambda", "sqs", "athena"]
CROSS_REGION = {"s3", "kms", "lambda"}
GATEWAYS = {"s3", "dynamodb"}
PUBLIC_PARTS = ["52.0.0.0/8", "3.0.0.0/9", "0.0.0.0/1"]


class Builder:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.number = 0

    def chance(self, share):
        return self.random.random() < share

    def some(self, things, least=0):
        things = list(things)
        count = self.random.randint(min(least, len(things)), len(things))
        return sorted(self.random.sample(things, count), key=things.index)

    def id(self, prefix):
        self.number += 1
        return f"{prefix}-{self.number:017x}"

    def topology(self):
        pick = self.random.choice
        doc = {"region": HOME}
        if self.chance(0.7):
            doc["organization"] = {"id": "o-corp1234ab", "trusted": self.chance(0.2)}
            if self.chance(0.3):
                doc["organization"]["trustedUnits"] = [pick(UNITS)]
        doc["accounts"] = [{"name": name, "id": id} for name, id in self.some(ACCOUNTS)]
        for account in doc["accounts"]:
            if self.chance(0.2):
                account["member"] = False
            if self.chance(0.2):
                account["trusted"] = True
            if self.chance(0.5):
                account["path"] = pick(UNITS)
        if self.chance(0.5):
            doc["account"] = "444455556666"
        vpcs = doc["vpcs"] = [self.vpc(number, doc) for number in range(self.random.randint(3, 4))]
        doc["sites"] = [self.site(number, vpcs) for number in range(self.random.randint(1, 3))]
        self.connect(doc)
        for vpc in vpcs:
            self.routes(vpc, doc)
        self.names(doc)
        self.proxies(doc)
        doc["origins"] = self.origins(doc)
        return {key: value for key, value in doc.items() if value or value is False}

    def vpc(self, number, doc):
        pick = self.random.choice
        vpc = {"id": self.id("vpc"), "name": f"vpc{number}", "cidrs": [f"10.{number}.0.0/16"]}
        six = self.chance(0.5)
        if six:
            vpc["cidrs"].append(f"2001:db8:{number}::/56")
        if doc["accounts"] and self.chance(0.5):
            vpc["account"] = pick(doc["accounts"])["name"]
        vpc["region"] = AWAY if number == 2 and self.chance(0.4) else HOME
        vpc["outside"] = self.chance(0.2)
        for member in ("dnsSupport", "dnsHostnames"):
            if self.chance(0.1):
                vpc[member] = False
        vpc["routeTables"] = [{"id": self.id("rtb"), "routes": []} for _ in range(self.random.randint(0, 2))]
        vpc["subnets"] = [self.subnet(number, index, vpc, six) for index in range(self.random.randint(1, 3))]
        vpc["natGateways"] = []
        if self.chance(0.5):
            seen = [f"198.51.100.{10 + number}"]
            vpc["natGateways"].append({"id": self.id("nat"), "addresses": seen, "trusted": self.chance(0.2)})
        with_v4 = [it for it in vpc["subnets"] if "cidr" in it]
        if with_v4 and self.chance(0.2):
            inside = pick(with_v4)["cidr"].replace(".0/24", ".9")
            vpc["natGateways"].append({"id": self.id("nat"), "addresses": [inside], "connectivity": "private"})
        if self.chance(0.3):
            vpc["internetGateway"] = self.id("igw")
        if six and self.chance(0.4):
            vpc["egressOnlyGateway"] = self.id("eigw")
        vpc["securityGroups"] = [{"id": self.id("sg"), "name": f"sg{number}{index}"} for index in range(self.random.randint(0, 2))]
        vpc["endpoints"] = self.endpoints(vpc)
        return vpc

    def subnet(self, number, index, vpc, six):
        subnet = {"id": self.id("subnet"), "name": f"net{number}{index}", "cidr": f"10.{number}.{index}.0/24"}
        if six and self.chance(0.6):
            subnet["ipv6"] = f"2001:db8:{number}:{index}::/64"
            if self.chance(0.3):
                del subnet["cidr"]
        if vpc["routeTables"] and self.chance(0.6):
            subnet["routeTable"] = self.random.choice(vpc["routeTables"])["id"]
        if self.chance(0.5):
            subnet["zone"] = self.random.choice("ab")
        if self.chance(0.3):
            subnet["publicAddresses"] = [f"198.51.100.{100 + 10 * number + index}"]
        return subnet

    def endpoints(self, vpc):
        pick, found, names = self.random.choice, [], set()
        for _ in range(self.random.randint(0, 5)):
            service = pick(SERVICES)
            endpoint = {"id": self.id("vpce"), "service": service}
            gateway = service in GATEWAYS and self.chance(0.5)
            if service in GATEWAYS:
                endpoint["type"] = "gateway" if gateway else "interface"
            if gateway:
                if any(it["service"] == service and it.get("type") == "gateway" for it in found):
                    continue
                tables = [it["id"] for it in vpc["routeTables"]]
                if tables and self.chance(0.5):
                    endpoint["routeTables"] = self.some(tables, 1)
                if self.chance(0.3):
                    endpoint["addresses"] = pick(["ipv4", "ipv6", "dualstack"])
                found.append(endpoint)
                continue
            setting = pick(["on", "on", "off"] + (["inbound-only"] if service == "s3" else []))
            if service == "dynamodb":
                setting = "off"
            region = AWAY if service in CROSS_REGION and self.chance(0.2) else None
            if region and region != vpc["region"]:
                endpoint["serviceRegion"] = region
            if setting != "off" and service in names:
                setting = "off"
            if setting != "off":
                names.add(service)
            endpoint["privateDns"] = setting
            if self.chance(0.4):
                endpoint["subnets"] = self.some([it["id"] for it in vpc["subnets"]], 1)
            if self.chance(0.4):
                endpoint["addresses"] = pick(["ipv4", "ipv6", "dualstack"])
            if vpc["securityGroups"] and self.chance(0.4):
                endpoint["securityGroups"] = self.some([it["id"] for it in vpc["securityGroups"]], 1)
            found.append(endpoint)
        return found

    def site(self, number, vpcs):
        site = {"name": f"site{number}", "cidrs": [f"172.{16 + number}.0.0/16"], "outside": self.chance(0.3)}
        if self.chance(0.7):
            site["egress"] = [f"203.0.113.{64 * number}/26"]
            if self.chance(0.2):
                site["egress"].append(f"2001:db8:e{number}::/48")
        if self.chance(0.2):
            site["cidrs"].append(f"2001:db8:f{number}::/48")
        if self.chance(0.3):
            site["resolver"] = self.random.choice(vpcs)["id"]
        return site

    def connect(self, doc):
        """Peerings, transit gateways and links, each with what is attached to it."""
        pick, vpcs = self.random.choice, doc["vpcs"]
        doc["peerings"], doc["transitGateways"], doc["links"] = [], [], []
        for left, right in zip(vpcs, vpcs[1:]):
            if self.chance(0.4):
                doc["peerings"].append({"id": self.id("pcx"), "vpcs": [left["id"], right["id"]]})
        for region, count in ((HOME, self.random.randint(0, 2)), (AWAY, 1)):
            for _ in range(count):
                there = [it for it in vpcs if it["region"] == region]
                attached = self.some(there, 1)
                if not attached:
                    continue
                names = [
                    pick(it["subnets"])["id"] if self.chance(0.4) else it["id"] for it in attached
                ]
                doc["transitGateways"].append({"id": self.id("tgw"), "attachments": names, "vpcs": [it["id"] for it in attached]})
        for number, site in enumerate(doc["sites"]):
            for index in range(self.random.randint(0, 2)):
                kinds = ["private-vif", "vpn", "public-vif"] + (["transit-vif"] if doc["transitGateways"] else [])
                link = {"name": f"link{number}{index}", "type": pick(kinds), "site": site["name"]}
                if link["type"] == "public-vif":
                    link["addresses"] = [f"203.0.113.{200 + 2 * number + index}"]
                elif link["type"] == "transit-vif" or link["type"] == "vpn" and doc["transitGateways"] and self.chance(0.5):
                    link["to"] = pick(doc["transitGateways"])["id"]
                else:
                    link["to"] = pick(vpcs)["id"]
                if link["type"] != "public-vif" and self.chance(0.2):
                    link["addresses"] = [f"100.64.{number}.{index}"]
                doc["links"].append(link)
        gateways = doc["transitGateways"]
        for left, right in zip(gateways, gateways[1:]):
            if self.chance(0.6):
                left["peers"] = [right["id"]]
        for gateway in gateways:
            self.gateway(gateway, doc)

    def gateway(self, gateway, doc):
        """Route tables of a transit gateway."""
        links = [it for it in doc["links"] if it.get("to") == gateway["id"]]
        vpcs = gateway.pop("vpcs")
        gateway["attached"] = vpcs
        peers = list(gateway.get("peers", []))
        peers += [it["id"] for it in doc["transitGateways"] if gateway["id"] in it.get("peers", [])]
        targets = vpcs + [it["name"] for it in links] + peers
        gateway["routes"] = self.static(targets, doc)
        if not self.chance(0.5):
            return
        free = vpcs + [it["name"] for it in links] + peers
        self.random.shuffle(free)
        gateway["routeTables"] = []
        for number in range(self.random.randint(1, 2)):
            taken, free = free[:2], free[2:]
            gateway["routeTables"].append(
                {
                    "id": self.id("tgw-rtb"),
                    "associations": taken,
                    "propagations": self.some(vpcs + [it["name"] for it in links]),
                    "routes": self.static(targets, doc),
                }
            )

    def static(self, targets, doc):
        routes = []
        goals = ["0.0.0.0/0", "::/0", "10.0.0.0/8"] + [it["cidrs"][0] for it in doc["vpcs"]]
        for goal in goals:
            if targets and self.chance(0.3):
                routes.append({"to": goal, "via": self.random.choice(targets)})
        return routes

    def routes(self, vpc, doc):
        """Routes of each table, and hops that hand traffic on."""
        number = doc["vpcs"].index(vpc)
        ways = [it["id"] for it in vpc["natGateways"]]
        ways += [vpc[it] for it in ("internetGateway", "egressOnlyGateway") if it in vpc]
        ways += [it["id"] for it in doc["peerings"] if vpc["id"] in it["vpcs"]]
        ways += [it["id"] for it in doc["transitGateways"] if vpc["id"] in it["attached"]]
        ways += [it["name"] for it in doc["links"] if it.get("to") == vpc["id"]]
        for member in ("firewallEndpoints", "appliances"):
            if self.chance(0.25):
                hop = {"id": self.id("vpce" if member == "firewallEndpoints" else "eni")}
                if ways and self.chance(0.7):
                    hop["next"] = self.random.choice(ways)
                if member == "appliances" and self.chance(0.4):
                    hop["addresses"] = [f"198.51.100.{60 + number}"]
                vpc[member] = [hop]
        hops = [it["id"] for member in ("firewallEndpoints", "appliances") for it in vpc.get(member, [])]
        goals = ["0.0.0.0/0", "::/0", "64:ff9b::/96"] + PUBLIC_PARTS
        goals += [net for other in doc["vpcs"] if other is not vpc for net in other["cidrs"]]
        likely = {"0.0.0.0/0": 0.6, "::/0": 0.5, "64:ff9b::/96": 0.2} | {it: 0.08 for it in PUBLIC_PARTS}
        for table in [vpc] + vpc["routeTables"]:
            table["routes"] = []
            for goal in goals:
                if ways + hops and self.chance(likely.get(goal, 0.5)):
                    table["routes"].append({"to": goal, "via": self.random.choice(ways + hops)})
        if vpc is doc["vpcs"][-1]:
            for gateway in doc["transitGateways"]:
                del gateway["attached"]
            self.lists(doc)

    def lists(self, doc):
        """Prefix lists of services, routed somewhere, and rules of groups."""
        doc["prefixLists"] = []
        if self.chance(0.3):
            doc["prefixLists"].append({"id": self.id("pl"), "name": f"com.amazonaws.{HOME}.s3", "cidrs": ["52.218.0.0/17", "3.5.64.0/21"]})
        names = [it["id"] for it in doc["prefixLists"]]
        for vpc in doc["vpcs"]:
            gateways = any(it.get("type") == "gateway" for it in vpc["endpoints"])
            for table in [vpc] + vpc["routeTables"]:
                if names and table["routes"] and not gateways and self.chance(0.3):
                    table["routes"].append({"to": names[0], "via": self.random.choice(table["routes"])["via"]})
            for group in vpc["securityGroups"]:
                others = [it["id"] for it in vpc["securityGroups"]]
                ranges = ["10.0.0.0/8", "10.0.0.0/24", "10.1.1.0/25", "172.16.0.0/12", "2001:db8::/32", "100.64.0.0/10"]
                group["ingress"] = self.some(ranges[:], 0)[:3] + self.some(others)[:1]
                if self.chance(0.4):
                    group["egress"] = self.some(["0.0.0.0/0", "::/0", "10.0.0.0/8", "52.0.0.0/8"])[:2] + self.some(others)[:1] + self.some(names)

    def names(self, doc):
        """Private zones and resolver rules."""
        interfaces = [it for vpc in doc["vpcs"] for it in vpc["endpoints"] if it.get("type") != "gateway"]
        interfaces = [it for it in interfaces if it["service"] != "dynamodb"]
        doc["privateZones"], doc["resolverRules"] = [], []
        ids = [it["id"] for it in doc["vpcs"]]
        for endpoint in interfaces:
            if self.chance(0.2):
                doc["privateZones"].append({"endpoint": endpoint["id"], "vpcs": self.some(ids, 1)})
        for _ in range(self.random.randint(0, 2)):
            rule = {"vpcs": self.some(ids, 1), "to": self.random.choice(ids)}
            if self.chance(0.5):
                rule["services"] = self.some(SERVICES, 1)
            doc["resolverRules"].append(rule)

    def proxies(self, doc):
        """A proxy for some places; none leads back."""
        sites = [it["name"] for it in doc["sites"]]
        subnets = [it for vpc in doc["vpcs"] for it in vpc["subnets"]]
        for subnet in subnets[1:]:
            if self.chance(0.1):
                subnet["proxy"] = self.random.choice(sites + [subnets[0]["id"]])

    def origins(self, doc):
        pick, origins = self.random.choice, []
        subnets = [(vpc, it) for vpc in doc["vpcs"] for it in vpc["subnets"]]
        interfaces = [it["id"] for vpc in doc["vpcs"] for it in vpc["endpoints"]]
        for number in range(self.random.randint(1, 4)):
            vpc, subnet = pick(subnets)
            origin = {"name": f"origin{number}", "at": subnet["id"]}
            kind = pick(["host"] * 5 + ["forwarded", "notebook-with-internet", "isolated-container", "agent"])
            if kind != "host":
                origin["kind"] = kind
            if kind in ("forwarded", "agent"):
                origin["by"] = "athena.amazonaws.com"
            if "ipv6" in subnet and self.chance(0.5):
                origin["ipv6"] = True
            if interfaces and self.chance(0.3):
                origin["endpoints"] = self.some(interfaces, 1)[:2]
            groups = [it["id"] for it in vpc["securityGroups"]]
            if groups and self.chance(0.4):
                origin["securityGroups"] = self.some(groups, 1)
            if "cidr" in subnet and self.chance(0.2):
                origin["addresses"] = [subnet["cidr"].replace(".0/24", ".77")]
            if kind == "host" and self.chance(0.1):
                origin["proxy"] = doc["sites"][0]["name"]
            origins.append(origin)
        if self.chance(0.2):
            origins.append({"name": "roaming", "at": "internet"})
        return origins


def topology(seed):
    return Builder(seed).topology()


if __name__ == "__main__":
    print(json.dumps(topology(int(sys.argv[1])), indent=1))
