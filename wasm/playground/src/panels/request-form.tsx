// The request as a form. It asks for the context keys that the policies read.

import type { JSX } from "preact";
import { vocabulary } from "../state/answers.ts";
import { chosenWay } from "../state/result.ts";
import { changeRequest, withKey, type RequestFields } from "../state/request.ts";
import { change, workspace } from "../state/store.ts";
import { ContextFields } from "./context-fields.tsx";

const PRINCIPALS = [
  "arn:aws:iam::111122223333:user/alice",
  "arn:aws:iam::111122223333:role/DataScientist",
  "arn:aws:sts::111122223333:assumed-role/DataScientist/alice",
  "sagemaker.amazonaws.com",
  "anonymous",
];

function edit(patch: Partial<RequestFields>): void {
  change({ request: changeRequest(workspace.value.request, patch) });
}

export function RequestForm({ fields }: { fields: RequestFields }): JSX.Element {
  return (
    <form class="form" onSubmit={(event) => event.preventDefault()} autocomplete="off">
      <Text
        label="Principal"
        hint="Who asks: an ARN, a service, federated:provider or anonymous"
        value={fields.principal}
        list="principals"
        onChange={(principal) => edit({ principal })}
      />
      <Text
        label="Action"
        hint="service:Name"
        value={fields.action}
        list="actions"
        onChange={(action) => edit({ action })}
      />
      <Text
        label="Resource"
        hint="An ARN, or * for actions without a resource"
        value={fields.resource}
        onChange={(resource) => edit({ resource })}
      />
      <ContextFields entries={fields.context} onChange={(context) => edit({ context })} />
      <AskedFor />
      <More fields={fields} />
      <datalist id="principals">
        {PRINCIPALS.map((principal) => (
          <option key={principal} value={principal} />
        ))}
      </datalist>
      <datalist id="actions">
        {(vocabulary.value?.actions ?? [])
          .filter((action) => !/[*?]/.test(action))
          .map((action) => (
            <option key={action} value={action} />
          ))}
      </datalist>
    </form>
  );
}

interface TextProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly list?: string;
  readonly onChange: (value: string) => void;
}

function Text({ label, hint, value, list, onChange }: TextProps): JSX.Element {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        value={value}
        list={list}
        spellcheck={false}
        autocapitalize="off"
        placeholder={hint}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}

/** The keys that the policies read and the request does not have, to be added by a click. */
function AskedFor(): JSX.Element | null {
  const keys = chosenWay.value?.explanation.absentKeys ?? [];
  if (keys.length === 0) return null;
  return (
    <div class="asked">
      <p class="soft">The policies also read:</p>
      <ul class="chips">
        {keys.map((key) => (
          <li key={key}>
            <button
              type="button"
              class="chip"
              onClick={() => change({ request: withKey(workspace.value.request, key) })}
            >
              <span aria-hidden="true">+ </span>
              <span class="spoken">Add </span>
              {key}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function More({ fields }: { fields: RequestFields }): JSX.Element {
  return (
    <details class="more">
      <summary>Further facts</summary>
      <Text
        label="Account of the resource"
        hint="where its ARN does not tell"
        value={fields.resourceAccount}
        onChange={(resourceAccount) => edit({ resourceAccount })}
      />
      <Text
        label="Issuer"
        hint="the user behind a federated user session"
        value={fields.issuer}
        onChange={(issuer) => edit({ issuer })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={fields.managementAccount}
          onChange={(event) => edit({ managementAccount: event.currentTarget.checked })}
        />
        <span>The requester lives in the organization’s management account</span>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={fields.complete}
          onChange={(event) => edit({ complete: event.currentTarget.checked })}
        />
        <span>The context is complete: AWS fills nothing in</span>
      </label>
    </details>
  );
}
