// Plain values as YAML that people like to read: blocks outside, one line where it fits.

const WIDTH = 88;

/** The YAML text of an object, a member a line or a block. */
export function toYaml(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map(([key, member]) => `${member_(key, member, 0)}\n`)
    .join("");
}

function member_(key: string, value: unknown, indent: number): string {
  const name = scalar(key);
  const line = `${name}: ${flow(value)}`;
  if (indent + line.length <= WIDTH && !isDeep(value)) return line;
  return isBlock(value) ? `${name}:\n${block(value, indent + 2)}` : line;
}

function block(value: unknown, indent: number): string {
  const pad = " ".repeat(indent);
  if (Array.isArray(value)) {
    return value.map((item: unknown) => `${pad}- ${item_(item, indent + 2)}`).join("\n");
  }
  return Object.entries(value as object)
    .map(([key, member]) => pad + member_(key, member, indent))
    .join("\n");
}

function item_(item: unknown, indent: number): string {
  const line = flow(item);
  if ((indent + line.length <= WIDTH && !isDeep(item)) || !isBlock(item)) return line;
  return block(item, indent).slice(indent);
}

function isBlock(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** Whether the value is better read as a block, however short it is. */
function isDeep(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => isBlock(item));
  return isBlock(value) && Object.keys(value).length > 3;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => flow(item)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([key, member]) => `${scalar(key)}: ${flow(member)}`);
    return `{${members.join(", ")}}`;
  }
  return typeof value === "string" ? scalar(value) : JSON.stringify(value ?? null);
}

/** Text as YAML: plain where every reader takes it for that very text, quoted otherwise. */
function scalar(text: string): string {
  const plain = /^[A-Za-z_/][\w ./@*+-]*(?::[\w/][\w ./@*+-]*)*$/.test(text) && !/ $/.test(text);
  const word = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i.test(text);
  return plain && !word ? text : JSON.stringify(text);
}
