import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { systemClock } from '../../src/http/clock.ts';
import { batchesOf } from '../../src/resources/identity-source/batches.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { orgAt } from '../support/arrange.ts';
import { rejection } from '../support/server.ts';

let sandbox: Sandbox;
let org: ReturnType<typeof orgAt>;
let client: ReturnType<typeof connect>;
let source: string;
const time = { now: Date.now() };

beforeEach(async () => {
  sandbox = await startSandbox({ now: () => time.now });
  const connection = {
    orgUrl: sandbox.orgUrl,
    auth: { type: 'api_token', token: sandbox.apiToken },
  } as const;
  const clock = {
    ...systemClock,
    now: () => time.now,
    async sleep(ms: number) {
      time.now += ms;
    },
  };
  org = orgAt(connection, { clock });
  client = connect(connection, { clock });
  source = (await org.app('Acme CRM', await org.user('bo'))).id;
});
afterEach(async () => {
  org.close();
  client.close();
  await sandbox.close();
});

const people = (count: number, profile: object = {}) =>
  Array.from({ length: count }, (_, at) => ({
    ...{ externalId: `E-${at}`, profile: { userName: `e${at}@acme.test`, ...profile } },
  }));
const sessions = () => `/api/v1/identity-sources/${source}/sessions`;
const run = (input: object) =>
  client.run('run_identity_import', { identitySourceId: source, profiles: people(1), ...input });

describe('run_identity_import', () => {
  it('goes on with another session after 50 calls, one session at a time', async () => {
    const output = await run({ profiles: people(10_001) });
    expect(output).toMatchObject({ records: 10_001, status: 'COMPLETED' });
    expect(output.sessions.map(({ records, status }) => [records, status])).toEqual([
      [10_000, 'COMPLETED'],
      [1, 'COMPLETED'],
    ]);
    const last = await org.api('GET', `/api/v1/identity-sources/${source}/users/E-10000`);
    expect(last.profile).toEqual({ userName: 'e10000@acme.test' });
  });

  it('stops when the time is up before all is loaded', async () => {
    const error = await rejection(run({ profiles: people(10_001), timeoutSeconds: 10 }));
    expect(error).toMatchObject({ code: 'timeout', hint: expect.stringContaining('timeoutSeconds') });
  });

  it('stops at a session that it did not open, without touching it', async () => {
    const { id } = await org.api('POST', sessions());
    const error = await rejection(run({}));
    expect(error).toMatchObject({ code: 'conflict', hint: expect.stringContaining('ifSessionOpen') });
    expect(error.message).toContain(id);
    expect(await org.api('GET', `${sessions()}/${id}`)).toMatchObject({ status: 'CREATED' });
  });

  it('leaves no open session behind when an upload is refused', async () => {
    await org.control('POST', '/faults', { path: '/bulk-upsert', fault: { kind: 'status', status: 400 } });
    await rejection(run({}));
    expect(await org.api('GET', sessions())).toEqual([]);
  });

  it.each(['/sessions$', '/start-import$'])(
    'goes on where %s was executed, but not answered',
    async (path) => {
      const fault = { kind: 'reset_after' };
      await org.control('POST', '/faults', { method: 'POST', path, fault });
      expect(await run({})).toMatchObject({ status: 'COMPLETED', records: 1 });
    },
  );
});

describe('records of an import', () => {
  it('are split at 200 KB, and made texts', () => {
    const batches = batchesOf(people(3, { note: 'ü'.repeat(40_000), floor: 3, gone: null }), 'upsert');
    expect(batches.map(({ length }) => length)).toEqual([2, 1]);
    expect(batches[1]?.[0]).toMatchObject({ externalId: 'E-2', profile: { floor: '3', gone: null } });
  });

  it.each([
    ['is larger than the 200 KB', people(1, { note: 'x'.repeat(200_000) })],
    ['has the same externalId as profiles.0', [...people(1), ...people(1)]],
    ['has no profile', [{ externalId: 'E-1' }]],
  ])('%s is refused before anything is sent', (message, users) => {
    expect(() => batchesOf(users, 'upsert')).toThrow(message);
  });
});
