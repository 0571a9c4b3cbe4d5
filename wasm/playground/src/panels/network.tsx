// The network: its text and its map.

import type { JSX } from "preact";
import { Editor } from "../editor/editor.tsx";
import { Problems } from "../parts/problems.tsx";
import { networkDiagnostics } from "../state/network.ts";
import { change, workspace } from "../state/store.ts";
import { NetworkMapPicture } from "./picture.tsx";

export function NetworkPane(): JSX.Element {
  const text = workspace.value.network;
  return (
    <div class="fill" role="tabpanel" id="input-panel" aria-labelledby="input-panel-tab-network">
      <NetworkMapPicture />
      {text.trim() === "" ? <Sample /> : null}
      <Editor
        id="network"
        label="Network as YAML"
        text={text}
        language="yaml"
        diagnostics={networkDiagnostics.value}
        onChange={(network) => change({ network })}
      />
      <Problems editor="network" diagnostics={networkDiagnostics.value} />
    </div>
  );
}

const SAMPLE = `region: eu-west-1
account: "111122223333"
vpcs:
  - id: vpc-0a11a11a11a11a11a
    name: ml
    cidrs: 10.20.0.0/16
    subnets:
      - {id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}
    endpoints:
      - {id: vpce-0a000000000000001, name: sagemaker-api, service: sagemaker.api}
sites:
  - {name: office, egress: 203.0.113.0/24}
`;

function Sample(): JSX.Element {
  return (
    <p class="empty">
      A network says where requests start and how they reach AWS.{" "}
      <button type="button" class="link" onClick={() => change({ network: SAMPLE })}>
        Start with a small one
      </button>
    </p>
  );
}
