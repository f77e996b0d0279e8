import Table from 'cli-table3';
import { isRecord } from '../schema/record.ts';
import { note, printJson, writeOut } from './output.ts';

/** Columns this wide hold ids, times and most logins in one piece: what does not fit then is left out. */
const MIN_WIDTH = 32;
/** A longer cell is continued on further lines. */
const MAX_WIDTH = 60;
const BESIDE_TEXT = 3;

/** Prints the items of a list: a table on a terminal, JSON elsewhere and with `--json`. */
export async function printItems(items: readonly unknown[], { json }: { json?: boolean }): Promise<void> {
  if (json || !process.stdout.isTTY || !items.every(isRecord)) return printJson(items);
  if (items.length === 0) return note('There are none.');
  await printRows(items.map(flat));
}

/** Prints rows as a table as wide as the terminal, and tells which columns it has no room for. */
export async function printRows(rows: readonly Record<string, unknown>[]): Promise<void> {
  const { text, left } = tableOf(rows, process.stdout.columns || 80);
  await writeOut(`${text}\n`);
  if (left.length > 0) note(`No room for ${left.join(', ')}: --json shows everything.`);
}

/**
 * A table of rows; long cells are continued on further lines, never cut off.
 * @returns its text, and the columns that the width has no room for.
 */
export function tableOf(rows: readonly Record<string, unknown>[], width: number) {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const cells = rows.map((row) => names.map((name) => cellText(row[name])));
  // An empty column tells nothing.
  const filled = names.flatMap((name, at) => (cells.some((row) => row[at] !== '') ? [{ name, at }] : []));
  const wishes = filled.map(({ name, at }) =>
    Math.min(MAX_WIDTH, Math.max(name.length, ...cells.map((row) => (row[at] ?? '').length))),
  );
  let shown = filled.length;
  const room = () => width - 1 - shown * BESIDE_TEXT;
  const least = () => wishes.slice(0, shown).reduce((sum, wish) => sum + Math.min(wish, MIN_WIDTH), 0);
  while (shown > 1 && least() > room()) shown -= 1;
  const widths = narrowed(wishes.slice(0, shown), room());
  const columns = filled.slice(0, shown);
  const table = new Table({
    head: columns.map(({ name }) => name),
    style: { head: [], border: [] },
    colWidths: widths.map((one) => one + 2),
  });
  for (const row of cells)
    table.push(columns.map(({ at }, column) => wrapped(row[at] ?? '', widths[column])));
  return { text: table.toString(), left: filled.slice(shown).map(({ name }) => name) };
}

/** Breaks a text into lines between words; a longer word wherever it must. */
const wrapped = (text: string, width = MAX_WIDTH): string =>
  (text.match(new RegExp(`.{1,${width}}(?=\\s|$)|.{1,${width}}`, 'gu')) ?? [])
    .map((line) => line.trim())
    .join('\n');

/** Widths that together fit: the widest give way first. */
function narrowed(wishes: readonly number[], room: number): number[] {
  let cap = Math.max(...wishes);
  const sum = () => wishes.reduce((total, wish) => total + Math.min(wish, cap), 0);
  while (cap > MIN_WIDTH && sum() > room) cap -= 1;
  return wishes.map((wish) => Math.min(wish, cap));
}

/** What an object is known by comes first, where the terminal has no room for everything. */
const FIRST = ['id', 'login', 'name', 'label', 'status'];

/** The plain members of an object, those of its profile too; links and other nested values are left to JSON. */
function flat({ profile, ...own }: Record<string, unknown>): Record<string, unknown> {
  const all = Object.entries(own);
  if (isRecord(profile))
    all.push(
      ...Object.entries(profile).map(([name, value]): [string, unknown] => [`profile.${name}`, value]),
    );
  const isPlain = (value: unknown) => !isRecord(value) && !(Array.isArray(value) && value.some(isRecord));
  const rank = (name: string) => {
    const at = FIRST.indexOf(name.replace('profile.', ''));
    return at < 0 ? FIRST.length : at;
  };
  return Object.fromEntries(
    all.filter(([, value]) => isPlain(value)).sort(([one], [other]) => rank(one) - rank(other)),
  );
}

/** A value as a cell: control characters could steer the terminal. */
function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = Array.isArray(value) ? value.map(String).join(', ') : String(value);
  return plainText(text);
}

/** A text without control characters, which could steer the terminal. */
export const plainText = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
