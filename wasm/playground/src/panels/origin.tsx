// Where the request comes from: an origin of the network, or wherever its context says.

import type { JSX } from "preact";
import { batch } from "@preact/signals";
import { networkMap } from "../state/network.ts";
import { wayNumber } from "../state/answers.ts";
import { change, workspace } from "../state/store.ts";

export function OriginChoice(): JSX.Element {
  const { origin } = workspace.value;
  const origins = networkMap.value?.origins ?? [];
  const own = origins.filter((it) => it.about === undefined);
  const general = origins.filter((it) => it.about !== undefined);
  const unknown = origin !== "" && !origins.some((it) => it.name === origin);
  return (
    <label class="origin">
      <span class="field-label">From</span>
      <select
        value={origin}
        onChange={(event) => {
          const origin = event.currentTarget.value;
          batch(() => {
            wayNumber.value = 0;
            change({ origin });
          });
        }}
      >
        <option value="">wherever its context says</option>
        {unknown ? <option value={origin}>{origin}</option> : null}
        {own.length === 0 ? null : (
          <optgroup label="The network">
            {own.map(({ name }) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
        {general.length === 0 ? null : (
          <optgroup label="Everywhere">
            {general.map(({ name, about }) => (
              <option key={name} value={name} title={about}>
                {name}
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </label>
  );
}
