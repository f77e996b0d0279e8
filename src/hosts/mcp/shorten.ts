import { isRecord } from '../../schema/record.ts';

type Path = readonly string[];
type Leaf = { path: Path; value: unknown };

/** What people know objects by, most telling first. */
const TELLING = [
  ...['id', 'uuid', 'status', 'name', 'label', 'login', 'displayName', 'email', 'title', 'type', 'published'],
  ...[
    'eventType',
    'displayMessage',
    'message',
    'outcome',
    'actorLogin',
    'result',
    'reason',
    'alternateId',
    'firstName',
    'lastName',
  ],
];
/** Values of an item that is shown in short. */
const SHORT = 10;
/** Characters of each of them. */
const SHORT_TEXT = 160;

/** The telling values of an item: what a model needs in order to choose. Whole items are larger by a factor of ten. */
export function shortItem(item: unknown): unknown {
  if (!isRecord(item)) return shrunk(item, SHORT_TEXT, SHORT).value;
  const ranked = leavesOf(item, [], 3)
    .map((leaf, order) => ({ leaf, rank: rankOf(leaf.path, order) }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, SHORT);
  return assembled(ranked.map(({ leaf }) => leaf));
}

/** Only these members of an item, given as dotted paths; `*` is the whole item. */
export function pickedItem(item: unknown, fields: readonly string[]): unknown {
  if (fields.includes('*')) return item;
  const leaves = fields.flatMap((field): Leaf[] => {
    const path = field.split('.');
    const value = path.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), item);
    return value === undefined ? [] : [{ path, value }];
  });
  return assembled(leaves, (value) => value);
}

function rankOf(path: Path, order: number): number {
  const telling = TELLING.indexOf(path.at(-1) ?? '');
  return telling >= 0 ? telling + path.length * 4 : 40 + path.length * 30 + order;
}

function leavesOf(record: Record<string, unknown>, path: Path, depth: number): Leaf[] {
  return Object.entries(record).flatMap(([name, value]): Leaf[] => {
    // Links and embedded copies.
    if (name.startsWith('_') || value === null || value === undefined || value === '') return [];
    const at = [...path, name];
    if (isRecord(value)) return depth > 1 ? leavesOf(value, at, depth - 1) : [];
    if (Array.isArray(value) && (value.length === 0 || value.some((one) => typeof one === 'object')))
      return [];
    return [{ path: at, value }];
  });
}

const shortValue = (value: unknown): unknown => shrunk(value, SHORT_TEXT, SHORT).value;

function assembled(leaves: readonly Leaf[], show = shortValue): Record<string, unknown> {
  const whole = Object.create(null) as Record<string, unknown>;
  for (const { path, value } of leaves) {
    let at = whole;
    for (const name of path.slice(0, -1)) {
      at[name] ??= Object.create(null);
      at = at[name] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ''] = show(value);
  }
  return whole;
}

/** Steps in which a value is cut until it fits: characters of a text, items of a list. */
const STEPS = [
  [8_000, 200],
  [2_000, 50],
  [500, 20],
  [120, 5],
  [40, 1],
] as const;

/** A value cut to a size in bytes of JSON, and whether anything was cut. */
export function fitting(value: unknown, bytes: number): { value: unknown; cut: boolean } {
  let last = { value, cut: false };
  for (const [text, items] of STEPS) {
    last = shrunk(value, text, items);
    if (Buffer.byteLength(JSON.stringify(last.value) ?? '') <= bytes) return last;
  }
  return { value: `${JSON.stringify(last.value).slice(0, bytes / 4)}…`, cut: true };
}

function shrunk(value: unknown, text: number, items: number): { value: unknown; cut: boolean } {
  let cut = false;
  const visit = (at: unknown): unknown => {
    if (typeof at === 'string') {
      if (at.length <= text) return at;
      cut = true;
      return `${at.slice(0, text).toWellFormed()}… (${at.length} characters)`;
    }
    if (Array.isArray(at)) {
      if (at.length <= items) return at.map(visit);
      cut = true;
      return [...at.slice(0, items).map(visit), `… (${at.length} items)`];
    }
    if (!isRecord(at)) return at;
    return Object.fromEntries(Object.entries(at).map(([name, member]) => [name, visit(member)]));
  };
  return { value: visit(value), cut };
}
