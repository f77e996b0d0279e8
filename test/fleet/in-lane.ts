import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { stringify } from 'yaml';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { control, type Ended, run, start } from '../e2e/command.ts';
import { Redis } from './farm/redis.ts';

export let redis: Redis;
export let client: Client;
export let sandbox: Sandbox;
/** Starts Redis and an org for the tests of a file, and ends its workers after each of them. */
export const folder = mkdtempSync(join(tmpdir(), 'okta-connector-fleet-'));
const workers: ReturnType<typeof start>[] = [];
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

beforeAll(async () => {
  const data = join(folder, 'redis');
  mkdirSync(data);
  [redis, sandbox] = await Promise.all([Redis.start(data), startSandbox()]);
  client = new Client(redis.url, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => {});
});
afterAll(async () => {
  client?.disconnect();
  await Promise.all([redis?.kill(), sandbox?.close()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await client.flushall();
});
afterEach(async () => {
  for (const { child } of workers) child.kill('SIGKILL');
  await Promise.all(workers.splice(0).map(({ done }) => done));
});

const env = () => ({ OKTA_FLEET_REDIS: redis.url, ACME_TOKEN: sandbox.apiToken, CRM_SECRET: SECRET });

/** Runs `fleet` to its end; what it prints. */
export async function fleet(...args: string[]): Promise<Ended & { json: Record<string, never> }> {
  const ended = await run(['fleet', ...args], env());
  return { ...ended, json: ended.stdout.startsWith('{') ? JSON.parse(ended.stdout) : undefined };
}

export function worker(args: string[] = [], more: Record<string, string> = {}) {
  const started = start(['fleet', 'worker', ...args], { ...env(), ...more });
  workers.push(started);
  return started;
}

interface Declared {
  sinks?: object;
  triggers?: object;
  connections?: object;
  state?: object;
}

export const acme = (triggers: object, token: object = { env: 'ACME_TOKEN' }) => ({
  orgUrl: sandbox.orgUrl,
  auth: { type: 'api_token', token },
  triggers,
});

/** Writes a fleet of one connection, if no other is given, and applies it. */
export async function apply({ sinks, triggers, connections, state }: Declared, ...flags: string[]) {
  const file = join(folder, 'fleet.yaml');
  const bus = { type: 'redis-stream', key: 'events' };
  const made = connections ?? {
    acme: acme(triggers ?? { all: { trigger: 'new_event', every: '1s', sink: 'bus' } }),
  };
  writeFileSync(
    file,
    stringify({ version: 1, ...(state ? { state } : {}), sinks: { bus, ...sinks }, connections: made }),
  );
  const ended = await fleet('apply', file, ...flags);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return ended.json as unknown as Record<string, number>;
}

/** Items of the stream: message id, and what came with it. */
export async function streamed(): Promise<
  { id: string; connection: string; trigger: string; uuid: string }[]
> {
  const entries = await client.xrange('events', '-', '+');
  return entries.map(([, fields]) => {
    const of = (name: string) => fields[fields.indexOf(name) + 1] as string;
    return {
      ...{ id: of('id'), connection: of('connection'), trigger: of('trigger') },
      uuid: JSON.parse(of('data')).id,
    };
  });
}

/** @returns the uuids of events that are logged now. */
export async function happen(count: number, eventType = 'user.session.start'): Promise<string[]> {
  const events = Array.from({ length: count }, () => ({ eventType }));
  const answer = await control(() => sandbox)('events', events);
  return ((await answer.json()) as { uuids: string[] }).uuids;
}

/** The first poll of a trigger remembers where to begin. */
export const begun = (id = 'acme/all') =>
  expect.poll(() => client.hget(`okta-fleet:t:${id}`, 'state')).not.toBeNull();
