import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import type { OktaError } from '../../src/errors/errors.ts';
import { type Org, orgAt } from '../support/arrange.ts';
import { activePush, enrolled, pendingApp, QUESTION, SMS } from '../support/factors.ts';
import { freshSandbox, type RecordedOrg } from '../support/record.ts';

let sandbox: RecordedOrg;
let client: Client;
let org: Org & { close(): void };
let user: { id: string; login: string };

beforeEach(async () => {
  sandbox = await freshSandbox();
  client = connect(sandbox.connection, { clock: sandbox.clock });
  org = orgAt(sandbox.connection, sandbox);
  user = await org.user('ana');
});
afterEach(async () => {
  client.close();
  org.close();
  await sandbox.close();
});

const failureOf = (run: Promise<unknown>): Promise<OktaError> =>
  run.then(
    () => expect.fail('must fail'),
    (error) => error,
  );

describe('a push verification', () => {
  it('needs a push factor that is active', async () => {
    await enrolled(org, user, { factorType: 'push', provider: 'OKTA' });
    const error = await failureOf(client.run('run_push_verification', { userId: user.id }));
    expect(error).toMatchObject({ code: 'not_found', message: 'No push factor has this user' });
  });

  it('sends no code to a factor of another type', async () => {
    const { id } = await enrolled(org, user, SMS, '?activate=true');
    const error = await failureOf(client.run('run_push_verification', { userId: user.id, factorId: id }));
    expect(error).toMatchObject({
      ...{ code: 'invalid_input', message: 'factorId is not a push factor: Okta SMS, ACTIVE, +15554151337' },
    });
    expect((await org.control('GET', '/requests?method=POST')).requests.at(-1).path).not.toContain('verify');
  });

  it('wants to know which of several phones, and names them', async () => {
    const first = await activePush(org, user);
    const id = 'opf1sbox60000000b5d7';
    const second = { path: `/api/v1/users/${user.id}/factors/${id}`, body: { ...first, id } };
    await fetch(`${client.orgUrl}/__sandbox__/objects`, { method: 'PUT', body: JSON.stringify(second) });
    const error = await failureOf(client.run('run_push_verification', { userId: user.id }));
    expect(error.code).toBe('invalid_input');
    expect(error.message).toContain(`${first.id} (Okta verify push, ACTIVE, iPhone); ${id}`);
    expect(error.hint).toContain('factorId');
    const given = { userId: user.id, factorId: first.id };
    expect((await client.run('run_push_verification', given)).factorResult).toBe('SUCCESS');
  });

  it('tells the number while it waits', async () => {
    await activePush(org, user);
    await org.control('PUT', '/settings', { phone: 'OFF' });
    const told: string[] = [];
    const input = { userId: user.login, useNumberMatchingChallenge: true };
    const output = await client.run('run_push_verification', input, { progress: (text) => told.push(text) });
    expect(output.factorResult).toBe('TIMEOUT');
    expect(told).toContain(`waiting for the user to approve: the number is ${output.correctAnswer}`);
  });
});

describe('a factor', () => {
  it('is not activated by a wrong code, which no error repeats', async () => {
    const { id } = await pendingApp(org, user);
    const input = { userId: user.id, factorId: id, passCode: '987654' };
    const error = await failureOf(client.run('activate_factor', input));
    expect(error).toMatchObject({ code: 'validation_failed', oktaCode: 'E0000068', actor: 'caller' });
    expect(JSON.stringify(error)).not.toContain('987654');
  });

  it('that exists already is told as such', async () => {
    await enrolled(org, user, QUESTION);
    const input = { userId: user.id, factorType: 'question', profile: QUESTION.profile } as const;
    expect((await failureOf(client.run('enroll_factor', input))).code).toBe('already_exists');
  });

  it('by SMS is enrolled after 30 seconds, if the phone just got one', async () => {
    await enrolled(org, user, SMS);
    const begun = sandbox.clock.now();
    const input = { userId: user.id, factorType: 'sms', profile: SMS.profile } as const;
    expect((await client.run('enroll_factor', input)).status).toBe('PENDING_ACTIVATION');
    expect(sandbox.clock.now() - begun).toBeGreaterThanOrEqual(30_000);
  });

  it('can be chosen among those of the user', async () => {
    await enrolled(org, user, QUESTION);
    const { id } = await enrolled(org, user, SMS);
    const within = { userId: user.login };
    expect((await client.options('factors', { within })).items).toEqual([
      expect.objectContaining({
        label: 'Okta security question, ACTIVE, What is the food you least liked as a child?',
      }),
      { value: id, label: 'Okta SMS, PENDING_ACTIVATION, +15554151337' },
    ]);
    expect((await client.options('factors', { within, search: 'sms' })).items).toHaveLength(1);
    expect((await failureOf(client.options('factors'))).message).toContain('userId');
  });
});

describe('a device', () => {
  it('can be chosen by a part of its name', async () => {
    expect((await client.options('devices', { search: 'win' })).items).toEqual([
      { value: expect.stringMatching(/^guo/), label: 'ACME-WIN-1, WINDOWS, SUSPENDED' },
    ]);
  });

  it('that is in another state than needed is told as such', async () => {
    const error = await failureOf(client.run('suspend_device', { deviceId: 'Old phone' }));
    expect(error).toMatchObject({ code: 'wrong_state', oktaCode: 'E0000107' });
  });
});
