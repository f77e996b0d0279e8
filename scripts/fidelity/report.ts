import type { Outcome } from './replay.ts';

/** How far the sandbox agrees with the recordings. Shape and status are counted over the served calls. */
export interface Agreement {
  calls: number;
  served: number;
  equalInStatus: number;
  equalInShape: number;
}

const longestBody = 400;

export function agreementOf(outcomes: readonly Outcome[]): Agreement {
  const served = outcomes.filter(({ isServed }) => isServed);
  return {
    calls: outcomes.length,
    served: served.length,
    equalInStatus: served.filter(({ recorded, answered }) => recorded.status === answered.status).length,
    equalInShape: served.filter(({ differences }) => differences.length === 0).length,
  };
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** A table of the paths whose answers differ, most differences first. */
export function tableOf(byPath: ReadonlyMap<string, readonly Outcome[]>): string {
  const rows = [...byPath].map(([path, outcomes]) => ({ path, ...agreementOf(outcomes) }));
  const faulty = rows
    .map((row) => ({ ...row, wrong: row.calls - row.equalInShape }))
    .filter(({ wrong }) => wrong > 0)
    .sort((a, b) => b.wrong - a.wrong);
  const head = ['differ', 'calls', 'served', 'status', 'shape', 'path'];
  const cells = faulty.map((row) => [
    String(row.wrong),
    String(row.calls),
    percent(row.served, row.calls),
    percent(row.equalInStatus, row.served),
    percent(row.equalInShape, row.served),
    row.path,
  ]);
  return [head, ...cells]
    .map((row) => row.map((cell, n) => (n < 5 ? cell.padStart(8) : ` ${cell}`)).join(''))
    .join('\n');
}

/** Some of the differences, one of each sort, with where they were found. */
export function examplesOf(outcomes: readonly Outcome[], count: number): string[] {
  const sorts = new Map<string, Outcome[]>();
  for (const outcome of outcomes.filter(({ differences }) => differences.length > 0)) {
    const sort = outcome.isServed ? outcome.differences.join('\n    ') : 'not served';
    sorts.set(sort, [...(sorts.get(sort) ?? []), outcome]);
  }
  return [...sorts]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, count)
    .map(([sort, [first, ...rest]]) => {
      const { recording, method, path, sent, recorded, answered } = first as Outcome;
      const times = rest.length > 0 ? ` and ${rest.length} more` : '';
      return [
        `${recording}: ${method} ${path}${times}`,
        ...(sent === undefined ? [] : [`sent ${JSON.stringify(sent).slice(0, longestBody)}`]),
        `${recorded.status} was recorded, ${answered.status} answered`,
        sort,
      ].join('\n    ');
    });
}

export function totalsOf({ calls, served, equalInStatus, equalInShape }: Agreement): string {
  return [
    `${percent(equalInShape, served).padStart(8)} equal in shape (${equalInShape} of ${served} served calls)`,
    `${percent(equalInStatus, served).padStart(8)} equal in status (${equalInStatus} of ${served} served calls)`,
    `${percent(calls - served, calls).padStart(8)} not served (${calls - served} of ${calls} calls)`,
  ].join('\n');
}
