import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { InputError } from '../../errors/errors.ts';
import { type MemoryGroup, type MemoryRow, MemoryRows } from './memory-rows.ts';
import type { Ping } from './store.ts';

const FORMAT = 'okta-connector directory 1';

/** Members of a group: numbers of the users in the list of ids, and what each membership is. */
type Members = [groupId: string, users: number[], bits: number[]];

interface Content {
  values: [string, string][];
  users: MemoryRow[];
  groups: Omit<MemoryGroup, 'adds' | 'removes'>[];
  ids: string[];
  members: Members[];
  pings: Ping[];
  out: string[];
}

const withoutFlags = ({ adds, removes, ...group }: MemoryGroup) => group;

/** The rows as one JSON value: what users have in common takes little space. */
export function packed(rows: MemoryRows): unknown {
  const ids = [...new Set([...rows.members.values()].flatMap((users) => [...users.keys()]))].sort();
  const numbers = new Map(ids.map((id, n) => [id, n]));
  const members = [...rows.members].map(([groupId, users]): Members => {
    const sorted = [...users].map(([id, bits]) => [numbers.get(id) as number, bits] as const);
    sorted.sort(([one], [other]) => one - other);
    return [groupId, sorted.map(([n], i) => n - (sorted[i - 1]?.[0] ?? 0)), sorted.map(([, bits]) => bits)];
  });
  const content: Content = {
    ...{
      values: [...rows.values],
      users: [...rows.users.values()],
      groups: [...rows.groups.values()].map(withoutFlags),
    },
    ...{ ids, members, pings: [...rows.lists.pings.values()], out: rows.lists.out },
  };
  const text = Buffer.from(JSON.stringify(content));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return { format: FORMAT, data: brotliCompressSync(text, { params }).toString('base64') };
}

/** @throws InputError for anything else than what `packed` gives. */
export function unpacked(saved: unknown): MemoryRows {
  const rows = new MemoryRows();
  if (saved === undefined) return rows;
  const { format, data } = (saved ?? {}) as { format?: unknown; data?: unknown };
  if (format !== FORMAT || typeof data !== 'string') throw unusable('it is not one, or of a newer version');
  try {
    fill(rows, JSON.parse(brotliDecompressSync(Buffer.from(data, 'base64')).toString()));
  } catch {
    throw unusable('it is damaged');
  }
  return rows;
}

function fill(rows: MemoryRows, content: Content): void {
  for (const [name, value] of content.values) rows.values.set(name, value);
  for (const row of content.users) rows.users.set(row.id, row);
  for (const row of content.groups) rows.groups.set(row.id, { ...row, adds: true, removes: true });
  for (const [groupId, users, bits] of content.members) {
    let n = 0;
    users.forEach((step, i) => {
      n += step;
      rows.setBits(groupId, content.ids[n] as string, bits[i] as number);
    });
  }
  rows.replace({ pings: new Map(content.pings.map((ping) => [ping.key, ping])), out: content.out });
}

const unusable = (why: string): InputError =>
  new InputError(`The saved snapshot of the directory cannot be used: ${why}`, {
    hint: 'Remove it to start over: then everything is read and told again.',
  });
