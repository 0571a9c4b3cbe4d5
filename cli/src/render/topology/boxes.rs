//! The boxes of sites, VPCs and of what is off the network.

use polsim::network::{Endpoint, EndpointType, Link, LinkType, Network, PrivateDns, Site, Vpc};
use polsim::text::AddressRange;

use super::canvas::{Canvas, Point, Rect, count};
use super::{GAP, MARGIN, PAD, ROW};

const CELL_HEIGHT: f64 = 46.0;
const OFF_WIDTH: f64 = 250.0;

/// Draws the boxes of everything off the network, above the line; returns the y where they end.
pub(super) fn off_network(network: &Network, canvas: &mut Canvas, right: f64) -> f64 {
    let mut boxes = vec![
        ("internet".to_owned(), vec!["any public address".to_owned()]),
        ("foreign endpoints".to_owned(), vec!["strangers' VPCs".to_owned()]),
        ("AWS service network".to_owned(), vec!["compute outside our VPCs".to_owned()]),
    ];
    for vpc in network.vpcs.iter().filter(|vpc| vpc.outside) {
        let ranges = vpc.cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let mut lines = vec![vpc.id.to_string(), ranges];
        lines.extend(
            vpc.endpoints.iter().map(|it| format!("{} · {}", it.display(), it.service.name)),
        );
        boxes.push((format!("VPC {}", vpc.display()), lines));
    }
    for site in network.sites.iter().filter(|site| site.outside) {
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

/// Draws the box of a site; returns the points that its links start from.
pub(super) fn site<'n>(
    network: &'n Network,
    canvas: &mut Canvas,
    site: &'n Site,
    rect: Rect,
) -> Vec<(&'n Link, Point)> {
    let mut starts = Vec::new();
    canvas.rect(rect, "site");
    let width = rect.width - 2.0 * PAD;
    let mut y = rect.y + 22.0;
    canvas.text(Point { x: rect.x + PAD, y }, width, "name", &site.name);
    for line in site_lines(network, site) {
        y += ROW;
        canvas.text(Point { x: rect.x + PAD, y }, width, "small", &line);
    }
    for link in links_of(network, site) {
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
        starts.push((link, Point { x: rect.x + rect.width, y: y - 4.0 }));
    }
    starts
}

/// The links that start at a site.
pub(super) fn links_of<'n>(network: &'n Network, site: &'n Site) -> impl Iterator<Item = &'n Link> {
    network.links.iter().filter(|link| link.site == site.name)
}

/// Draws the box of a VPC with its subnets, endpoints and gateways.
pub(super) fn vpc(network: &Network, canvas: &mut Canvas, vpc: &Vpc, rect: Rect) {
    canvas.rect(rect, "vpc");
    let width = rect.width - 2.0 * PAD;
    let x = rect.x + PAD;
    canvas.text(Point { x, y: rect.y + 22.0 }, width, "name", &format!("VPC {}", vpc.display()));
    let ranges = vpc.cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let owner = vpc.account.as_deref().and_then(|id| network.account(id));
    let owner = owner.map(|it| format!(" · account {}", it.name)).unwrap_or_default();
    let region =
        if vpc.region == network.region { String::new() } else { format!(" · {}", vpc.region) };
    let line = format!("{} · {ranges}{owner}{region}", vpc.id);
    canvas.text(Point { x, y: rect.y + 42.0 }, width, "small", &line);
    let cell = (width - GAP) / 2.0;
    let mut y = rect.y + 56.0;
    for cells in sections(network, vpc) {
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

/// A cell in the box of a VPC: its style class, its name, its second line.
type Cell = (&'static str, String, String);

/// The cells of a VPC: subnets, endpoints, gateways that lead out.
fn sections(network: &Network, vpc: &Vpc) -> [Vec<Cell>; 3] {
    let subnets = vpc.subnets.iter().map(|subnet| {
        let zone = subnet.zone.as_deref().map(|zone| format!(" · {zone}")).unwrap_or_default();
        let table = vpc.table_of(subnet).filter(|_| subnet.route_table.is_some());
        let table = table.map(|it| format!(" · {}", it.name.as_deref().unwrap_or(&it.id)));
        let line = format!("{}{zone}{}", subnet.cidr, table.unwrap_or_default());
        match leaves(network, &subnet.id) {
            Some(seen) => {
                let line = format!("{line} · leaves as {seen}");
                ("leaving", subnet.display().to_owned(), line)
            }
            None => ("subnet", subnet.display().to_owned(), line),
        }
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

/// The addresses, not the company's, that calls from a place may be seen with: some of its ways
/// leave the perimeter.
fn leaves(network: &Network, place: &str) -> Option<String> {
    let seen = network.ways_out(place).unwrap_or_default();
    if seen.iter().any(|range| range.net().prefix_len() == 0) {
        return Some("any address".to_owned());
    }
    let seen: Vec<String> = seen.iter().map(short).collect();
    Some(seen.join(", ")).filter(|it| !it.is_empty())
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

/// The height of the box of a VPC.
pub(super) fn vpc_height(network: &Network, vpc: &Vpc) -> f64 {
    let rows: usize = sections(network, vpc).iter().map(|cells| cells.len().div_ceil(2)).sum();
    56.0 + (CELL_HEIGHT + 8.0) * count(rows) + 8.0
}

fn site_lines(network: &Network, site: &Site) -> Vec<String> {
    let mut lines: Vec<String> = site.cidrs.iter().map(ToString::to_string).collect();
    lines.extend(site.egress.iter().map(|range| format!("seen as {}", short(range))));
    let resolver = site.resolver.as_deref().and_then(|id| network.vpc(id));
    lines.extend(resolver.map(|vpc| format!("asks the resolver of {}", vpc.display())));
    lines.extend(site.proxy.as_deref().map(|proxy| format!("through a proxy at {proxy}")));
    lines.extend(leaves(network, &site.name).map(|seen| format!("leaves the perimeter as {seen}")));
    lines
}

/// The height of the box of a site.
pub(super) fn site_height(network: &Network, site: &Site) -> f64 {
    let rows = site_lines(network, site).len().saturating_add(links_of(network, site).count());
    34.0 + ROW * count(rows)
}

/// An address range in text; a range of one address without its prefix length.
fn short(range: &AddressRange) -> String {
    let net = range.net();
    if net.prefix_len() == net.max_prefix_len() { net.addr().to_string() } else { net.to_string() }
}
