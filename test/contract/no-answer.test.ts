import { describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import type { TransportRequest } from '../../src/http/types.ts';
import { logEventSample } from '../../src/resources/log/log-event.ts';
import { memoryStateStore } from '../../src/state/store.ts';
import { FIXTURE_ORG } from '../support/fixture.ts';
import { instantClock } from '../support/replay.ts';
import { rejection } from '../support/server.ts';
import { type Given, jsonAnswer, OKTA_ERROR } from '../support/wrong-answers.ts';

const userId = '00u1abcdefghijklmnop';

/** A client of an org that answers one after the other; the last answer stays. */
function clientOf(...answers: Given[]) {
  const requests: TransportRequest[] = [];
  const client = connect(
    { orgUrl: FIXTURE_ORG, auth: { type: 'api_token', token: 'not-a-real-token' } },
    {
      clock: instantClock(),
      transport: async (request) => {
        requests.push(request);
        return answers[Math.min(requests.length, answers.length) - 1] as Given;
      },
    },
  );
  return { client, requests };
}

const schema = jsonAnswer({ definitions: { base: { properties: { login: {}, email: {} } } } });
const nothing: Given = { status: 204, headers: {}, text: '' };
const empty: Given = { status: 200, headers: { 'content-type': 'application/json' }, text: '' };
const error = jsonAnswer(OKTA_ERROR);
const part = jsonAnswer([], 206);

describe('F1.1 a 2xx that is no answer', () => {
  it.each([
    ['an error', error],
    ['a part', part],
    ['an object with a list', jsonAnswer({ errors: [] })],
    ['nothing', nothing],
    ['an empty body', empty],
  ])('%s is no empty window of search_events: the next run delivers it', async (_, wrong) => {
    const input = { lastMinutes: 60 };
    const state = memoryStateStore();
    const broken = clientOf(jsonAnswer([]), wrong).client;
    expect(await rejection(Array.fromAsync(broken.poll('search_events', input, { state })))).toMatchObject({
      code: 'unexpected_response',
    });
    const mended = clientOf(jsonAnswer([logEventSample])).client;
    expect(await Array.fromAsync(mended.poll('search_events', input, { state }))).toMatchObject([
      { count: 1 },
    ]);
  });

  it.each([
    ['an error', error],
    ['a part', part],
    ['nothing', nothing],
    ['a list of texts', jsonAnswer(['00u1'])],
  ])('%s is no empty export', async (_, wrong) => {
    await expect(Array.fromAsync(clientOf(wrong).client.export('users'))).rejects.toMatchObject({
      code: 'unexpected_response',
    });
  });

  it('an error in a 200 is no suspended user; it is asked again, because that is safe', async () => {
    const { client, requests } = clientOf(error, error, nothing);
    expect(await client.run('suspend_user', { userId })).toEqual({ userId, changed: true });
    expect(requests).toHaveLength(3);
    await expect(clientOf(error).client.run('suspend_user', { userId })).rejects.toMatchObject({
      ...{ code: 'unexpected_response', status: 200, oktaCode: 'E0000009', oktaErrorId: 'oaeX' },
      message: expect.stringContaining('lifecycle/suspend, but with an error: Internal Server Error'),
    });
  });

  it('a refusal in a 200 is understood like any other', async () => {
    const refused = jsonAnswer({ errorCode: 'E0000038', errorSummary: 'not allowed in this state' });
    const suspended = jsonAnswer({ id: userId, status: 'SUSPENDED' });
    expect(await clientOf(refused, suspended).client.run('suspend_user', { userId })).toEqual({
      ...{ userId, changed: false, status: 'SUSPENDED' },
    });
  });

  it.each([
    ['reset_password', { userId, sendEmail: false }, 'outcome_unknown', error],
    ['reset_password', { userId, sendEmail: false }, 'unexpected_response', empty],
    ['reset_password', { userId, sendEmail: false }, 'unexpected_response', jsonAnswer({})],
    ['reset_password', { userId }, 'outcome_unknown', part],
    ['expire_password', { userId, tempPassword: true }, 'unexpected_response', nothing],
    ['activate_user', { userId }, 'unexpected_response', jsonAnswer([])],
    ['activate_user', { userId }, 'unexpected_response', jsonAnswer(null)],
    ['get_user', { userId }, 'unexpected_response', empty],
    ['get_user', { userId }, 'unexpected_response', jsonAnswer([])],
    ['get_user', { userId }, 'unexpected_response', jsonAnswer({ id: userId })],
  ])('%s of %j is %s', async (key, input, code, wrong) => {
    await expect(clientOf(wrong).client.run(key, input)).rejects.toMatchObject({ code });
  });

  it.each([
    ['reset_password', { userId }, nothing],
    ['reset_password', { userId }, empty],
    ['reset_password', { userId }, jsonAnswer({})],
    ['forgot_password', { userId }, empty],
    ['expire_password', { userId }, nothing],
    ['activate_user', { userId, sendEmail: false }, empty],
    ['deactivate_user', { userId }, jsonAnswer({})],
    ['call_api', { method: 'POST', path: '/api/v1/x' }, nothing],
    ['call_api', { path: '/api/v1/x' }, empty],
  ])('%s of %j goes on without content', async (key, input, right) => {
    await expect(clientOf(right).client.run(key, input)).resolves.toBeDefined();
  });

  it.each([
    ['an error that does not refuse', 'unknown', error],
    ['an object that is no user', 'unknown', jsonAnswer({})],
    ['nothing', 'unknown', nothing],
    ['a refusal', 'error', jsonAnswer({ errorCode: 'E0000001', errorSummary: 'login: exists' })],
  ])('%s in the place of the new user makes the status of a bulk row %s', async (_, status, wrong) => {
    const profile = { login: 'a@acme.test', email: 'a@acme.test' };
    const { client } = clientOf(schema, wrong);
    expect(await Array.fromAsync(client.bulk('create_user', [{ profile }]))).toMatchObject([{ status }]);
  });
});

describe('F1.1 call_api over all pages', () => {
  const all = (input: object, ...answers: Given[]) =>
    clientOf(...answers).client.run('call_api', { path: '/api/v1/x', allPages: true, ...input });

  it.each(['value', 'roles', 'data', 'resource-sets', 'permissions'])('knows lists in %s', async (name) => {
    const next = { href: `${FIXTURE_ORG}/api/v1/x?after=1` };
    const first = jsonAnswer({ [name]: [1], metadata: { tags: [] }, _links: { next } });
    expect(await all({}, first, jsonAnswer({ [name]: [2] }))).toEqual({ status: 200, body: [1, 2] });
  });

  it('takes no other list for it, unless its member is named', async () => {
    const answer = jsonAnswer({ requestExperiences: ['CATALOG'], provisioningStatus: 'PROVISIONED' });
    await expect(all({}, answer)).rejects.toMatchObject({ code: 'unexpected_response' });
    expect(await all({ listMember: 'requestExperiences' }, answer)).toEqual({
      status: 200,
      body: ['CATALOG'],
    });
  });

  it('gives null as null', async () => {
    expect(await clientOf(jsonAnswer(null)).client.run('call_api', { path: '/api/v1/x' })).toEqual({
      status: 200,
      body: null,
    });
  });
});
