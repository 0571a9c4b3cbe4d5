// The request's text as fields, and back. The text is what counts; the form edits it.

/** A value of a context key: one text, or a list for a multivalued key. */
export type ContextValue = string | readonly string[];

export interface RequestFields {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly issuer: string;
  readonly context: readonly (readonly [key: string, value: ContextValue])[];
  readonly complete: boolean;
  readonly managementAccount: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The fields of a request's text; nothing if it is no JSON object. */
export function readRequest(text: string): RequestFields | null {
  const json = text.trim() === "" ? {} : parse(text);
  if (json === null) return null;
  const word = (name: string): string => scalar(json[name]) ?? "";
  const context = isObject(json["context"]) ? Object.entries(json["context"]) : [];
  return {
    principal: word("principal"),
    action: word("action"),
    resource: word("resource"),
    resourceAccount: word("resourceAccount"),
    issuer: word("issuer"),
    context: context.map(([key, value]) => [key, contextValue(value)] as const),
    complete: json["complete"] === true,
    managementAccount: json["managementAccount"] === true,
  };
}

/** The text with some fields changed; members that the form does not know stay. */
export function changeRequest(text: string, patch: Partial<RequestFields>): string {
  const json = { ...(parse(text) ?? {}) };
  for (const [name, value] of Object.entries(patch)) {
    if (name === "context") continue;
    const required = ["principal", "action", "resource"].includes(name);
    if (required || (value !== "" && value !== false)) json[name] = value;
    else delete json[name];
  }
  if (patch.context !== undefined) {
    // `fromEntries` defines members, so that a key called `__proto__` is a key like any other.
    json["context"] = Object.fromEntries(patch.context);
  }
  return `${JSON.stringify(json, null, 2)}\n`;
}

/** The text with an empty value for another context key. */
export function withKey(text: string, key: string): string {
  const fields = readRequest(text);
  if (fields === null || fields.context.some(([name]) => name === key)) return text;
  return changeRequest(text, { context: [...fields.context, [key, ""]] });
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> & Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function scalar(value: unknown): string | null {
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : null;
}

function contextValue(value: unknown): ContextValue {
  if (Array.isArray(value)) return value.map((item) => scalar(item) ?? "");
  return scalar(value) ?? "";
}
