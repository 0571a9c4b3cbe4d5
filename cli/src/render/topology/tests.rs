use super::canvas::Rect;
use super::{Canvas, Theme, draw, topology};
use polsim::network::Network;
use polsim::text::Source;

fn network(text: &str) -> Network {
    Network::parse(&Source::new("n.yaml", text)).expect("a network")
}

fn inside(inner: &Rect, outer: &Rect) -> bool {
    outer.x <= inner.x
        && outer.y <= inner.y
        && inner.x + inner.width <= outer.x + outer.width
        && inner.y + inner.height <= outer.y + outer.height
}

fn apart(left: &Rect, right: &Rect) -> bool {
    left.x + left.width <= right.x
        || right.x + right.width <= left.x
        || left.y + left.height <= right.y
        || right.y + right.height <= left.y
}

fn check(canvas: &Canvas) {
    for (index, (text, rect)) in canvas.labels.iter().enumerate() {
        for (other, there) in canvas.labels.iter().take(index) {
            assert!(apart(rect, there), "`{text}` and `{other}` overlap");
        }
        // A text is either clear of a box or inside it.
        for (class, around) in &canvas.rects {
            assert!(inside(rect, around) || apart(rect, around), "`{text}` crosses a {class}");
        }
    }
    // Boxes are nested or apart.
    for (index, (class, rect)) in canvas.rects.iter().enumerate() {
        for (other, there) in canvas.rects.iter().take(index) {
            let fine = apart(rect, there) || inside(rect, there) || inside(there, rect);
            assert!(fine, "a {class} and a {other} overlap");
        }
    }
}

#[test]
fn labels_do_not_overlap() {
    for text in [
        include_str!("../../../../corpus/networks/reference.yaml"),
        include_str!("../../../../corpus/networks/one-vpc.yaml"),
        "region: eu-west-1",
    ] {
        check(&draw(&network(text)));
    }
}

#[test]
fn long_names_are_cut_to_their_box() {
    let long = "x".repeat(300);
    let text = format!(
        "
region: eu-west-1
account: '111122223333'
vpcs:
  - id: vpc-1
    name: {long}
    cidrs: [10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16, 10.5.0.0/16]
    subnets: [{{id: subnet-1, name: s{long}, cidr: 10.0.1.0/24}}]
    endpoints: [{{id: vpce-1, name: e{long}, service: sagemaker.featurestore-runtime}}]
sites: [{{name: o{long}, egress: [203.0.113.0/24, '2001:db8:1234::/48', 198.51.100.0/24]}}]
"
    );
    let canvas = draw(&network(&text));
    check(&canvas);
    assert!(canvas.labels.iter().all(|(text, _)| text.chars().count() < 120));
}

#[test]
fn every_object_is_in_the_picture_and_text_is_escaped() {
    let network = network(include_str!("../../../../corpus/networks/reference.yaml"));
    let svg = topology(&network, Theme::Auto);
    for (vpc, endpoint) in network.endpoints() {
        assert!(svg.contains(endpoint.display()), "{} of {}", endpoint.id, vpc.id);
    }
    for name in [
        "data-centre",
        "hub",
        "subnet-b",
        "ml-nat",
        "dx-transit",
        "internet",
        "prefers-color-scheme",
    ] {
        assert!(svg.contains(name), "{name}");
    }
    let odd =
        self::network("{region: eu-west-1, sites: [{name: 'a<b>&\"c', egress: 203.0.113.0/24}]}");
    let svg = topology(&odd, Theme::Dark);
    assert!(svg.contains("a&lt;b&gt;&amp;&quot;c") && !svg.contains("a<b>"));
    assert_eq!(svg, topology(&odd, Theme::Dark), "the same bytes");
}

#[test]
fn places_whose_ways_leave_the_perimeter_are_marked() {
    let text = "
region: eu-west-1
vpcs:
  - id: vpc-1
    cidrs: 10.0.0.0/16
    natGateways: [{id: nat-1, addresses: 198.51.100.10}]
    routeTables: [{id: rtb-1, routes: [{to: 0.0.0.0/0, via: nat-1}]}]
    subnets:
      - {id: subnet-1, name: open, cidr: 10.0.1.0/24, routeTable: rtb-1}
      - {id: subnet-2, name: closed, cidr: 10.0.2.0/24}
sites: [{name: office, egress: 203.0.113.0/24}]
";
    let svg = topology(&network(text), Theme::Light);
    assert_eq!(svg.matches("<rect class=\"leaving\"").count(), 2, "the subnet and the legend");
    assert!(svg.contains("10.0.1.0/24 · rtb-1 · leaves as 198.51.100.10"));
    assert!(!svg.contains("leaves the perimeter as"), "the office is the company's");
}
