import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from './id-map.ts';

/** A recorded request and what Okta answered. */
export interface Exchange {
  recording: string;
  request: { method: string; url: string; body: unknown };
  response: { status: number; headers: Record<string, string | string[]>; body: unknown };
}

/** One run of a recorded test against one org. */
export interface Take {
  recording: string;
  exchanges: Exchange[];
}

/** All exchanges of the recordings in a folder, by the name of the recording, in the order in which they were recorded. */
export function readRecordings(folder: string): Map<string, Exchange[]> {
  const recordings = new Map<string, Exchange[]>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ndjson')))
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (line === '') continue;
      const exchange = JSON.parse(line) as Exchange;
      const known = recordings.get(exchange.recording);
      if (known) known.push(exchange);
      else recordings.set(exchange.recording, [exchange]);
    }
  return recordings;
}

/**
 * Words in ids that a person invented, such as apsERRtest0001ERRd7. A recording whose answers have one was written by hand. A run
 * like abcdef or 123456 is no sign of that: it hides an id in answers that are real otherwise.
 */
const inventedId = /FAKE|ERR\w*ERR|test\d{3}/i;

/** Whether a recording was made by hand. Only ids in answers count: tests ask for invented ids on purpose. */
export function isHandMade(exchanges: readonly Exchange[]): boolean {
  return exchanges.some(({ response }) => idsIn(response.body).some((id) => inventedId.test(id)));
}

/** Whether a request can't be sent again because its body, with secrets, was removed from the recording. */
export function isRemoved({ request }: Exchange): boolean {
  return request.body === '(form body removed)';
}

/**
 * The body of a request. Recordings of 2020, which have each header as a single text, lack the bodies of requests. There, what
 * Okta answered stands for what it was sent.
 */
export function bodyOf({ request, response }: Exchange): unknown {
  const { body, headers } = response;
  const isComplete = !Object.values(headers).some((value) => typeof value === 'string');
  if (request.body !== null || isComplete || request.method === 'GET' || !isRecord(body)) return request.body;
  return withSecrets(body);
}

/** Answers have the places of secrets, but not the secrets. */
function withSecrets(members: Record<string, unknown>): Record<string, unknown> {
  const completed = Object.entries(members).map(([name, member]) => {
    if (!isRecord(member)) return [name, member];
    return [
      name,
      name === 'password' || name === 'authScheme' ? { ...member, value: 'Fidelity-1' } : withSecrets(member),
    ];
  });
  return Object.fromEntries(completed);
}

function idsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'id' && typeof member === 'string' && /^\w{15,25}$/.test(member) ? [member] : idsIn(member),
  );
}

const laterRunMs = 10 * 60_000;
const outOfOrderMs = 60_000;

/**
 * The runs within a recording. Some recordings hold several runs of one test, against different orgs; a new one begins where the
 * recorded time jumps: back, or ahead by more than a test waits.
 */
export function takesOf(recording: string, exchanges: readonly Exchange[]): Take[] {
  const takes: Take[] = [];
  let before: number | undefined;
  for (const exchange of exchanges) {
    const at = timeOf(exchange) ?? before;
    const jumps =
      at !== undefined && before !== undefined && (at < before - outOfOrderMs || at > before + laterRunMs);
    if (takes.length === 0 || jumps) takes.push({ recording, exchanges: [] });
    takes.at(-1)?.exchanges.push(exchange);
    before = at;
  }
  return takes;
}

/** When Okta answered, in epoch milliseconds. */
export function timeOf({ response }: Exchange): number | undefined {
  const time = Date.parse(headerOf(response.headers, 'date')[0] ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** All values of a recorded header. */
export function headerOf(headers: Exchange['response']['headers'], name: string): string[] {
  const value = headers[name];
  return value === undefined ? [] : [value].flat();
}
