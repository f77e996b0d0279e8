import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { Pace } from '../bulk/pace.ts';
import type { Cause } from '../bulk/tally.ts';
import type { ActionDefinition } from '../define.ts';
import type { OktaError } from '../errors/errors.ts';
import { counted } from '../errors/sentences.ts';
import { describeAction } from '../manifest/manifest.ts';
import type { RawSchema } from '../manifest/shared-schemas.ts';
import { commandOf } from './confirm.ts';
import { describeTime } from './progress.ts';

/** A results file named after the input that does not exist yet: `leavers.results.ndjson` beside `leavers.csv`. */
export function newResults(input: string, key: string): string {
  const stem = input === '-' ? key : input.slice(0, input.length - extname(input).length);
  for (let count = 1; ; count += 1) {
    const file = `${stem}.results${count > 1 ? `-${count}` : ''}.ndjson`;
    if (!existsSync(file) && !existsSync(`${file}.journal`)) return file;
  }
}

/** Names of the secrets that the results can have: `activationUrl`. */
function secretsOf({ properties = {}, items, anyOf = [] }: RawSchema): string[] {
  const members = Object.entries(properties as Record<string, RawSchema>).flatMap(([name, member]) =>
    member.writeOnly ? [name] : secretsOf(member),
  );
  return [...members, ...[items ?? [], anyOf].flat().flatMap((one) => secretsOf(one as RawSchema))];
}

/** What to know about results with secrets: `The results can contain activationUrl: ...`; undefined if they have none. */
export function secretsLine(action: ActionDefinition): string | undefined {
  const names = [...new Set(secretsOf(describeAction(action).output))];
  if (names.length === 0) return undefined;
  return `The results can contain secrets (${names.join(', ')}): the file is readable only by you; delete it when they are handed over.`;
}

/** The command that continues this run. */
export function resumeCommand(results: string, input: string, args = process.argv.slice(2)): string {
  const has = (flag: string) => args.some((arg) => arg === flag || arg.startsWith(`${flag}=`));
  const more = [
    ...(has('--results') ? [] : ['--results', results]),
    ...(has('--resume') ? [] : ['--resume']),
  ];
  return `${commandOf([...args, ...more])}${input === '-' ? ' (with the same input on stdin)' : ''}`;
}

/**
 * How long the rate limits let the rows take: `Okta usually admits 10 to 100 requests a minute to /api/v1/apps: 5,000 rows
 * take 50 min to 8 h 20 min.`
 * @returns undefined if all rows fit into a minute even in a small org.
 */
export function paceLine({ bucket, requests, from, to }: Pace, rows: number | undefined): string | undefined {
  const calls = rows === undefined ? Number.POSITIVE_INFINITY : rows * requests;
  if (calls <= from) return undefined;
  const admitted = from === to ? `admits ${to}` : `usually admits ${from} to ${to}`;
  const each = requests > 1 ? `, and a row takes up to ${requests}` : '';
  const start = `Okta ${admitted} requests a minute to ${bucket}${each}`;
  if (rows === undefined) return `${start}.`;
  const [least, most] = [to, from].map((limit) => describeTime((calls / limit) * 60));
  const time = least === most ? `about ${most}` : `${least} to ${most}`;
  return `${start}: ${counted(rows, 'row')} take ${time}.`;
}

/** One line for each reason, the most frequent first. */
export function causeLines(causes: readonly Cause[]): string[] {
  const width = Math.max(0, ...causes.map(({ rows }) => String(rows).length));
  return causes.map(
    ({ rows, code, hint }) => `${String(rows).padStart(width)} × ${code}${hint ? `: ${hint}` : ''}`,
  );
}

const REPEATS = 'rows that are ok or unknown are not repeated';

/** What to do after a run that ended early. */
export function adviceFor({ code, hint }: OktaError, resumed: string, rejected: string | undefined): string {
  if (code === 'aborted') return `Continue with: ${resumed} (${REPEATS}).`;
  const first = hint ? `${hint} Then` : 'Once that is put right,';
  const see = rejected ? ` The failed rows are in ${rejected}.` : '';
  return `${first} continue with: ${resumed} (${REPEATS}).${see}`;
}

/** What to do after a run in which rows failed. */
export const adviceForRows = (resumed: string, rejected: string | undefined): string =>
  [
    `Where the cause lies in Okta, put it right and continue with: ${resumed}`,
    rejected && `Where rows are wrong, correct them in ${rejected} and run that file instead.`,
  ]
    .filter(Boolean)
    .join(' ');
