// Where the boxes and lines of the network's picture go. No drawing here.

import type { NetworkMap, PathOutcome, VpcBox } from "polsim";

export interface Box {
  readonly id: string;
  readonly kind: "site" | "vpc" | "subnet" | "endpoint" | "internet" | "aws";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly detail: string;
  readonly lit: boolean;
}

export type Point = readonly [x: number, y: number];

export interface Line {
  readonly from: Point;
  readonly to: Point;
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
const GAP = 16;
const SITE = { x: 4, width: 112 };
const VPC = { x: 150, width: 284 };
const INNER = 128;
const AWS = { x: 462, width: 34 };
const WIDTH = AWS.x + AWS.width + 4;

export function layOut(map: NetworkMap, lit: Lit): Layout {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  const anchors = new Map<string, Point>();
  const used = endpointOf(lit.outcome);
  let y = 4;
  for (const vpc of map.vpcs) {
    y += placeVpc(vpc, y, lit, boxes, lines, anchors) + GAP;
  }
  const overPublic = lit.outcome !== null && used === null && lit.outcome.kind !== "unreachable";
  boxes.push({
    id: "internet",
    kind: "internet",
    ...{ x: VPC.x, y, width: VPC.width, height: 32 },
    label: "Internet",
    detail: "public addresses",
    lit: overPublic,
  });
  const internet: Point = [VPC.x, y + 16];
  lines.push({ from: [VPC.x + VPC.width, y + 16], to: [AWS.x, y + 16], lit: overPublic });
  const bottom = Math.max(placeSites(map, lit, overPublic, internet, boxes, lines, anchors), y + 36);
  boxes.push({
    id: "AWS services",
    kind: "aws",
    ...{ x: AWS.x, y: 4, width: AWS.width, height: bottom - 8 },
    label: "AWS",
    detail: map.region,
    lit: lit.outcome !== null && lit.outcome.kind !== "unreachable",
  });
  const start = anchors.get("start");
  const end = used === null ? undefined : anchors.get(used);
  if (start !== undefined && end !== undefined) lines.push({ from: start, to: end, lit: true });
  return { width: WIDTH, height: bottom, boxes, lines };
}

/** Places a VPC with its subnets and endpoints. Gives its height. */
function placeVpc(
  vpc: VpcBox,
  y: number,
  lit: Lit,
  boxes: Box[],
  lines: Line[],
  anchors: Map<string, Point>,
): number {
  const height = 36 + Math.max(vpc.subnets.length, vpc.endpoints.length, 1) * ROW;
  const whole = [vpc.id, vpc.name].includes(lit.origin);
  boxes.push({
    id: vpc.id,
    kind: "vpc",
    ...{ x: VPC.x, y, width: VPC.width, height },
    label: vpc.name,
    detail: vpc.cidrs.join(", "),
    lit: whole,
  });
  for (const name of [vpc.id, vpc.name]) anchors.set(name, [VPC.x, y + 18]);
  vpc.subnets.forEach((subnet, row) => {
    const place = { x: VPC.x + 8, y: y + 30 + row * ROW, width: INNER, height: ROW - 6 };
    const starts = whole || [subnet.id, subnet.name].includes(lit.origin);
    const { id, name: label, cidr: detail } = subnet;
    boxes.push({ id, kind: "subnet", ...place, label, detail, lit: starts });
    if (starts) anchors.set("start", [place.x + INNER, place.y + 12]);
  });
  vpc.endpoints.forEach((endpoint, row) => {
    const x = VPC.x + VPC.width - INNER - 8;
    const place = { x, y: y + 30 + row * ROW, width: INNER, height: ROW - 6 };
    const passed = endpoint.id === endpointOf(lit.outcome);
    const { id, name: label, service: detail } = endpoint;
    boxes.push({ id, kind: "endpoint", ...place, label, detail, lit: passed });
    lines.push({ from: [x + INNER, place.y + 12], to: [AWS.x, place.y + 12], lit: passed });
    anchors.set(id, [x, place.y + 12]);
  });
  return height;
}

/** Places the sites and their ways. Gives where they end. */
function placeSites(
  map: NetworkMap,
  lit: Lit,
  overPublic: boolean,
  internet: Point,
  boxes: Box[],
  lines: Line[],
  anchors: Map<string, Point>,
): number {
  let y = 4;
  for (const site of map.sites) {
    const here = site.name === lit.origin;
    const side = SITE.x + SITE.width;
    boxes.push({
      id: site.name,
      kind: "site",
      ...{ x: SITE.x, y, width: SITE.width, height: 46 },
      label: site.name,
      detail: [...site.egress, ...site.cidrs][0] ?? "",
      lit: here,
    });
    for (const link of map.links.filter((link) => link.site === site.name)) {
      for (const target of reached(map, link.to)) {
        const to = anchors.get(target);
        if (to !== undefined) lines.push({ from: [side, y + 15], to, lit: here && !overPublic });
      }
    }
    if (site.egress.length > 0) {
      lines.push({ from: [side, y + 31], to: internet, lit: here && overPublic });
    }
    if (here && !overPublic) anchors.set("start", [VPC.x, y + 15]);
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
