import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BulkTally } from '../../src/bulk/tally.ts';
import { connect } from '../../src/connect.ts';
import type { Budget } from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { clientOf } from '../sandbox/support.ts';
import { connectionOf, useOkta } from '../support/okta.ts';
import { instantClock } from '../support/replay.ts';
import { allScenarios, arranged } from '../support/scenario.ts';
import { isInShare } from '../support/share.ts';
import { all } from './support.ts';

const local = useOkta();
const scenarios = await allScenarios();

const writesTo = async (org: Sandbox) => {
  const { body } = await clientOf(org).control('GET', '/requests');
  return (body.requests as { method: string }[]).filter(({ method }) => method !== 'GET');
};

describe('a dry run of every action changes nothing and foretells what the run does', () => {
  const clock = instantClock();
  let org: Sandbox;
  beforeAll(async () => {
    org = await startSandbox({ now: clock.now });
  });
  afterAll(() => org.close());

  const some = scenarios.filter(({ action, name }) => isInShare(`${action} ${name}`, 4));
  it.each(some)('$action: $name', async (scenario) => {
    const [{ action }, connection] = [scenario, connectionOf(org)];
    await clientOf(org).control('POST', '/reset');
    const client = connect(connection, { clock });
    await arranged(scenario, { connection, clock }, async (input, check) => {
      await clientOf(org).control('DELETE', '/requests');
      const [foretold] = await all(client.bulk(action, [input], { dryRun: true }));
      expect(await writesTo(org)).toEqual([]);
      expect(foretold?.status, JSON.stringify(foretold)).toBe('ok');
      const [done] = await all(client.bulk(action, [input]));
      expect(done?.status, JSON.stringify(done)).toBe('ok');
      check(done?.output);
      const sent = await writesTo(org);
      if (foretold?.would) expect(sent[0]?.method).toBe(foretold.would.method);
      else if (done?.changed !== undefined) expect(done.changed).toBe(false);
      // What only reads is not run by a dry run, and changes nothing.
      if (done?.changed !== undefined) expect(foretold?.changed ?? false).toBe(done.changed);
    });
    client.close();
  });
});

it('a row that would fail is an error', async () => {
  const rows = [
    { userId: 'nobody@acme.test', groupId: 'Sales' },
    { userId: local.sandbox.admin.login, groupId: 'Nothing like it' },
  ];
  const results = await all(local.okta.bulk('add_user_to_group', rows, { dryRun: true, maxErrors: 10 }));
  expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
    ['error', 'not_found'],
    ['error', 'not_found'],
  ]);
});

it.each(['activate_user', 'deactivate_user', 'suspend_user', 'unsuspend_user'])(
  '%s of a user who is not there is an error, though the action asks only when its write is refused',
  async (action) => {
    const [row] = await all(local.okta.bulk(action, [{ userId: 'nobody@acme.test' }], { dryRun: true }));
    expect([row?.status, row?.error?.code]).toEqual(['error', 'not_found']);
  },
);

it('a status that may not be read keeps no row from being foretold: the run can do without', async () => {
  const rows = [{ userId: local.sandbox.admin.login }];
  const fault = { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'No.' } };
  await clientOf(local.sandbox).control('POST', '/faults', { method: 'GET', path: '/api/v1/users/', fault });
  const [row] = await all(local.okta.bulk('suspend_user', rows, { dryRun: true }));
  expect([row?.status, row?.changed]).toEqual(['ok', true]);
});

it('an update of a user is checked against the schema of its type, also where the org has several', async () => {
  const userId = local.sandbox.admin.login;
  const rows = [{ shirtSize: 'XXXL' }, { firstName: null }, { nope: 'x' }, { shirtSize: 'M' }];
  const inputs = rows.map((profile) => ({ userId, profile }));
  const results = await all(local.okta.bulk('update_user', inputs, { dryRun: true, concurrency: 1 }));
  expect(results.map(({ status, error }) => [status, ...(error?.causes ?? [])])).toEqual([
    ['error', expect.stringContaining('profile.shirtSize')],
    ['error', expect.stringContaining('profile.firstName')],
    ['error', expect.stringContaining('profile.nope')],
    ['ok'],
  ]);
});

it('an update of a user says what it clears, and never that nothing changes where that cannot be known', async () => {
  const [login, email] = ['dry@acme.test', 'dry@acme.test'];
  const base = { login, email, firstName: 'Dry', lastName: 'Run' };
  const profile = { ...base, department: 'Sales', city: 'Bonn' };
  const { id: userId } = (await local.okta.run('create_user', { profile, activate: false })) as {
    id: string;
  };
  const rows = [
    { userId, profile: base, replace: true },
    { userId, profile, replace: true },
    { userId, profile: { city: 'Bonn' } },
    { userId, profile: { city: 'Bonn' }, credentials: { password: { value: 'Aa1!xyzq9kf' } } },
    { userId, profile: { city: 'Bonn' }, realmId: 'guo1' },
    { userId, profile, replace: true, type: { id: 'default' } },
  ];
  const results = await all(local.okta.bulk('update_user', rows, { dryRun: true, concurrency: 1 }));
  expect(results.map(({ changed, would, error }) => error ?? [changed, would?.differs?.sort()])).toEqual([
    [true, ['city', 'department']],
    [false, []],
    [false, []],
    [true, []],
    [true, []],
    [true, []],
  ]);
});

describe('the estimate', () => {
  it('is the time of the bucket that takes longest', () => {
    const tally = new BulkTally();
    const calls = { '/api/v1/users': 2, '/api/v1/groups': 1 };
    for (let row = 1; row <= 1_000; row += 1) tally.add({ row, status: 'ok', changed: true, calls });
    const budget = { bucket: '/api/v1/users', limit: 1_000, allowance: 800 } as Budget;
    // 2,000 are 800 at once and twice more after a minute; of a bucket of 600, 480 at once and four times more.
    expect(tally.estimate([budget])).toEqual({ calls: 3_000, atLeastSeconds: 120 });
    expect(tally.estimate([])).toEqual({ calls: 3_000, atLeastSeconds: 240 });
  });

  it('is no time where all fits into one window', () => {
    const tally = new BulkTally();
    for (let row = 1; row <= 480; row += 1) tally.add({ row, status: 'ok', calls: { '/api/v1/users': 1 } });
    expect(tally.estimate([])).toEqual({ calls: 480, atLeastSeconds: 0 });
  });

  it('knows how long the rate limits hold the rest of the rows', () => {
    const tally = new BulkTally();
    const now = 1_000_000;
    const window = { bucket: '/api/v1/users', limit: 600, allowance: 480, remaining: 120, others: 0 };
    const full: Budget = { ...window, used: 480, sent: 480, resetAt: now + 20_000 };
    expect(tally.heldSeconds(100, [full], now)).toBeUndefined();
    for (let row = 1; row <= 240; row += 1) tally.add({ row, status: 'ok' });
    // Two requests a row: 240 rows a window.
    expect(tally.heldSeconds(240, [full], now)).toBe(20);
    expect(tally.heldSeconds(241, [full], now)).toBe(80);
    expect(tally.heldSeconds(241, [full], now + 30_000)).toBe(60);
    const half: Budget = { ...full, remaining: 360, used: 240, sent: 240 };
    expect(tally.heldSeconds(240, [half], now)).toBeUndefined();
    expect(tally.heldSeconds(241, [half, full], now)).toBe(80);
  });

  it('knows the limits from the looks', async () => {
    await local.okta.run('get_user', { userId: local.sandbox.admin.id });
    expect(local.okta.budget()).toContainEqual(
      expect.objectContaining({
        bucket: '/api/v1/users/{id}',
        limit: expect.any(Number),
        remaining: expect.any(Number),
      }),
    );
  });
});

describe('G.1 a dry run of create_user', () => {
  const profile = (login: string) => ({ login, email: 'new@acme.test', firstName: 'New', lastName: 'User' });
  const row = (login: string) => ({ profile: profile(login) });
  const said = async (rows: { profile: ReturnType<typeof profile> }[], options: object = {}) =>
    (await all(local.okta.bulk('create_user', rows, { dryRun: true, maxErrors: 1_000, ...options })))
      .sort((a, b) => a.row - b.row)
      .map(({ status, error }) =>
        status === 'ok' ? 'ok' : `${error?.code}: ${error?.causes[0] ?? error?.message}`,
      );

  it('finds logins that come twice, whatever their case and blanks', async () => {
    expect(await said([row('one@acme.test'), row('two@acme.test'), row('ONE@acme.test ')])).toEqual([
      ...['ok', 'ok', 'already_exists: profile.login is in row 1, too'],
    ]);
  });

  it('finds existing logins by choice, many in one request', async () => {
    const { login } = local.sandbox.admin;
    const rows = [...Array.from({ length: 60 }, (_, n) => row(`n${n}@acme.test`)), row(login.toUpperCase())];
    expect((await said(rows)).filter((one) => one !== 'ok')).toEqual([]);
    await clientOf(local.sandbox).control('DELETE', '/requests');
    expect((await said(rows, { checkExisting: true })).filter((one) => one !== 'ok')).toEqual([
      'already_exists: profile.login exists already',
    ]);
    const { body } = await clientOf(local.sandbox).control('GET', '/requests');
    const searches = (body.requests as { query: string }[]).filter(({ query }) => query.includes('search='));
    expect(searches.length).toBeLessThanOrEqual(4);
  });

  it('finds logins that are no e-mail addresses', async () => {
    const wrong = 'invalid_input: profile.login: must be an e-mail address in this org';
    expect(await said([row('ana ruiz'), row('anaruiz'), row('ana@acme')])).toEqual([wrong, wrong, 'ok']);
  });
});

it('G.1 cells of logins and addresses are trimmed', async () => {
  const { login } = local.sandbox.admin;
  expect(await local.okta.run('get_user', { userId: ` ${login} ` })).toMatchObject({ profile: { login } });
  const made = await local.okta.run('create_user', {
    profile: { login: ' trim@acme.test ', email: 'trim@acme.test\t', firstName: 'Trim', lastName: 'Me' },
    activate: false,
  });
  expect(made.profile).toMatchObject({ login: 'trim@acme.test', email: 'trim@acme.test' });
});

it('G.1 an existing login has a code of its own', async () => {
  const profile = { login: local.sandbox.admin.login, email: 'x@acme.test', firstName: 'A', lastName: 'B' };
  await expect(local.okta.run('create_user', { profile })).rejects.toMatchObject({
    code: 'already_exists',
    oktaCode: 'E0000001',
    message: expect.stringContaining(
      'Api validation failed: login: An object with this field already exists',
    ),
  });
});
