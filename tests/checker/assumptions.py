"""What a proof may assume, by name, as tests of requests (perimeter §1.3, §1.5; policy language §6.1).

A test here is at least as strict as the statement: a formula that is asserted under
a name must hold for every request that passes the test of that name.
"""

import re
from ipaddress import ip_address, ip_network

import keys
from conditions import read_address, read_date, read_number

ENDPOINT = (
    "aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:sourcevpcarn", "aws:vpceaccount",
    "aws:vpceorgid", "aws:vpceorgpaths",
)  # fmt: skip
SOURCE = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
SIGNED = ("federated-user", "role-session", "root", "user")
# Ranges that are no public address (IANA's registries of special purpose).
NOT_PUBLIC = [
    ip_network(it)
    for it in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3", "::/3", "2002::/16", "4000::/2", "8000::/1",
    )
]  # fmt: skip
# Services of endpoints, by the first label of their name, and the prefix of their actions.
SERVICES = {"ecr": "ecr", "kms": "kms", "logs": "logs", "s3": "s3", "sagemaker": "sagemaker", "sts": "sts"}
# Assumed only where a scenario says so.
OPTIONAL = ("distinct-vpc-ids", "holds")
NAME = re.compile(r"[A-Za-z0-9+=,.@_-]+")


# Services that take some requests without a signature, and the calls of S3 that are an account's.
UNSIGNED = ("s3",)
S3_OF_ACCOUNTS = re.compile(
    "accessgrant|accesspoint|accountpublicaccessblock|job|storagelens|createbucket|getdataaccess"
    "|listallmybuckets"
)
BY_TOKEN = ("assumerolewithsaml", "assumerolewithwebidentity")
# Calls of STS that a kind of caller does not have.
OF_STS = {
    "root": ("assumerole", "assumeroot", "setcontext", "setsourceidentity", "tagsession"),
    "role-session": ("getfederationtoken", "getsessiontoken"),
}


class Facts:
    """The tests for one network, or none."""

    def __init__(self, network):
        self.network = network
        self.organization = network.id if network else None
        self.management = network and network.management
        self.accounts = {}
        self.endpoints, self.vpcs = {}, {}
        if network is None:
            return
        names = {}
        for account in network.node.get("accounts") or []:
            names[account.get("name")] = account["id"]
            self.accounts[account["id"]] = account.get("member", True)
        for vpc in network.vpcs:
            region = vpc.get("region", network.node.get("region"))
            owner = names.get(vpc.get("account"), vpc.get("account"))
            for endpoint in vpc.get("endpoints") or []:
                self.endpoints[endpoint["id"]] = (vpc["id"], owner, endpoint["service"], region)
                self.vpcs.setdefault(region, set()).add(vpc["id"])

    def holds(self, name, subject):
        """Whether the request passes the test of this name; `None` for an unknown name."""
        test = getattr(self, name.replace("-", "_"), None)
        return test(subject, _Context(subject)) if test is not None else None

    def network_path(self, subject, c):
        ip, vpce = c.has("aws:sourceip"), c.has("aws:sourcevpce")
        same = vpce == c.has("aws:sourcevpc") == c.has("aws:vpcsourceip")
        some = ip or vpce or c.via or subject.kind in ("service", "role-session")
        return same and not (ip and vpce) and some

    def forwarded_calls(self, subject, c):
        if c.via and c.any(ENDPOINT):
            return False
        chain = c.get("aws:calledvia")
        first, last = c.get("aws:calledviafirst"), c.get("aws:calledvialast")
        ends = first == chain[:1] and last == chain[-1:]
        return (not chain or c.via) and ends

    def service_principals(self, subject, c):
        service = subject.kind == "service"
        if c.is_bool("aws:principalisawsservice", True) != service:
            return False
        if c.is_bool("aws:principalisawsservice", False) != (subject.kind in SIGNED):
            return False
        for key in ("aws:principalservicename", "aws:principalservicenameslist"):
            if c.has(key) != service:
                return False
        if service:
            parts = subject.fields["service"].split(".amazonaws.com")
            named = len(parts) == 2 and parts[1] in ("", ".cn")
            named = named and re.fullmatch(r"[A-Za-z0-9.-]+", parts[0]) is not None
            own = c.identity() or c.any(ENDPOINT) or c.has("aws:sourceip") or c.via
            return named and not own
        return not c.any(SOURCE)

    def anonymous_requests(self, subject, c):
        anonymous = subject.kind == "anonymous"
        if anonymous and (c.identity() or c.has("aws:principalisawsservice")):
            return False
        return (c.get("aws:principalaccount") == ["anonymous"]) == anonymous

    def known_endpoints(self, subject, c):
        for crossed in c.get("aws:sourcevpce"):
            if crossed not in self.endpoints:
                continue
            vpc, owner, service, region = self.endpoints[crossed]
            if c.get("aws:requestedregion") != [region]:
                return False
            prefix = SERVICES.get(service.split(".")[0])
            if c.get("aws:sourcevpc") != [vpc] or subject.request.service != prefix:
                return False
            if prefix == "sagemaker" and not _is_call_of(service, subject.request.action):
                return False
            if c.any(ENDPOINT[3:]):
                # Only what is known of the owner for sure.
                expected = [owner] if prefix in service_lists()[1] else []
                organization = self.accounts.get(owner) and prefix in service_lists()[2]
                ids = [self.organization] if organization else []
                own = c.get("aws:vpceaccount") == expected and c.get("aws:vpceorgid") == ids
                if not own or c.has("aws:vpceorgpaths") or c.has("aws:sourcevpcarn"):
                    return False
            elif prefix in service_lists()[2]:
                return False
        return True

    def unknown_endpoints(self, subject, c):
        if any(it in self.endpoints for it in c.get("aws:sourcevpce")):
            return True
        here = c.get("aws:requestedregion")
        ours = set().union(*[self.vpcs.get(region, set()) for region in here])
        return not ours & set(c.get("aws:sourcevpc"))

    def service_keys(self, subject, c):
        lists = service_lists()
        service = subject.request.service
        if subject.request.action == "iam:passrole":
            service = ""
        crossed = c.has("aws:sourcevpce")
        for key, listed, always in (
            ("aws:sourcevpcarn", lists[0], True),
            ("aws:vpceaccount", lists[1], True),
            ("aws:vpceorgid", lists[2], False),
            ("aws:vpceorgpaths", lists[1], False),
        ):
            expected = crossed and service in listed
            if c.has(key) != expected if always else c.has(key) and not expected:
                return False
        return True

    def distinct_vpc_ids(self, subject, c):
        ours = {vpc["id"] for vpc in self.network.vpcs} if self.network else set()
        crossed = c.get("aws:sourcevpce")
        known = bool(crossed) and all(it in self.endpoints for it in crossed)
        return known or not ours & set(c.get("aws:sourcevpc"))

    def network_keys(self, subject, c):
        arn, vpc = c.get("aws:sourcevpcarn"), c.get("aws:sourcevpc")
        if len(vpc) > 1 or len(c.get("aws:sourcevpce")) > 1:
            return False
        ids = all(it.startswith("vpc-") for it in vpc)
        if not ids or not all(it.startswith("vpce-") for it in c.get("aws:sourcevpce")):
            return False
        if not all(it.startswith("o-") for it in c.get("aws:vpceorgid")):
            return False
        if arn:
            parts = arn[0].split(":", 5)
            of_vpc = len(arn) == 1 and len(parts) == 6 and parts[:3] == ["arn", "aws", "ec2"]
            if not of_vpc or [parts[3]] != c.get("aws:requestedregion"):
                return False
            if vpc != [parts[5].removeprefix("vpc/")] or not parts[5].startswith("vpc/"):
                return False
            if c.has("aws:vpceaccount") and c.get("aws:vpceaccount") != [parts[4]]:
                return False
        organization = c.get("aws:vpceorgid")
        paths = c.get("aws:vpceorgpaths")
        return not paths or len(organization) == 1 and all(
            it.startswith(organization[0] + "/") for it in paths
        )

    def instance_credentials(self, subject, c):
        names = (
            "aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4",
            "ec2:sourceinstancearn", "ec2:roledelivery",
        )  # fmt: skip
        present = {c.has(name) for name in names}
        return present == {False} or present == {True} and subject.kind == "role-session"

    def access_points(self, subject, c):
        if "VPC" in c.get("s3:accesspointnetworkorigin") and not c.has("aws:sourcevpc"):
            return False
        for point in self.network.node.get("accessPoints") or [] if self.network else []:
            arn = point["arn"]
            if subject.resource != arn and not subject.resource.startswith(arn + "/object/"):
                continue
            for vpc in self.network.vpcs:
                if point["vpc"] in (vpc["id"], vpc.get("name")):
                    ids = [it["id"] for it in vpc.get("endpoints") or []]
                    there = c.get("aws:sourcevpc") == [vpc["id"]]
                    if not there or (ids and not set(c.get("aws:sourcevpce")) & set(ids)):
                        return False
        return True

    def public_addresses(self, subject, c):
        values = c.get("aws:sourceip")
        return len(values) < 2 and all(_is_public(it) for it in values)

    def catalogue(self, subject, c):
        parts = subject.resource.split(":", 5)
        if len(parts) == 6 and parts[2] not in (subject.request.service, "iam"):
            return False
        if len(parts) == 6 and parts[2] == "iam" and subject.request.service not in ("iam", "sts"):
            return False
        for key, values in subject.context.items():
            prefix = key.partition(":")[0]
            own = "." in prefix or prefix in ("aws", subject.request.service)
            if values and not own:
                return False
        for key, values in subject.context.items():
            if not values:
                continue
            row = keys.find(key)
            if key.startswith(("aws:", "sagemaker:")) and row is None:
                return False
            if key.startswith("sagemaker:"):
                listed = row.actions
                carried = subject.request.service == "sagemaker"
                if listed is not None:
                    carried = subject.request.action in listed
                if not carried or "" in values:
                    return False
        return True

    def single_valued_keys(self, subject, c):
        for key, values in subject.context.items():
            row = keys.find(key)
            single = row.single if row else key.startswith("aws:")
            if single and len(values) > 1:
                return False
        return True

    def boolean_values(self, subject, c):
        for key, values in subject.context.items():
            row = keys.find(key)
            if row and row.type == "boolean" and not all(it in ("true", "false") for it in values):
                return False
        return True

    def typed_keys(self, subject, c):
        reads = {
            "account": lambda it: re.fullmatch(r"[0-9]{12}", it),
            "address": lambda it: read_address(it) is not None,
            "arn": lambda it: re.fullmatch(r"arn:[^:]+:[^:]+:[^:]*:[^:]*:(.|\n)+", it),
            "boolean": lambda it: it in ("true", "false"),
            "date": lambda it: read_date(it) is not None,
            "epoch": lambda it: it.isdigit() and it.isascii() and read_date(it) is not None,
            "number": lambda it: read_number(it) is not None,
        }
        for key, values in subject.context.items():
            row = keys.find(key)
            read = reads.get(row.type) if row else None
            if read and not all(read(it) for it in values):
                return False
        return True

    def principal_keys(self, subject, c):
        return True  # every request here has what AWS derives

    def organization_keys(self, subject, c):
        tied = [
            (subject.requester.account, "aws:principalorgid"),
            (subject.owner, "aws:resourceorgid"),
            *((account, "aws:vpceorgid") for account in c.get("aws:vpceaccount")),
            *((account, "aws:sourceorgid") for account in c.get("aws:sourceaccount")),
        ]
        for account, key in tied:
            if key == "aws:sourceorgid" and not c.has(key):
                continue
            if account in self.accounts and self.organization:
                member = self.accounts[account]
                if (c.get(key) == [self.organization]) != member:
                    return False
                if not member and self.organization in c.get(key):
                    return False
        if self.management:
            is_management = subject.requester.account == self.management
            return is_management == subject.request.in_management_account
        return True

    def requested_region(self, subject, c):
        region = c.get("aws:requestedregion")
        parts = subject.resource.split(":", 5)
        named = parts[3] if len(parts) == 6 else ""
        return len(region) == 1 and named in ("", region[0])

    def secure_transport_present(self, subject, c):
        return c.has("aws:securetransport") or c.via or subject.kind == "service"

    def member_accounts(self, subject, c):
        return bool(self.management) or not subject.request.in_management_account

    def username_charset(self, subject, c):
        names = ("user-name", "federated-name", "session")
        if not all(NAME.fullmatch(subject.fields[it]) for it in names if it in subject.fields):
            return False
        for name in ("role", "issuer"):
            if name in subject.fields:
                path, _, last = subject.fields[name].rpartition("/")
                last = last.removeprefix("aws:") if not path else last
                if not NAME.fullmatch(last) or not re.fullmatch(r"[!-~]*", path):
                    return False
        return re.fullmatch(r"([!-~]+/)?", subject.fields.get("user-path", "")) is not None

    def callers(self, subject, c):
        """Who can call what, whatever policies say (request notes §3): no caller of another account
        where some operations of a service are for the own account only."""
        kind, service, action = subject.kind, subject.request.service, subject.request.action
        name = action.partition(":")[2]
        if c.is_bool("aws:assumedroot", True):
            return False
        if kind in ("anonymous", "service") and c.via:
            return False
        if kind == "anonymous":
            return service in UNSIGNED and not (service == "s3" and S3_OF_ACCOUNTS.search(name))
        if kind == "service":
            return True
        if kind not in SIGNED:
            return name in BY_TOKEN and service == "sts"
        if service == "sts":
            if name in BY_TOKEN or name in OF_STS.get(kind, ()):
                return False
            if kind == "federated-user":
                return name == "getcalleridentity"
        kept = ("role/aws-service-role/", "role/aws-reserved/", "alias/aws/")
        rest = subject.resource.split(":", 5)[-1]
        parts = subject.resource.split(":", 5)
        of_aws = len(parts) == 6 and parts[4] == "aws"
        if service in ("iam", "sts", "kms") and (rest.startswith(kept) or of_aws):
            return False
        own = subject.requester.account == subject.owner
        return own or service not in ("iam", "kms", "s3", "sqs")

    def twins(self, subject, c):
        """Keys that repeat another are equal to it; here: services without such keys."""
        return subject.request.service not in (
            "autoscaling", "ec2", "ecr", "ecr-public", "elasticloadbalancing", "elasticmapreduce",
            "iam", "kms", "rds", "s3", "sagemaker", "secretsmanager", "ssm", "sts",
        )  # fmt: skip

    def stored_ids(self, subject, c):
        """An id that a policy names is nobody's; here: no caller has one at all."""
        return not any(it.startswith(("AROA", "AIDA")) for it in c.get("aws:userid"))

    def _permissive(self, subject, c):
        return True

    foreign_tags = via_service_either = service_side_calls = endpoint_policies = _permissive


class _Context:
    """The context of a request, for tests."""

    def __init__(self, subject):
        self.context = subject.context

    def get(self, key):
        return list(self.context.get(key, ()))

    def has(self, key):
        return bool(self.context.get(key))

    def any(self, names):
        return any(self.context.get(key) for key in names)

    def is_bool(self, key, wanted):
        return any(it.lower() == ("true" if wanted else "false") for it in self.context.get(key, ()))

    @property
    def via(self):
        return self.is_bool("aws:viaawsservice", True)

    def identity(self):
        """Keys that only members of an organization and IAM principals have."""
        own = ("aws:principalorgid", "aws:principalorgpaths", "aws:principalarn")
        tags = any(v and k.startswith("aws:principaltag/") for k, v in self.context.items())
        return tags or self.any(own)


def _is_call_of(service, action):
    """Whether the call surely goes to this service of SageMaker's (perimeter §2.2)."""
    name = action.partition(":")[2]
    if service == "sagemaker.api":
        plain = name.startswith(("create", "describe", "list", "update", "delete", "start", "stop"))
        return plain and ("presigned" not in name or name.endswith(("instanceurl", "domainurl")))
    if service.startswith("sagemaker.runtime"):
        return name in ("invokeendpoint", "invokeendpointasync")
    return False


def _is_public(text):
    if read_address(text) is None:
        return False
    address = ip_address(text)
    return not any(address.version == it.version and address in it for it in NOT_PUBLIC)


_LISTS = []


def service_lists():
    """L1, L2 and L3 of policy language §6.1: services that fill in the newer endpoint keys."""
    if not _LISTS:
        text = (keys.SPEC / "policy-language.md").read_text("utf-8")
        first = re.search(r"^L1 \(prefixes\): (.*)\.$", text, re.M).group(1)
        second = re.search(r"^L2 = L1 \+ ([^.]*)\. L3 = L2 \+ ([^.]*)\.", text, re.M)
        total = set()
        for listed in (first, second.group(1), second.group(2)):
            total |= set(re.findall(r"[a-z0-9-]+", re.sub(r"\([^)]*\)", "", listed)))
            _LISTS.append(frozenset(total))
    return _LISTS
