"""Scenarios: the policies of a property, its shape and its claim, read from the texts of a certificate file."""

import _paths  # noqa: F401
import yamlish
from atoms import Refused, need
from patterns import glob, plain_tokens
from reference import Document, Policy

CLAIMS = ("allow", "always", "deny", "guard", "no-more-than")
CARRIED = ("identity", "boundary", "session")
ANYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


class Attached:
    """A policy, and the requests that it is asked about."""

    def __init__(self, policy_type, document, level=0, scope=("every",)):
        self.type, self.scope = policy_type, scope
        try:
            self.policy = Policy(policy_type, None, level, Document(document, policy_type))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Refused(f"a policy is not understood: {error}") from None

    def covers(self, subject):
        """Whether the policy is asked about the request."""
        kind = self.scope[0]
        if kind == "every":
            return True
        if kind == "endpoint":
            return self.scope[1] in subject.context.get("aws:sourcevpce", ())
        if kind == "other-owners":
            return subject.owner != self.scope[1]
        if kind == "resources":
            return any(_is_on(pattern, subject.resource) for pattern in self.scope[1])
        carried = any(_is_carrier(arn, subject.requester) for arn in self.scope[1])
        return carried if kind == "principals" else not carried


def _is_carrier(arn, requester):
    return arn in (requester.arn, requester.role_arn, requester.issuer)


def _is_on(pattern, resource):
    parts = resource.split(":", 5)
    return len(parts) == 6 and all(
        glob(plain_tokens(one), part) for one, part in zip(pattern.split(":", 5), parts)
    )


class Files:
    """The texts of a certificate file, and what paths in them stand for."""

    def __init__(self, file):
        self.texts = {it["name"]: it["text"] for it in file["texts"]}
        self.reads = {(it["from"], it["path"]): it["name"] for it in file["reads"]}
        self._read = {}

    def node(self, name):
        """The value of a text."""
        if name not in self._read:
            need(name in self.texts, f"there is no text `{name}`")
            self._read[name] = yamlish.read(self.texts[name], name)
        return self._read[name]

    def file(self, source, path):
        """(name, value) of the text that a path in another text stands for."""
        name = self.reads.get((source, path))
        need(name is not None, f"`{path}`, which `{source}` names, is not in the file")
        return name, self.node(name)


class Scenario:
    """A scenario, with all that it extends."""

    def __init__(self, files, name):
        self.files, self.name = files, name
        self.chain = []
        source = name
        while source is not None:
            need(len(self.chain) < 32, "scenarios extend each other in a circle")
            node = files.node(source)
            need(isinstance(node, dict), f"`{source}` is no scenario")
            self.chain.append((source, node))
            path = node.get("extends")
            source = None if path is None else files.file(source, path)[0]
        self.network = self._network()
        self._sets, self._known = {}, {}
        for source, node in reversed(self.chain):
            for set_name, items in (node.get("sets") or {}).items():
                self._sets[set_name] = (source, items)

    def member(self, name):
        """(source, value) of a member of the nearest scenario that has it."""
        for source, node in self.chain:
            if name in node:
                return source, node[name]
        return None, None

    def _network(self):
        source, value = self.member("network")
        if isinstance(value, str):
            source, value = self.files.file(source, value)
        return Network(value, source) if value is not None else None

    def property(self, wanted):
        """The property of this name."""
        for number, node in enumerate(self.chain[0][1].get("properties") or [], 1):
            if node.get("name", f"property {number}") == wanted:
                return Property(self, node)
        raise Refused(f"there is no property `{wanted}`")

    def policies(self, node):
        """The policies that a node names, or the scenario's own."""
        if "policies" in node:
            return self._with_endpoints(self._resolve(self.name, node["policies"]))
        source, own = self.member("policies")
        return self._with_endpoints([] if own is None else self._resolve(source, own))

    def _resolve(self, source, items):
        return list(self._entries(source, items, ()).values())

    def _entries(self, source, items, open_):
        """The policies of a list of policies and names of sets, each once."""
        found = {}
        for item in items if isinstance(items, list) else [items]:
            if isinstance(item, dict):
                if id(item) not in self._known:
                    self._known[id(item)] = self._policy(source, item)
                found[id(item)] = self._known[id(item)]
                continue
            need(item in self._sets and item not in open_, f"no policy set is called `{item}`")
            found.update(self._entries(*self._sets[item], (*open_, item)))
        return found

    def _policy(self, source, item):
        document = item.get("document")
        if document is None:
            _, document = self.files.file(source, item["file"])
        policy_type = item["type"]
        scope = self._scope(policy_type, item)
        if policy_type == "resource":
            policy_type = self._target(scope, document)
        return Attached(policy_type, document, int(item.get("level", 0)), scope)

    def _target(self, scope, document):
        if scope[0] == "resources":
            service = scope[1][0].split(":")[2]
            return {"kms": "key", "iam": "trust"}.get(service, "resource")
        statements = document["Statement"]
        statements = statements if isinstance(statements, list) else [statements]
        has_resource = all("Resource" in it or "NotResource" in it for it in statements)
        return "resource" if has_resource else "trust"

    def _scope(self, policy_type, item):
        network = self.network
        if policy_type in CARRIED and "principal" in item:
            return "principals", _list(item["principal"])
        if policy_type in ("resource", "key", "trust") and "resource" in item:
            patterns = []
            for arn in _list(item["resource"]):
                patterns.append(arn)
                if arn.split(":")[2] == "s3" and "/" not in arn:
                    patterns.append(arn + "/*")
            return "resources", patterns
        if policy_type == "endpoint" and "endpoint" in item:
            return "endpoint", network.endpoint_id(item["endpoint"]) if network else item["endpoint"]
        if policy_type == "rcp" and network and network.management:
            return "other-owners", network.management
        return ("every",)

    def _with_endpoints(self, policies):
        known = [it.scope for it in policies]
        for endpoint in self.network.endpoints if self.network else ():
            scope = ("endpoint", endpoint["id"])
            if "policy" in endpoint and scope not in known:
                document = endpoint["policy"]
                if isinstance(document, str):
                    _, document = self.files.file(self.network.source, document)
                policies = [*policies, Attached("endpoint", document, 0, scope)]
        return policies


class Network:
    """What the checker reads of a network: its organization, accounts and endpoints."""

    def __init__(self, node, source):
        self.node, self.source = node, source
        self.organization = node.get("organization") or {}
        self.id = self.organization.get("id")
        names = {it.get("name"): it["id"] for it in node.get("accounts") or []}
        self.management = self.organization.get("management")
        self.management = names.get(self.management, self.management)
        self.vpcs = node.get("vpcs") or []
        self.endpoints = [it for vpc in self.vpcs for it in vpc.get("endpoints") or []]

    def account_ids(self):
        """The accounts that are ours: those that are listed, or the one that owns what has no owner."""
        listed = [it["id"] for it in self.node.get("accounts") or []]
        own = self.node.get("account")
        named = [it.get("name") for it in self.node.get("accounts") or []]
        return listed + ([own] if own and own not in listed and own not in named else [])

    def endpoint_id(self, name):
        """The id of an endpoint that is named by name or id."""
        for endpoint in self.endpoints:
            if name in (endpoint["id"], endpoint.get("name")):
                return endpoint["id"]
        raise Refused(f"the network has no endpoint `{name}`")


class Property:
    """A property: its claim, its shape and the policies that it is about."""

    def __init__(self, scenario, node):
        self.scenario, self.node = scenario, node
        claims = [claim for claim in CLAIMS if claim in node]
        need(len(claims) == 1, "a property claims one thing")
        self.claim = claims[0]
        body = node[self.claim] or {}
        self.shape = (body.get("of") or {}) if self.claim == "no-more-than" else body
        written = scenario.policies(node)
        inner = None if self.claim == "no-more-than" else body.get("by")
        self.by = node.get("by") or inner or self._usual_callers(written)
        bound = []
        if self.claim == "no-more-than":
            bound = scenario.policies({"policies": body["policies"]})
        self.ours = _our_accounts(scenario.network, written)
        self.members = []
        if scenario.network is not None:
            accounts = scenario.network.node.get("accounts") or []
            outside = [it["id"] for it in accounts if not it.get("member", True)]
            self.members = [it for it in scenario.network.account_ids() if it not in outside]
        self.callers = [Callers(it, self.ours, written, bound) for it in self._kinds(written)]
        self.owner = self._owner_of_attached(written)
        self.attached = [it for it in written if it.scope[0] == "resources"]

    def _usual_callers(self, policies):
        if self.shape.get("principals") is not None:
            return "listed"
        unnamed = any(it.type in CARRIED and it.scope[0] != "principals" for it in policies)
        return "holder" if unnamed else "anyone"

    def _kinds(self, policies):
        """The kinds of callers that the property is about."""
        carried = [it for it in policies if it.type in CARRIED]
        everywhere = any(it.scope[0] != "principals" for it in carried)
        if self.by == "holder" or (self.by == "listed" and everywhere and not self.ours):
            return ["holders"]
        if not self.ours:
            return ["anyone"]
        kinds = ["holders"] if carried else []
        return kinds + ([] if everywhere else ["others of ours"]) + ["strangers"]

    def _owner_of_attached(self, policies):
        """The account that owns what policies are attached to, where there is one account only."""
        others = {it for policy in policies for it in _accounts_of(policy)} - set(self.ours)
        attached = any(it.scope[0] == "resources" for it in policies)
        return self.ours[0] if len(self.ours) == 1 and attached and not others else None

    def is_owned(self, subject):
        """Who writes the policy of a resource owns it, where the input has one account only."""
        if self.owner is None or not any(it.covers(subject) for it in self.attached):
            return True
        return subject.owner == self.owner


class Callers:
    """A kind of caller, and the policies that decide its requests."""

    def __init__(self, kind, ours, policies, bound):
        self.kind, self.ours = kind, ours
        self.named = _named_carriers(policies)
        self.policies = _policies_of(kind, policies)
        self.bound = _policies_of(kind, bound)

    def make(self, subject):
        """Whether the request is of such a caller."""
        own = subject.requester.account in self.ours
        if self.kind == "anyone":
            return True
        if self.kind == "strangers":
            return not own
        if self.kind == "others of ours":
            return own and not any(_is_carrier(it, subject.requester) for it in self.named)
        carried = [it for it in self.policies if it.type in CARRIED]
        if not carried:
            return True
        kinds = {"role-session", "federated-user"}
        if not any(it.type == "session" for it in carried):
            kinds.add("user")
        fits = subject.kind in kinds and not subject.is_service_linked
        return fits and any(it.covers(subject) for it in carried)


def _our_accounts(network, policies):
    """The accounts of the network, or those in the ARNs that policies are attached to."""
    accounts = network.account_ids() if network else []
    if not accounts:
        accounts = [it for policy in policies for it in _accounts_of(policy)]
    return sorted(set(accounts))


def _accounts_of(policy):
    arns = policy.scope[1] if policy.scope[0] in ("principals", "resources") else ()
    found = [arn.split(":", 5)[4] for arn in arns if arn.count(":") >= 5]
    return [it for it in found if len(it) == 12 and it.isdigit() and it.isascii()]


def _named_carriers(policies):
    return [
        arn for it in policies if it.type in CARRIED and it.scope[0] == "principals"
        for arn in it.scope[1]
    ]  # fmt: skip


def _policies_of(kind, policies):
    """The policies that decide the requests of a kind of caller."""
    if kind == "holders":
        return policies
    others = [it for it in policies if it.type not in CARRIED]
    if kind == "others of ours":
        return others
    own = ("identity", "session")
    if kind == "strangers":
        # Service control policies bind the accounts of our organization (§5.2).
        return [it for it in others if it.type != "scp"] + [Attached(it, ANYTHING) for it in own]
    named = _named_carriers(policies)
    kept = [it for it in policies if it.type not in CARRIED or it.scope[0] == "principals"]
    scope = ("other-principals", named) if named else ("every",)
    return [*kept, *[Attached(it, ANYTHING, 0, scope) for it in own]]


def _list(value):
    return value if isinstance(value, list) else [value]


__all__ = ["ANYTHING", "Attached", "Files", "Network", "Property", "Scenario"]
