//! Links, transit gateway attachments and peerings: each runs in a lane of its own.

use polsim::network::{Link, Network, Site};

use super::boxes::links_of;
use super::canvas::{Canvas, Point, Rect, count};
use super::{HUB_WIDTH, LANE, MARGIN, PAD, SITE_WIDTH};

/// The columns of the picture.
pub(super) struct Plan {
    /// The left edge of the transit gateways, from the margin.
    pub(super) hub_left: f64,
    /// The left edge of the VPCs, from the margin.
    pub(super) vpc_left: f64,
    /// The height of the lines that pass above the transit gateways.
    pub(super) bypass: f64,
}

/// The points and boxes that connections start from and lead to, by id.
#[derive(Default)]
pub(super) struct Anchors<'n> {
    pub(super) links: Vec<(&'n Link, Point)>,
    pub(super) hubs: Vec<(&'n str, Rect)>,
    pub(super) vpcs: Vec<(&'n str, Point)>,
}

impl Plan {
    /// Lays the columns out with room for the lanes between them.
    pub(super) fn new(network: &Network, sites: &[&Site]) -> Self {
        let links: Vec<&Link> = sites.iter().flat_map(|site| links_of(network, site)).collect();
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

/// Draws all connections; `top` is the upper edge of the first row of boxes.
pub(super) fn draw(
    network: &Network,
    canvas: &mut Canvas,
    plan: &Plan,
    anchors: &Anchors<'_>,
    top: f64,
) {
    let mut lanes = Lanes {
        canvas,
        anchors,
        left: MARGIN + PAD + SITE_WIDTH + LANE,
        right: MARGIN + plan.hub_left + HUB_WIDTH + LANE,
        bypass: top + 6.0,
        docked: Vec::new(),
    };
    lanes.links();
    lanes.attachments(network);
    lanes.peerings(network);
}

/// The next free lanes between the columns.
struct Lanes<'a, 'n> {
    canvas: &'a mut Canvas,
    anchors: &'a Anchors<'n>,
    /// The x of the next lane between sites and transit gateways.
    left: f64,
    /// The x of the next lane between transit gateways and VPCs.
    right: f64,
    /// The y of the next lane above the transit gateways.
    bypass: f64,
    /// The ids of boxes that a line ends at, once for each line.
    docked: Vec<&'n str>,
}

impl<'n> Lanes<'_, 'n> {
    /// The distance of the next line that ends at a box from the first one.
    fn dock(&mut self, id: &'n str) -> f64 {
        let used = self.docked.iter().filter(|it| **it == id).count();
        self.docked.push(id);
        8.0 * count(used)
    }

    fn links(&mut self) {
        for (link, from) in &self.anchors.links {
            let Some(to) = link.to.as_deref() else { continue };
            let lane = self.left;
            self.left += LANE;
            if let Some((id, hub)) = self.anchors.hubs.iter().find(|(id, _)| *id == to) {
                let y = hub.y + 14.0 + self.dock(id);
                let points = [
                    *from,
                    Point { x: lane, y: from.y },
                    Point { x: lane, y },
                    Point { x: hub.x, y },
                ];
                self.canvas.line(&points, "link");
            } else if let Some((id, vpc)) = self.anchors.vpcs.iter().find(|(id, _)| *id == to) {
                let y = vpc.y + self.dock(id);
                let points = [
                    *from,
                    Point { x: lane, y: from.y },
                    Point { x: lane, y: self.bypass },
                    Point { x: self.right, y: self.bypass },
                    Point { x: self.right, y },
                    Point { x: vpc.x, y },
                ];
                self.canvas.line(&points, "link");
                self.bypass += LANE;
                self.right += LANE;
            }
        }
    }

    fn attachments(&mut self, network: &Network) {
        for hub in &network.transit_gateways {
            let Some((_, rect)) = self.anchors.hubs.iter().find(|(id, _)| *id == &*hub.id) else {
                continue;
            };
            let mut out = rect.y + 14.0;
            for attachment in &hub.attachments {
                let Some((id, vpc)) = self.anchors.vpcs.iter().find(|(id, _)| *id == &**attachment)
                else {
                    continue;
                };
                let y = vpc.y + self.dock(id);
                let points = [
                    Point { x: rect.x + rect.width, y: out },
                    Point { x: self.right, y: out },
                    Point { x: self.right, y },
                    Point { x: vpc.x, y },
                ];
                self.canvas.line(&points, "attachment");
                self.right += LANE;
                out += 8.0;
            }
        }
    }

    fn peerings(&mut self, network: &Network) {
        for peering in &network.peerings {
            let ends: Vec<Point> = peering
                .vpcs
                .iter()
                .filter_map(|end| {
                    let (id, at) = self.anchors.vpcs.iter().find(|(id, _)| *id == &**end)?;
                    Some(Point { x: at.x, y: at.y + self.dock(id) })
                })
                .collect();
            if let [from, to] = ends[..] {
                let lane = self.right;
                self.right += LANE;
                let points = [from, Point { x: lane, y: from.y }, Point { x: lane, y: to.y }, to];
                self.canvas.line(&points, "peering");
            }
        }
    }
}
