import { CHANGE_KINDS, type Change } from '../sync/change.ts';
import type { SyncReport } from '../sync/sync.ts';
import { printJson, writeOut } from './output.ts';
import { printRows } from './table.ts';

/** Shows what a run would tell: a table of counts and the first rows of each kind, or with `--json` JSON. */
export async function printDryRun(report: SyncReport, { json }: { json?: boolean }): Promise<void> {
  if (json) return printJson({ dryRun: true, ...report });
  const kinds = CHANGE_KINDS.filter((kind) => report.changes[kind]);
  if (kinds.length === 0) return writeOut('Nothing would change.\n');
  await printRows(kinds.map((kind) => ({ change: kind, count: report.changes[kind] })));
  for (const kind of kinds) {
    const samples = report.samples.filter((change) => change.kind === kind);
    await writeOut(`\n${kind}, ${samples.length} of ${report.changes[kind]}:\n`);
    await printRows(samples.map(rowOf));
  }
}

/** A change as one row: what differs comes first, as `old → new`. */
function rowOf({ key, before, after, changed }: Change): Record<string, unknown> {
  const { id: _, ...row } = after ?? before ?? {};
  const differs = Object.fromEntries(
    before && after ? changed.map((name) => [name, `${textOf(before[name])} → ${textOf(after[name])}`]) : [],
  );
  const plain = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, textOf(value)]));
  return { ...key, ...differs, ...plain, ...differs };
}

const textOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? '');
