import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { Cause } from '../bulk/tally.ts';
import type { OktaError } from '../errors/errors.ts';
import { commandOf } from './confirm.ts';

/** A results file named after the input that does not exist yet: `leavers.results.ndjson` beside `leavers.csv`. */
export function newResults(input: string, key: string): string {
  const stem = input === '-' ? key : input.slice(0, input.length - extname(input).length);
  for (let count = 1; ; count += 1) {
    const file = `${stem}.results${count > 1 ? `-${count}` : ''}.ndjson`;
    if (!existsSync(file) && !existsSync(`${file}.journal`)) return file;
  }
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
