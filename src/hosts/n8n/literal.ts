const INDENT = '\t';

/** A value as TypeScript source in n8n's style: tabs, single quotes, unquoted member names. */
export function sourceOf(value: unknown, depth = 0): string {
  const outer = INDENT.repeat(depth);
  const inner = INDENT.repeat(depth + 1);
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) {
    const short =
      value.every((one) => typeof one !== 'object') && `[${value.map((one) => sourceOf(one)).join(', ')}]`;
    if (short && short.length + depth * 4 < 90) return short;
    return `[\n${value.map((one) => `${inner}${sourceOf(one, depth + 1)},\n`).join('')}${outer}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    if (members.length === 0) return '{}';
    return `{\n${members.map(([name, member]) => `${inner}${nameOf(name)}: ${sourceOf(member, depth + 1)},\n`).join('')}${outer}}`;
  }
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Source code that is inserted into a literal unchanged. */
export class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const nameOf = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name));

function quoted(text: string): string {
  const json = JSON.stringify(text);
  if (!text.includes("'")) return `'${json.slice(1, -1).replaceAll('\\"', '"')}'`;
  return text.includes('"') ? `'${json.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : json;
}
