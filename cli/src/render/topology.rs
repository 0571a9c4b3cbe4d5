//! The topology of a network as an SVG picture, to paste into a design document.
//!
//! Origins off the network are above a dashed line, those on it inside: sites on the left, transit
//! gateways in the middle, VPCs on the right. Links run in lanes between them and carry no text;
//! what they are is written in the box they start from. Every text is cut to the box it stands in,
//! by a measure that is wider than common fonts, so that labels cannot overlap.

mod boxes;
mod canvas;
mod connections;
#[cfg(test)]
mod tests;

use polsim::network::{Network, Site, Vpc};

use canvas::{Canvas, Point, Rect};
use connections::{Anchors, Plan};

/// The colour scheme of a picture.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
pub(crate) enum Theme {
    /// As the reader's system has it
    #[default]
    Auto,
    /// For dark backgrounds
    Dark,
    /// For light backgrounds
    Light,
}

// Lengths in pixels.
const MARGIN: f64 = 24.0;
const PAD: f64 = 12.0;
const ROW: f64 = 20.0;
const GAP: f64 = 16.0;
const SITE_WIDTH: f64 = 270.0;
const HUB_WIDTH: f64 = 170.0;
const VPC_WIDTH: f64 = 640.0;
const LANE: f64 = 14.0;

/// The topology of `network` as an SVG document. The same network gives the same bytes.
pub(crate) fn topology(network: &Network, theme: Theme) -> String {
    draw(network).finish(theme)
}

fn draw(network: &Network) -> Canvas {
    let mut canvas = Canvas::default();
    let sites: Vec<&Site> = network.sites.iter().filter(|site| !site.outside).collect();
    let own: Vec<&Vpc> = network.own_vpcs().collect();
    let plan = Plan::new(network, &sites);
    let right = MARGIN + plan.vpc_left + VPC_WIDTH + PAD + MARGIN;
    let organization = network.organization.as_ref().map(|it| format!(" · organization {}", it.id));
    let title = format!("network in {}{}", network.region, organization.unwrap_or_default());
    canvas.text(Point { x: MARGIN, y: 40.0 }, right - 2.0 * MARGIN, "title", &title);
    let off_bottom = boxes::off_network(network, &mut canvas, right);
    let top = off_bottom + 34.0;
    let mut bottom = top + 44.0;
    let mut anchors = Anchors::default();
    let mut y = top + 44.0;
    for site in &sites {
        let rect = Rect {
            x: MARGIN + PAD,
            y,
            width: SITE_WIDTH,
            height: boxes::site_height(network, site),
        };
        anchors.links.extend(boxes::site(network, &mut canvas, site, rect));
        y += rect.height + GAP;
        bottom = f64::max(bottom, y);
    }
    let mut y = top + 44.0;
    for vpc in &own {
        let (x, height) = (MARGIN + plan.vpc_left, boxes::vpc_height(network, vpc));
        let rect = Rect { x, y, width: VPC_WIDTH, height };
        boxes::vpc(network, &mut canvas, vpc, rect);
        anchors.vpcs.push((&vpc.id, Point { x, y: y + 18.0 }));
        y += height + GAP;
        bottom = f64::max(bottom, y);
    }
    let mut y = top + 44.0 + plan.bypass + GAP;
    for hub in &network.transit_gateways {
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
    connections::draw(network, &mut canvas, &plan, &anchors, top + 44.0);
    let border = Rect { x: MARGIN, y: top, width: right - 2.0 * MARGIN, height: bottom - top };
    canvas.rect(border, "border");
    let label = Point { x: MARGIN + PAD, y: top + 24.0 };
    canvas.text(label, 400.0, "edge", "on the network; everything outside this line is off it");
    legend(&mut canvas, bottom + 24.0);
    canvas.size(right, bottom + 84.0);
    canvas
}

/// The meaning of colours and line styles, below the picture.
fn legend(canvas: &mut Canvas, y: f64) {
    let items = [
        ("off", "off the network"),
        ("site", "site"),
        ("vpc", "VPC"),
        ("subnet", "subnet"),
        ("leaving", "a way leaves the perimeter"),
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
