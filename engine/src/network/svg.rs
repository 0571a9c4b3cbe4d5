//! The topology as a picture (SVG), to paste into a design document.
//!
//! What is off the network stands above a dashed line, what is on it inside: sites on the left,
//! transit gateways in the middle, VPCs on the right. Links run in lanes between them and carry no
//! text; what they are is written in the box they start from. Every text is cut to the box it stands
//! in, by a measure that is wider than common fonts, so that labels cannot overlap.

mod canvas;
#[cfg(test)]
mod tests;

use super::model::{Endpoint, EndpointType, Link, LinkType, Network, PrivateDns, Site, Vpc};
use super::table::short;
use canvas::{Canvas, Point, Rect, count};

/// The colours of a picture.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SvgTheme {
    /// Those of the reader's system.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
}

const MARGIN: f64 = 24.0;
const PAD: f64 = 12.0;
const ROW: f64 = 20.0;
const GAP: f64 = 16.0;
const SITE_WIDTH: f64 = 270.0;
const HUB_WIDTH: f64 = 170.0;
const VPC_WIDTH: f64 = 640.0;
const LANE: f64 = 14.0;
const CELL_HEIGHT: f64 = 46.0;
const OFF_WIDTH: f64 = 250.0;

impl Network {
    /// The picture. The same network gives the same bytes.
    pub fn svg(&self, theme: SvgTheme) -> String {
        self.draw().finish(theme)
    }

    fn draw(&self) -> Canvas {
        let mut canvas = Canvas::default();
        let sites: Vec<&Site> = self.sites.iter().filter(|site| !site.outside).collect();
        let own: Vec<&Vpc> = self.own_vpcs().collect();
        let plan = Plan::new(self, &sites);
        let right = MARGIN + plan.vpc_left + VPC_WIDTH + PAD + MARGIN;
        let organization =
            self.organization.as_ref().map(|it| format!(" · organization {}", it.id));
        let title = format!("network in {}{}", self.region, organization.unwrap_or_default());
        canvas.text(Point { x: MARGIN, y: 40.0 }, right - 2.0 * MARGIN, "title", &title);
        let off_bottom = self.off_network_boxes(&mut canvas, right);
        let top = off_bottom + 34.0;
        let mut bottom = top + 44.0;
        let mut anchors = Anchors::default();
        let mut y = top + 44.0;
        for site in &sites {
            let rect =
                Rect { x: MARGIN + PAD, y, width: SITE_WIDTH, height: site_height(self, site) };
            self.site_box(&mut canvas, site, rect, &mut anchors);
            y += rect.height + GAP;
            bottom = f64::max(bottom, y);
        }
        let mut y = top + 44.0;
        for vpc in &own {
            let (x, height) = (MARGIN + plan.vpc_left, vpc_height(vpc));
            let rect = Rect { x, y, width: VPC_WIDTH, height };
            self.vpc_box(&mut canvas, vpc, rect);
            anchors.vpcs.push((&vpc.id, Point { x, y: y + 18.0 }));
            y += height + GAP;
            bottom = f64::max(bottom, y);
        }
        let mut y = top + 44.0 + plan.bypass + GAP;
        for hub in &self.transit_gateways {
            let rect = Rect { x: MARGIN + plan.hub_left, y, width: HUB_WIDTH, height: 56.0 };
            canvas.rect(rect, "hub");
            let width = rect.width - 2.0 * PAD;
            let name = hub.name.as_deref().unwrap_or(&hub.id);
            canvas.text(Point { x: rect.x + PAD, y: y + 22.0 }, width, "name", name);
            canvas.text(Point { x: rect.x + PAD, y: y + 42.0 }, width, "small", "transit gateway");
            anchors.hubs.push((&hub.id, rect));
            y += rect.height + GAP;
            bottom = f64::max(bottom, y);
        }
        self.lines(&mut canvas, &plan, &anchors, top + 44.0);
        let border = Rect { x: MARGIN, y: top, width: right - 2.0 * MARGIN, height: bottom - top };
        canvas.rect(border, "border");
        let label = Point { x: MARGIN + PAD, y: top + 24.0 };
        canvas.text(label, 400.0, "edge", "on the network; everything outside this line is off it");
        legend(&mut canvas, bottom + 24.0);
        canvas.size(right, bottom + 84.0);
        canvas
    }

    /// What is off the network, above the line. Returns where it ends.
    fn off_network_boxes(&self, canvas: &mut Canvas, right: f64) -> f64 {
        let mut boxes = vec![
            ("internet".to_owned(), vec!["any public address".to_owned()]),
            ("foreign endpoints".to_owned(), vec!["strangers' VPCs".to_owned()]),
            ("AWS service network".to_owned(), vec!["compute outside our VPCs".to_owned()]),
        ];
        for vpc in self.vpcs.iter().filter(|vpc| vpc.outside) {
            let ranges = vpc.cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let mut lines = vec![vpc.id.to_string(), ranges];
            lines.extend(
                vpc.endpoints.iter().map(|it| format!("{} · {}", it.display(), it.service.name)),
            );
            boxes.push((format!("VPC {}", vpc.display()), lines));
        }
        for site in self.sites.iter().filter(|site| site.outside) {
            let egress = site.egress.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            boxes.push((format!("site {}", site.name), vec![egress]));
        }
        let mut at = Point { x: MARGIN, y: 64.0 };
        let mut row: f64 = 0.0;
        for (name, lines) in boxes {
            let height = 32.0 + ROW * count(lines.len());
            if right - MARGIN < at.x + OFF_WIDTH {
                at = Point { x: MARGIN, y: at.y + row + GAP };
                row = 0.0;
            }
            let rect = Rect { x: at.x, y: at.y, width: OFF_WIDTH, height };
            canvas.rect(rect, "off");
            let width = OFF_WIDTH - 2.0 * PAD;
            canvas.text(Point { x: at.x + PAD, y: at.y + 20.0 }, width, "name", &name);
            let mut y = at.y + 40.0;
            for line in lines {
                canvas.text(Point { x: at.x + PAD, y }, width, "small", &line);
                y += ROW;
            }
            row = f64::max(row, height);
            at.x += OFF_WIDTH + GAP;
        }
        at.y + row
    }

    fn site_box<'n>(
        &'n self,
        canvas: &mut Canvas,
        site: &'n Site,
        rect: Rect,
        anchors: &mut Anchors<'n>,
    ) {
        canvas.rect(rect, "site");
        let width = rect.width - 2.0 * PAD;
        let mut y = rect.y + 22.0;
        canvas.text(Point { x: rect.x + PAD, y }, width, "name", &site.name);
        for line in site_lines(self, site) {
            y += ROW;
            canvas.text(Point { x: rect.x + PAD, y }, width, "small", &line);
        }
        for link in self.links_of(site) {
            y += ROW;
            let kind = match link.link_type {
                LinkType::PrivateVif => "private VIF",
                LinkType::PublicVif => "public VIF",
                LinkType::TransitVif => "transit VIF",
                LinkType::Vpn => "VPN",
            };
            canvas.text(
                Point { x: rect.x + PAD, y },
                width,
                "link-text",
                &format!("{} · {kind}", link.name),
            );
            anchors.links.push((link, Point { x: rect.x + rect.width, y: y - 4.0 }));
        }
    }

    fn links_of(&self, site: &Site) -> impl Iterator<Item = &Link> {
        let name = site.name.clone();
        self.links.iter().filter(move |link| link.site == name)
    }

    fn vpc_box(&self, canvas: &mut Canvas, vpc: &Vpc, rect: Rect) {
        canvas.rect(rect, "vpc");
        let width = rect.width - 2.0 * PAD;
        let x = rect.x + PAD;
        canvas.text(
            Point { x, y: rect.y + 22.0 },
            width,
            "name",
            &format!("VPC {}", vpc.display()),
        );
        let ranges = vpc.cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let owner = vpc.account.as_deref().and_then(|id| self.account(id));
        let owner = owner.map(|it| format!(" · account {}", it.name)).unwrap_or_default();
        let region =
            if vpc.region == self.region { String::new() } else { format!(" · {}", vpc.region) };
        let line = format!("{} · {ranges}{owner}{region}", vpc.id);
        canvas.text(Point { x, y: rect.y + 42.0 }, width, "small", &line);
        let cell = (width - GAP) / 2.0;
        let mut y = rect.y + 56.0;
        for cells in sections(vpc) {
            for pair in cells.chunks(2) {
                let mut at = x;
                for (class, name, line) in pair {
                    let rect = Rect { x: at, y, width: cell, height: CELL_HEIGHT };
                    canvas.rect(rect, class);
                    let width = cell - 2.0 * PAD;
                    canvas.text(Point { x: at + PAD, y: y + 18.0 }, width, "strong", name);
                    canvas.text(Point { x: at + PAD, y: y + 36.0 }, width, "small", line);
                    at += cell + GAP;
                }
                y += CELL_HEIGHT + 8.0;
            }
        }
    }

    /// The links, attachments and peerings, each in a lane of its own.
    fn lines(&self, canvas: &mut Canvas, plan: &Plan, anchors: &Anchors<'_>, top: f64) {
        let mut left_lane = MARGIN + PAD + SITE_WIDTH + LANE;
        let mut right_lane = MARGIN + plan.hub_left + HUB_WIDTH + LANE;
        let mut bypass = top + 6.0;
        let mut docked: Vec<&str> = Vec::new();
        let mut dock = |id| {
            let used = docked.iter().filter(|it| **it == id).count();
            docked.push(id);
            8.0 * count(used)
        };
        for (link, from) in &anchors.links {
            let Some(to) = link.to.as_deref() else { continue };
            let lane = left_lane;
            left_lane += LANE;
            if let Some((id, hub)) = anchors.hubs.iter().find(|(id, _)| *id == to) {
                let y = hub.y + 14.0 + dock(id);
                let points = [
                    *from,
                    Point { x: lane, y: from.y },
                    Point { x: lane, y },
                    Point { x: hub.x, y },
                ];
                canvas.line(&points, "link");
            } else if let Some((id, vpc)) = anchors.vpcs.iter().find(|(id, _)| *id == to) {
                let y = vpc.y + dock(id);
                let points = [
                    *from,
                    Point { x: lane, y: from.y },
                    Point { x: lane, y: bypass },
                    Point { x: right_lane, y: bypass },
                    Point { x: right_lane, y },
                    Point { x: vpc.x, y },
                ];
                canvas.line(&points, "link");
                bypass += LANE;
                right_lane += LANE;
            }
        }
        for hub in &self.transit_gateways {
            let Some((_, rect)) = anchors.hubs.iter().find(|(id, _)| *id == &*hub.id) else {
                continue;
            };
            let mut out = rect.y + 14.0;
            for attachment in &hub.attachments {
                let Some((id, vpc)) = anchors.vpcs.iter().find(|(id, _)| *id == &**attachment)
                else {
                    continue;
                };
                let y = vpc.y + dock(id);
                let points = [
                    Point { x: rect.x + rect.width, y: out },
                    Point { x: right_lane, y: out },
                    Point { x: right_lane, y },
                    Point { x: vpc.x, y },
                ];
                canvas.line(&points, "attachment");
                right_lane += LANE;
                out += 8.0;
            }
        }
        for peering in &self.peerings {
            let ends: Vec<Point> = peering
                .vpcs
                .iter()
                .filter_map(|end| {
                    let (id, at) = anchors.vpcs.iter().find(|(id, _)| *id == &**end)?;
                    Some(Point { x: at.x, y: at.y + dock(id) })
                })
                .collect();
            if let [from, to] = ends[..] {
                let lane = right_lane;
                right_lane += LANE;
                let points = [from, Point { x: lane, y: from.y }, Point { x: lane, y: to.y }, to];
                canvas.line(&points, "peering");
            }
        }
    }
}

/// Where the columns stand.
struct Plan {
    hub_left: f64,
    vpc_left: f64,
    /// The height of the lines that pass above the transit gateways.
    bypass: f64,
}

/// Where lines start and end.
#[derive(Default)]
struct Anchors<'n> {
    links: Vec<(&'n Link, Point)>,
    hubs: Vec<(&'n str, Rect)>,
    vpcs: Vec<(&'n str, Point)>,
}

impl Plan {
    fn new(network: &Network, sites: &[&Site]) -> Self {
        let links: Vec<&Link> = sites.iter().flat_map(|site| network.links_of(site)).collect();
        let with_end = links.iter().filter(|link| link.to.is_some()).count();
        let is_hub = |link: &&&Link| {
            link.to.as_deref().is_some_and(|to| network.transit_gateway(to).is_some())
        };
        let direct = with_end.saturating_sub(links.iter().filter(is_hub).count());
        let attachments: usize =
            network.transit_gateways.iter().map(|hub| hub.attachments.len()).sum();
        let right_lanes = direct.saturating_add(attachments).saturating_add(network.peerings.len());
        let hub_left = PAD + SITE_WIDTH + LANE * (count(with_end) + 2.0);
        let vpc_left = hub_left + HUB_WIDTH + LANE * (count(right_lanes) + 2.0);
        Self { hub_left, vpc_left, bypass: LANE * count(direct) }
    }
}

/// The cells of a VPC: subnets, endpoints, ways out. Each is a class, a name and a line.
type Cell = (&'static str, String, String);

fn sections(vpc: &Vpc) -> [Vec<Cell>; 3] {
    let subnets = vpc.subnets.iter().map(|subnet| {
        let zone = subnet.zone.as_deref().map(|zone| format!(" · {zone}")).unwrap_or_default();
        let table = vpc.table_of(subnet).filter(|_| subnet.route_table.is_some());
        let table = table.map(|it| format!(" · {}", it.name.as_deref().unwrap_or(&it.id)));
        let line = format!("{}{zone}{}", subnet.cidr, table.unwrap_or_default());
        ("subnet", subnet.display().to_owned(), line)
    });
    let endpoints = vpc.endpoints.iter().map(endpoint_cell);
    let nats = vpc.nat_gateways.iter().map(|nat| {
        let seen = nat.addresses.iter().map(short).collect::<Vec<_>>().join(", ");
        let name = nat.name.as_deref().unwrap_or(&nat.id).to_owned();
        let class = if nat.trusted { "subnet" } else { "exit" };
        (class, name, format!("NAT gateway · seen as {seen}"))
    });
    let internet = vpc
        .internet_gateway
        .iter()
        .map(|id| ("exit", id.to_string(), "internet gateway".to_owned()));
    let egress_only = vpc
        .egress_only_gateway
        .iter()
        .map(|id| ("exit", id.to_string(), "egress-only internet gateway".to_owned()));
    [subnets.collect(), endpoints.collect(), nats.chain(internet).chain(egress_only).collect()]
}

fn endpoint_cell(endpoint: &Endpoint) -> Cell {
    let (class, kind) = match &endpoint.endpoint_type {
        EndpointType::Gateway { .. } => ("gateway", "gateway"),
        EndpointType::Interface { private_dns, .. } => match private_dns {
            PrivateDns::On => ("interface", "interface"),
            PrivateDns::Off => ("interface", "interface, no private DNS"),
            PrivateDns::OnlyInbound => ("interface", "interface, inbound DNS"),
        },
    };
    (class, endpoint.display().to_owned(), format!("{} · {kind}", endpoint.service.name))
}

fn vpc_height(vpc: &Vpc) -> f64 {
    let rows: usize = sections(vpc).iter().map(|cells| cells.len().div_ceil(2)).sum();
    56.0 + (CELL_HEIGHT + 8.0) * count(rows) + 8.0
}

fn site_lines(network: &Network, site: &Site) -> Vec<String> {
    let mut lines: Vec<String> = site.cidrs.iter().map(ToString::to_string).collect();
    lines.extend(site.egress.iter().map(|range| format!("seen as {}", short(range))));
    let resolver = site.resolver.as_deref().and_then(|id| network.vpc(id));
    lines.extend(resolver.map(|vpc| format!("asks the resolver of {}", vpc.display())));
    lines.extend(site.proxy.as_deref().map(|proxy| format!("through a proxy at {proxy}")));
    lines
}

fn site_height(network: &Network, site: &Site) -> f64 {
    let rows = site_lines(network, site).len().saturating_add(network.links_of(site).count());
    34.0 + ROW * count(rows)
}

/// What the colours mean.
fn legend(canvas: &mut Canvas, y: f64) {
    let items = [
        ("off", "off the network"),
        ("site", "site"),
        ("vpc", "VPC"),
        ("subnet", "subnet"),
        ("interface", "interface endpoint"),
        ("gateway", "gateway endpoint"),
        ("exit", "way to the internet"),
    ];
    let mut x = MARGIN;
    for (class, text) in items {
        canvas.rect(Rect { x, y, width: 18.0, height: 14.0 }, class);
        let width = canvas::width_of(text, 12.0) + 2.0;
        canvas.text(Point { x: x + 26.0, y: y + 12.0 }, width, "small", text);
        x += 26.0 + width + GAP;
    }
    let mut x = MARGIN;
    for (class, text) in [
        ("link", "Direct Connect or VPN"),
        ("attachment", "transit gateway attachment"),
        ("peering", "peering"),
    ] {
        let y = y + 34.0;
        canvas.line(&[Point { x, y: y - 4.0 }, Point { x: x + 34.0, y: y - 4.0 }], class);
        let width = canvas::width_of(text, 12.0) + 2.0;
        canvas.text(Point { x: x + 42.0, y }, width, "small", text);
        x += 42.0 + width + GAP;
    }
}
