// Which cases both can be asked, and why they differ where they do.

/** Why a case is no question for the peer; `undefined` if it is one. */
export function outsideOf({ policies, request }) {
  const count = (...types) => policies.filter((policy) => types.includes(policy.type)).length;
  if (count("resource", "key", "trust") > 1) return "more than one policy of the resource";
  if (count("session") > 1) return "more than one session policy";
  if (policies.some((policy) => policy.file !== undefined)) return "a policy in a file";
  if (request.managementAccount) return "the management account";
  if (request.principal.startsWith("federated:")) return "an unsigned call with a provider's token";
  return undefined;
}

const list = (value) => (Array.isArray(value) ? value : [value]);
const isService = (principal) => /^[a-z0-9.-]+\.amazonaws\.com/.test(principal);

/** Whether an operator of this family can read a text. */
const READABLE = [
  [/Numeric/, /^[-+]?\d+(\.\d+)?$/],
  [/Date/, /^(\d{1,18}|\d{4}-(0[1-9]|1[0-2])(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:\d\d)?)?)?)$/],
  [/Bool/, /^(true|false)$/i],
  [/IpAddress/, /^((0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i],
  [/Arn/, /^arn:([^:]*:){4}./],
  [/Binary/, /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/],
];

/** Every condition of a case: operator, key, values of the policy, values of the request. */
function* conditions({ policies, request }) {
  const context = new Map(
    Object.entries(request.context ?? {}).map(([key, value]) => [key.toLowerCase(), list(value)]),
  );
  for (const { document } of policies) {
    for (const { Condition: block = {} } of list(document.Statement)) {
      for (const [operator, keys] of Object.entries(block)) {
        for (const [key, values] of Object.entries(keys)) {
          const given = context.get(key.toLowerCase()) ?? [];
          yield { operator, key, values: list(values).map(String), given: given.map(String) };
        }
      }
    }
  }
}

/** The keys of a service that only some of its actions send, as the Service Authorization Reference lists them. */
const SENT_BY = [
  [/^s3:prefix$/i, /^s3:ListBucket/i],
  [/^sts:DurationSeconds$/i, /^sts:(AssumeRole|Get)/i],
];

/** Whether AWS lists a key for the action: a global key, or one of its service. */
function isListed({ request }, key) {
  const service = (name) => name.split(":")[0].toLowerCase();
  const [, actions] = SENT_BY.find(([name]) => name.test(key)) ?? [];
  return service(key) === "aws" || (service(key) === service(request.action) && (actions?.test(request.action) ?? true));
}
const MULTIVALUED = /tagkeys|principalorgpaths|calledvia$|nameslist/i;
const has = (policies, pattern) => pattern.test(JSON.stringify(policies.map(({ document }) => document)));
const typed = (policies, ...types) => policies.some(({ type }) => types.includes(type));
const partitionOf = (arn) => (arn.startsWith("arn:") ? arn.split(":")[1] : undefined);
const operatorsOf = (item) => [...conditions(item)];

/** The classes, in the order in which they are tried; README.md has a section on each. */
const CLASSES = [
  ["root user", ({ request }) => request.principal.endsWith(":root")],
  [
    "policies of a principal that carries none",
    ({ policies, request }) =>
      (isService(request.principal) && typed(policies, "identity", "boundary", "session", "scp")) ||
      (request.principal.includes(":user/") && typed(policies, "session")),
  ],
  [
    "service-linked role",
    ({ request }) => /role\/aws-service-role\//.test(request.principal + JSON.stringify(request.context)),
  ],
  ["federated user", ({ request }) => request.principal.includes(":federated-user/")],
  ["unique id as principal", ({ policies }) => has(policies, /"A(ID|RO)A[A-Z0-9]{12,}"/)],
  [
    "key that AWS does not list for the action",
    (item) => operatorsOf(item).some(({ key }) => !isListed(item, key)),
  ],
  [
    "partitions",
    ({ policies, request }) => {
      const partitions = [request.principal, request.resource].map(partitionOf);
      const named = JSON.stringify(policies).match(/arn:aws[a-z-]*(?=:(iam|sts):)/g) ?? [];
      const all = new Set([...partitions, ...named.map(partitionOf)].filter((it) => it !== undefined));
      return all.size > 1;
    },
  ],
  [
    "role with a path",
    ({ policies, request }) =>
      request.principal.includes(":assumed-role/") && has(policies, /:role\/[^"]+\/[^"]+"/),
  ],
  [
    "action without resource",
    ({ policies, request }) => request.resource === "*" && has(policies, /"(Not)?Resource":\[?"arn:/),
  ],
  [
    "resource control policies where they do not apply",
    ({ policies, request }) =>
      typed(policies, "rcp") &&
      /^(sns|lambda|route53|iam|ec2|glacier):|^kms:RetireGrant$/i.test(request.action),
  ],
  [
    "service named in the resource's policy",
    ({ policies, request }) => isService(request.principal) && typed(policies, "resource", "key", "trust"),
  ],
  [
    "variable before version 2012-10-17",
    ({ policies }) =>
      policies.some(
        ({ document }) => document.Version !== "2012-10-17" && /\$\{/.test(JSON.stringify(document)),
      ),
  ],
  [
    "NotPrincipal with Allow",
    ({ policies }) =>
      policies.some(({ document }) =>
        list(document.Statement).some(
          ({ Effect, NotPrincipal }) => Effect === "Allow" && NotPrincipal !== undefined,
        ),
      ),
  ],
  [
    "value that the operator cannot read",
    (item) =>
      operatorsOf(item).some(({ operator, given }) =>
        READABLE.some(([family, form]) => family.test(operator) && given.some((text) => !form.test(text))),
      ),
  ],
  [
    "epoch seconds",
    (item) =>
      operatorsOf(item).some(
        ({ operator, values, given }) =>
          operator.includes("Date") && [...values, ...given].some((text) => /^\d+$/.test(text)),
      ),
  ],
  [
    "letters outside ASCII",
    (item) => /[^\x00-\x7F]/.test(JSON.stringify([item.policies, item.request.context])),
  ],
  [
    "condition without values",
    (item) => operatorsOf(item).some(({ values }) => values.length === 0),
  ],
  [
    "moments finer than a millisecond",
    (item) =>
      operatorsOf(item).some(
        ({ operator, values, given }) =>
          operator.includes("Date") && [...values, ...given].some((text) => /\.\d{4,}/.test(text)),
      ),
  ],
  [
    "ranges of addresses",
    (item) =>
      operatorsOf(item).some(
        ({ operator, values, given }) =>
          operator.includes("IpAddress") &&
          values.some((text) => /:.*\/\d|\/0$/.test(text) || given.some((it) => it.includes(":") !== text.includes(":"))),
      ),
  ],
  ["key without values", ({ request }) => Object.values(request.context ?? {}).some((it) => it?.length === 0)],
  [
    "several values for a plain operator",
    (item) =>
      operatorsOf(item).some(
        ({ operator, key, given }) =>
          !/^For(All|Any)/.test(operator) && (given.length > 1 || (given.length === 1 && MULTIVALUED.test(key))),
      ),
  ],
  [
    "several values of a single-valued key",
    (item) =>
      operatorsOf(item).some(
        ({ key, given }) => given.length > 1 && !MULTIVALUED.test(key),
      ),
  ],
  ["Null with a set operator", (item) => operatorsOf(item).some(({ operator }) => /^For\w+:Null$/.test(operator))],
  [
    "wildcards over colons",
    ({ policies, request }) =>
      request.resource.split(":").length > 6
        ? has(policies, /"arn:[^"]*\*[^"]*"/)
        : has(policies, /"arn:(?=[^"]*\*:)([^":]*:){0,3}[^":]*"/),
  ],
  [
    "grant to a session beside a session policy",
    ({ policies, request }) =>
      /:(assumed-role|role)\//.test(request.principal) &&
      typed(policies, "session") &&
      typed(policies, "resource", "key", "trust"),
  ],
  [
    "NotPrincipal with Deny",
    ({ policies }) =>
      policies.some(({ document }) =>
        list(document.Statement).some(
          ({ Effect, NotPrincipal }) => Effect === "Deny" && NotPrincipal !== undefined,
        ),
      ),
  ],
  [
    "role without trust policy",
    ({ policies, request }) => /^sts:AssumeRole$/i.test(request.action) && !typed(policies, "trust", "resource"),
  ],
  [
    "variable without value under a negation",
    (item) =>
      has(item.policies, /"NotResource":[^\]}]*\$\{/) ||
      operatorsOf(item).some(({ operator, values }) => /Not/.test(operator) && values.some((it) => it.includes("${"))),
  ],
];

/** The class of a disagreement on a smallest case; `undefined` if it is none that is known. */
export function classOf(item) {
  return CLASSES.find(([, applies]) => applies(item))?.[0];
}
