// The policies: a tab for each, its type and name, its text.

import type { JSX } from "preact";
import type { PolicyType } from "polsim";
import { Editor } from "../editor/editor.tsx";
import { Icon } from "../parts/icon.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Problems } from "../parts/problems.tsx";
import { SHORT_TYPE_WORDS, TYPE_WORDS } from "../state/words.ts";
import { addPolicy, changePolicy, choosePolicy, openPolicy, removePolicy, workspace } from "../state/store.ts";
import { diagnosticsOf, decidingMarks } from "../state/markers.ts";
import { POLICY_TYPES, blankDocument, freeName, type PolicyDraft } from "../state/workspace.ts";

export function Policies(): JSX.Element {
  const open = openPolicy.value;
  const { policies } = workspace.value;
  return (
    <section class="pane pane-policies" aria-labelledby="policies-heading">
      <header class="pane-head">
        <h2 id="policies-heading">Policies</h2>
        <AddPolicy />
      </header>
      {policies.length === 0 ? null : (
        <Tabs
          label="Policies"
          panel="policy-panel"
          class="policy-tabs"
          value={open?.id ?? ""}
          onChange={choosePolicy}
          tabs={policies.map((policy) => ({
            value: policy.id,
            name: tabName(policy),
            label: <TabLabel policy={policy} />,
          }))}
        />
      )}
      {open === null ? <Nothing /> : <OpenPolicy key={open.id} policy={open} />}
    </section>
  );
}

function errors(policy: PolicyDraft): number {
  return diagnosticsOf(policy).filter((it) => it.severity === "error").length;
}

function tabName(policy: PolicyDraft): string {
  const count = errors(policy);
  return `${policy.name}, ${TYPE_WORDS[policy.type]}${count === 0 ? "" : `, ${count} errors`}`;
}

function TabLabel({ policy }: { policy: PolicyDraft }): JSX.Element {
  return (
    <>
      <span class={`type-dot type-${policy.type}`} />
      <span class="tab-name">{policy.name}</span>
      {errors(policy) === 0 ? null : <span class="bad-dot" />}
    </>
  );
}

function Nothing(): JSX.Element {
  return (
    <div class="empty" id="policy-panel" role="tabpanel" aria-label="No policy">
      <p>No policies yet. Add one, open an example from the gallery, or drop a JSON file here.</p>
    </div>
  );
}

function AddPolicy(): JSX.Element {
  const add = (type: PolicyType): void => {
    const { policies } = workspace.value;
    const name = freeName(type, policies);
    addPolicy({ type, name, level: 0, carriers: [], text: blankDocument(type) });
  };
  return (
    <label class="add">
      <Icon name="plus" size={16} />
      <span class="spoken">Add a policy</span>
      <select
        value=""
        onChange={(event) => {
          const type = POLICY_TYPES.find((type) => type === event.currentTarget.value);
          event.currentTarget.value = "";
          if (type !== undefined) add(type);
        }}
      >
        <option value="" disabled>
          Add a policy
        </option>
        {POLICY_TYPES.map((type) => (
          <option key={type} value={type}>
            {TYPE_WORDS[type]}
          </option>
        ))}
      </select>
    </label>
  );
}

function OpenPolicy({ policy }: { policy: PolicyDraft }): JSX.Element {
  const diagnostics = diagnosticsOf(policy);
  return (
    <div class="fill" id="policy-panel" role="tabpanel" aria-labelledby={`policy-panel-tab-${policy.id}`}>
      <PolicyHead policy={policy} />
      <Editor
        id={policy.id}
        label={`Document of ${policy.name}`}
        text={policy.text}
        language="json"
        completes
        diagnostics={diagnostics}
        marks={decidingMarks(policy)}
        onChange={(text) => changePolicy(policy.id, { text })}
      />
      <Problems editor={policy.id} diagnostics={diagnostics} />
    </div>
  );
}

function PolicyHead({ policy }: { policy: PolicyDraft }): JSX.Element {
  const levelled = policy.type === "scp" || policy.type === "rcp";
  return (
    <div class="policy-head">
      <label>
        <span class="spoken">Type of {policy.name}</span>
        <select
          value={policy.type}
          onChange={(event) => {
            const type = POLICY_TYPES.find((type) => type === event.currentTarget.value);
            if (type !== undefined) changePolicy(policy.id, { type });
          }}
        >
          {POLICY_TYPES.map((type) => (
            <option key={type} value={type}>
              {SHORT_TYPE_WORDS[type]}
            </option>
          ))}
        </select>
      </label>
      <label class="grow">
        <span class="spoken">{policy.type === "endpoint" ? "Id of the endpoint" : "Name of the policy"}</span>
        <input
          value={policy.name}
          spellcheck={false}
          placeholder={policy.type === "endpoint" ? "vpce-…" : "name"}
          onInput={(event) => changePolicy(policy.id, { name: event.currentTarget.value })}
        />
      </label>
      {levelled ? (
        <label class="level">
          <span>level</span>
          <input
            type="number"
            min={0}
            max={100}
            value={policy.level}
            title="0 the root, then the organizational units, the account last"
            onInput={(event) => {
              const level = event.currentTarget.valueAsNumber;
              if (Number.isInteger(level) && level >= 0) changePolicy(policy.id, { level });
            }}
          />
        </label>
      ) : null}
      <button type="button" class="quiet" title="Remove this policy" onClick={() => removePolicy(policy.id)}>
        <Icon name="trash" />
        <span class="spoken">Remove {policy.name}</span>
      </button>
    </div>
  );
}
