// Pictures of the network: the path of one request as stations, and the whole map.

import { Fragment, type JSX } from "preact";
import type { NetworkMap, NetworkPath, PathOutcome } from "polsim";
import { Icon, type IconName } from "../parts/icon.tsx";
import { inline } from "../parts/problems.tsx";
import { layOut, type Box, type Line } from "../state/map-layout.ts";
import { networkMap } from "../state/network.ts";
import { chosenWay } from "../state/result.ts";
import { workspace } from "../state/store.ts";

export function NetworkPicture({ path, service }: { path: NetworkPath; service: string }): JSX.Element {
  const { outcome, steps, uncertain } = path;
  const [station, detail, icon] = arrival(outcome, networkMap.value);
  return (
    <div class="block">
      <h3>Path</h3>
      <ol class="stations">
        <Station icon="dot" name={workspace.value.origin} detail="starts here" />
        <Station icon={icon} name={station} detail={detail} />
        {outcome.kind === "unreachable" ? null : (
          <Station icon="check" name={service} detail="the service" />
        )}
      </ol>
      {uncertain === undefined ? null : (
        <p class="soft">Only if this undocumented fact is so: {inline(uncertain)}.</p>
      )}
      <details>
        <summary>Step by step</summary>
        <ol class="steps">
          {steps.map((step, index) => (
            <li key={index}>
              <span class="step-part">{step.part}</span> {inline(step.text)}
            </li>
          ))}
        </ol>
      </details>
    </div>
  );
}

interface StationProps {
  readonly icon: IconName;
  readonly name: string;
  readonly detail: string;
}

function Station({ icon, name, detail }: StationProps): JSX.Element {
  return (
    <li class="station">
      <span class="station-icon">
        <Icon name={icon} size={16} />
      </span>
      <span class="station-name">
        {name.split(/(?<=\.)/).map((part, index) => (
          <Fragment key={index}>
            {part}
            <wbr />
          </Fragment>
        ))}
      </span>
      <span class="station-detail">{detail}</span>
    </li>
  );
}

function arrival(outcome: PathOutcome, map: NetworkMap | null): readonly [string, string, IconName] {
  switch (outcome.kind) {
    case "interface":
    case "gateway": {
      const vpc = map?.vpcs.find((vpc) => vpc.endpoints.some((it) => it.id === outcome.endpoint));
      const found = vpc?.endpoints.find((it) => it.id === outcome.endpoint);
      const place = vpc === undefined ? "" : ` in ${vpc.name}`;
      return [found?.name ?? outcome.endpoint, `${outcome.kind} endpoint${place}`, "place"];
    }
    case "foreignEndpoint":
      return ["endpoint of somebody else", "not in this network", "warning"];
    case "public":
      return [outcome.seen.join(", ") || "public address", "as AWS sees it", "place"];
    case "serviceNetwork":
      return ["network of an AWS service", "outside every VPC of ours", "place"];
    case "service":
      return ["AWS service", "calls from within", "place"];
    case "unreachable":
      return ["no way", "the service cannot be reached", "cross"];
  }
}

/** The whole network as a picture, with the same facts as a table. */
export function NetworkMapPicture(): JSX.Element | null {
  const map = networkMap.value;
  if (map === null) return null;
  const outcome = chosenWay.value?.path?.outcome ?? null;
  const layout = layOut(map, { origin: workspace.value.origin, outcome });
  return (
    <figure class="map">
      <div class="map-scroll" tabIndex={0} role="region" aria-label="Picture of the network">
        <svg viewBox={`0 0 ${layout.width} ${layout.height}`} role="img" aria-labelledby="map-title">
          <title id="map-title">{words(map)}</title>
          {layout.lines.map((line, index) => (
            <Connection key={index} line={line} />
          ))}
          {layout.boxes.map((box) => (
            <Part key={box.id} box={box} />
          ))}
        </svg>
      </div>
      <details>
        <summary>As a table</summary>
        <MapTable map={map} />
      </details>
    </figure>
  );
}

/** How many characters of a label fit. */
const LENGTHS: Readonly<Record<Box["kind"], number>> = {
  site: 15,
  vpc: 20,
  subnet: 16,
  endpoint: 16,
  internet: 20,
  aws: 4,
};

function Part({ box }: { box: Box }): JSX.Element {
  const { kind, x, y, width, height, label, detail, lit } = box;
  const big = kind === "vpc" || kind === "site" || kind === "internet" || kind === "aws";
  return (
    <g class={`map-${kind}${lit ? " lit" : ""}`}>
      <title>{`${label}: ${detail}`}</title>
      <rect x={x} y={y} width={width} height={height} rx={big ? 8 : 5} />
      {kind === "aws" ? (
        <text x={x + width / 2} y={y + height / 2 + 4} text-anchor="middle">
          {label}
        </text>
      ) : (
        <text x={x + 9} y={y + (big ? 20 : 16)}>
          {clip(label, LENGTHS[kind])}
        </text>
      )}
      {kind === "site" ? (
        <text class="fine" x={x + 9} y={y + 36}>
          {clip(detail, 18)}
        </text>
      ) : null}
      {kind === "vpc" || kind === "internet" ? (
        <text class="fine" x={x + width - 9} y={y + 20} text-anchor="end">
          {clip(detail, 20)}
        </text>
      ) : null}
    </g>
  );
}

function Connection({ line }: { line: Line }): JSX.Element {
  const [x1, y1] = line.from;
  const [x2, y2] = line.to;
  const bend = (x1 + x2) / 2;
  return <path class={line.lit ? "map-line lit" : "map-line"} d={`M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`} />;
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function words(map: NetworkMap): string {
  const endpoints = map.vpcs.reduce((count, vpc) => count + vpc.endpoints.length, 0);
  return `${map.vpcs.length} VPCs with ${endpoints} endpoints and ${map.sites.length} sites in ${map.region}`;
}

function MapTable({ map }: { map: NetworkMap }): JSX.Element {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label="The network as a table">
      <table class="facts">
        <thead>
          <tr>
            <th scope="col">Object</th>
            <th scope="col">What</th>
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {map.sites.map((site) => (
            <tr key={site.name}>
              <th scope="row">{site.name}</th>
              <td>site</td>
              <td>{[...site.egress, ...site.cidrs].join(", ")}</td>
            </tr>
          ))}
          {map.vpcs.flatMap((vpc) => [
            <tr key={vpc.id}>
              <th scope="row">{vpc.name}</th>
              <td>VPC</td>
              <td>{[vpc.region, ...vpc.cidrs].join(", ")}</td>
            </tr>,
            ...vpc.endpoints.map((endpoint) => (
              <tr key={endpoint.id}>
                <th scope="row">{endpoint.name}</th>
                <td>
                  {endpoint.gateway ? "gateway" : "interface"} endpoint for {endpoint.service}
                </td>
                <td>{vpc.name}</td>
              </tr>
            )),
          ])}
        </tbody>
      </table>
    </div>
  );
}
