"""Networks by hand: what the second model says of small topologies, reasoned out from the notes."""

import unittest

from network import Net
from network_generate import topology
from network_origins import Origins


def ends(doc, origin, action="kms:Decrypt", region="eu-west-1", every=True):
    arrivals = Origins(Net(doc), action, region).arrivals(origin, every)
    return {it.end for it in arrivals if it.fact is None}


def two_vpcs(**hub):
    return {
        "region": "eu-west-1",
        "vpcs": [
            {
                "id": "vpc-1",
                "cidrs": "10.20.0.0/16",
                "natGateways": [{"id": "nat-1", "addresses": ["198.51.100.10"]}],
                "routes": [{"to": "10.0.0.0/8", "via": "tgw-1"}, {"to": "0.0.0.0/0", "via": "nat-1"}],
                "subnets": [{"id": "subnet-1", "cidr": "10.20.1.0/24"}],
                "endpoints": [{"id": "vpce-1", "service": "kms"}],
            },
            {
                "id": "vpc-2",
                "cidrs": "10.30.0.0/16",
                "subnets": [{"id": "subnet-2", "cidr": "10.30.1.0/24"}],
                "endpoints": [{"id": "vpce-2", "service": "kms"}],
            },
        ],
        "transitGateways": [{"id": "tgw-1", "attachments": ["vpc-1", "vpc-2"], **hub}],
    }


class Ways(unittest.TestCase):
    def test_nobody_is_bound_to_what_names_stand_for(self):
        doc = two_vpcs()
        self.assertEqual(ends(doc, "subnet-1", every=False), {"interface vpce-1"})
        self.assertEqual(ends(doc, "subnet-1"), {"interface vpce-1", "interface vpce-2", "public"})

    def test_a_table_of_a_transit_gateway_isolates_what_is_associated_with_it(self):
        tables = [{"id": "tgw-rtb-1", "associations": ["vpc-1"], "propagations": []}]
        self.assertEqual(ends(two_vpcs(routeTables=tables), "subnet-1"), {"interface vpce-1", "public"})
        tables[0]["routes"] = [{"to": "10.30.0.0/16", "via": "vpc-2"}]
        self.assertIn("interface vpce-2", ends(two_vpcs(routeTables=tables), "subnet-1"))

    def test_a_gateway_endpoint_takes_all_traffic_of_its_region(self):
        doc = two_vpcs()
        doc["vpcs"][0]["endpoints"] = [{"id": "vpce-3", "service": "s3", "type": "gateway"}]
        self.assertEqual(ends(doc, "subnet-1", "s3:GetObject"), {"gateway vpce-3"})
        self.assertEqual(ends(doc, "subnet-1", "s3:GetObject", "us-east-1"), {"public"})

    def test_a_data_plane_crosses_no_endpoint(self):
        self.assertEqual(ends(two_vpcs(), "subnet-1", "rds-db:connect"), {"inside the VPC"})


class Topologies(unittest.TestCase):
    def test_every_object_is_drawn(self):
        seen = set()
        for seed in range(200):
            doc = topology(seed)
            self.assertGreaterEqual(len(doc["vpcs"]), 3)
            seen |= {key for key, value in doc.items() if value}
            for vpc in doc["vpcs"]:
                seen |= {key for key, value in vpc.items() if value}
            seen |= {key for it in doc.get("transitGateways", []) for key, value in it.items() if value}
            seen |= {"outside site" if it["outside"] else "inside site" for it in doc["sites"]}
            seen |= {it["type"] for it in doc.get("links", [])}
            seen |= {it.get("kind", "host") for it in doc["origins"]}
            subnets = [it for vpc in doc["vpcs"] for it in vpc["subnets"]]
            seen |= {"IPv6 only" for it in subnets if "cidr" not in it}
            seen |= {"proxy" for it in subnets if "proxy" in it}
        wanted = (
            "organization accounts vpcs sites links peerings transitGateways privateZones resolverRules"
            " prefixLists origins subnets routeTables securityGroups endpoints natGateways"
            " firewallEndpoints appliances internetGateway egressOnlyGateway peers routes outside"
            " private-vif public-vif transit-vif vpn host forwarded agent notebook-with-internet"
            " isolated-container proxy"
        ).split() + ["outside site", "inside site", "IPv6 only"]
        self.assertEqual([it for it in wanted if it not in seen], [])


if __name__ == "__main__":
    unittest.main()
