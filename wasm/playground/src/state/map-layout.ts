// Where the boxes and lines of the network's picture go. No drawing here.

import type { NetworkMap, PathOutcome } from "polsim";

export interface Box {
  readonly id: string;
  readonly kind: "site" | "vpc" | "subnet" | "endpoint" | "service" | "internet";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly detail: string;
  readonly lit: boolean;
}

export interface Line {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  readonly label: string;
  readonly lit: boolean;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

/** What is lit: the origin, and where its request ends. */
export interface Lit {
  readonly origin: string;
  readonly outcome: PathOutcome | null;
}

const ROW = 30;
const GAP = 18;
const SITE = { x: 8, width: 132 };
const VPC = { x: 196, width: 300 };
const SERVICE = { x: 540, width: 132 };
const WIDTH = SERVICE.x + SERVICE.width + 8;

export function layOut(map: NetworkMap, lit: Lit): Layout {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  const anchors = new Map<string, readonly [number, number]>();
  const litEndpoint = endpointOf(lit.outcome);
  let y = 8;
  for (const vpc of map.vpcs) {
    const rows = Math.max(vpc.subnets.length, vpc.endpoints.length, 1);
    const height = 40 + rows * ROW;
    const here = [vpc.id, vpc.name].includes(lit.origin);
    boxes.push({ id: vpc.id, kind: "vpc", x: VPC.x, y, width: VPC.width, height, label: vpc.name, detail: vpc.cidrs.join(", "), lit: here });
    anchors.set(vpc.id, [VPC.x, y + 18]);
    anchors.set(vpc.name, [VPC.x, y + 18]);
    vpc.subnets.forEach((subnet, row) => {
      const top = y + 34 + row * ROW;
      const lies = [subnet.id, subnet.name].includes(lit.origin);
      boxes.push({ id: subnet.id, kind: "subnet", x: VPC.x + 10, y: top, width: 134, height: ROW - 6, label: subnet.name, detail: subnet.cidr, lit: lies });
      if (lies || here) anchors.set(`start ${lit.origin}`, [VPC.x + 144, top + 12]);
    });
    vpc.endpoints.forEach((endpoint, row) => {
      const top = y + 34 + row * ROW;
      const used = endpoint.id === litEndpoint;
      const x = VPC.x + VPC.width - 144;
      boxes.push({ id: endpoint.id, kind: "endpoint", x, y: top, width: 134, height: ROW - 6, label: endpoint.name, detail: endpoint.id, lit: used });
      boxes.push({ id: `service of ${endpoint.id}`, kind: "service", x: SERVICE.x, y: top, width: SERVICE.width, height: ROW - 6, label: endpoint.service, detail: endpoint.gateway ? "gateway endpoint" : "interface endpoint", lit: used });
      lines.push({ from: [x + 134, top + 12], to: [SERVICE.x, top + 12], label: "", lit: used });
      anchors.set(endpoint.id, [x, top + 12]);
    });
    y += height + GAP;
  }
  const internet = y;
  const overPublic = lit.outcome !== null && litEndpoint === null;
  const publicLit = overPublic && lit.outcome?.kind !== "unreachable";
  boxes.push({ id: "internet", kind: "internet", x: VPC.x, y: internet, width: VPC.width, height: 34, label: "Internet", detail: "public addresses", lit: publicLit });
  boxes.push({ id: "public services", kind: "service", x: SERVICE.x, y: internet + 5, width: SERVICE.width, height: ROW - 6, label: "public endpoints", detail: map.region, lit: publicLit });
  lines.push({ from: [VPC.x + VPC.width, internet + 17], to: [SERVICE.x, internet + 17], label: "", lit: publicLit });
  const bottom = sites(map, lit, publicLit, internet, boxes, lines, anchors);
  const start = anchors.get(`start ${lit.origin}`);
  const end = litEndpoint === null ? undefined : anchors.get(litEndpoint);
  if (start !== undefined && end !== undefined) lines.push({ from: start, to: end, label: "", lit: true });
  return { width: WIDTH, height: Math.max(bottom, internet + 46), boxes, lines };
}

function sites(
  map: NetworkMap,
  lit: Lit,
  publicLit: boolean,
  internet: number,
  boxes: Box[],
  lines: Line[],
  anchors: ReadonlyMap<string, readonly [number, number]>,
): number {
  let y = 8;
  for (const site of map.sites) {
    const here = site.name === lit.origin;
    boxes.push({ id: site.name, kind: "site", x: SITE.x, y, width: SITE.width, height: 46, label: site.name, detail: site.egress.join(", ") || site.cidrs.join(", "), lit: here });
    for (const link of map.links.filter((link) => link.site === site.name)) {
      for (const target of reached(map, link.to)) {
        const to = anchors.get(target);
        if (to !== undefined) {
          lines.push({ from: [SITE.x + SITE.width, y + 16], to, label: link.kind, lit: here && !publicLit });
        }
      }
    }
    if (site.egress.length > 0) {
      lines.push({ from: [SITE.x + SITE.width, y + 32], to: [VPC.x, internet + 17], label: "egress", lit: here && publicLit });
    }
    y += 46 + GAP;
  }
  return y;
}

/** The VPCs that a link leads to. */
function reached(map: NetworkMap, to: string | undefined): readonly string[] {
  if (to === undefined) return [];
  const gateway = map.transitGateways.find((gateway) => [gateway.id, gateway.name].includes(to));
  return gateway?.attachments ?? [to];
}

function endpointOf(outcome: PathOutcome | null): string | null {
  return outcome?.kind === "interface" || outcome?.kind === "gateway" ? outcome.endpoint : null;
}
