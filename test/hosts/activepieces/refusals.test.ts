import { describe, expect, it } from 'vitest';
import { okta as piece } from '../../../src/hosts/activepieces/index.ts';
import { useSandbox } from '../../sandbox/support.ts';
import { flowStore, stepContext } from './form.ts';

const SCOPES = 'okta.users.read okta.groups.manage okta.logs.read okta.schemas.read';
const TYPE = 'user.account.update_profile';

/** Activepieces ends triggers after a minute; here, eight things ask Okta one after the other. */
const WAITS_MS = 60_000;

const org = useSandbox();

/** A sign-in as Activepieces keeps it; a new token for each renewal. */
async function signedIn() {
  const { clientId, clientSecret, redirectUris } = org.sandbox.webApp;
  const [redirect_uri = ''] = redirectUris;
  const url = new URL('/oauth2/v1/authorize', org.sandbox.orgUrl);
  const asked = { response_type: 'code', client_id: clientId, scope: SCOPES, state: 's' };
  url.search = new URLSearchParams({ ...asked, redirect_uri }).toString();
  const { headers } = await fetch(url, { redirect: 'manual' });
  const code = new URL(headers.get('location') ?? '').searchParams.get('code') ?? '';
  const post = (path: string, form: Record<string, string>) =>
    fetch(new URL(path, org.sandbox.orgUrl), {
      ...{ method: 'POST', body: new URLSearchParams(form) },
      headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    });
  const answer = await post('/oauth2/v1/token', { grant_type: 'authorization_code', code, redirect_uri });
  const { access_token } = (await answer.json()) as { access_token: string };
  return {
    auth: {
      ...{ type: 'OAUTH2', access_token, client_id: clientId, scope: SCOPES },
      ...{ props: { orgUrl: org.sandbox.orgUrl }, data: {} },
    },
    revoke: () => post('/oauth2/v1/revoke', { token: access_token }),
  };
}
type SignIn = Awaited<ReturnType<typeof signedIn>>;

const REFUSALS: [string, (signIn: SignIn) => Promise<unknown>, string, RegExp][] = [
  [
    'an ended sign-in',
    ({ revoke }) => revoke(),
    'authentication_failed',
    /sign-in has ended.*connect again/i,
  ],
  ['a rate limit with a long wait', () => throttled(), 'rate_limited', /try again in \d+ s/],
];
const throttled = () =>
  org.control('POST', '/faults', {
    ...{ path: '/api/v1', times: 1_000, fault: { kind: 'rate_limit', resetInSeconds: 600 } },
  });

describe.each(REFUSALS)('L3 %s', (_, refuse, code, words) => {
  const refused = { code, message: expect.stringMatching(words) };

  it('is told in words by actions, drop-downs, triggers and the test of the connection, in time', {
    timeout: 90_000,
  }, async () => {
    const signIn = await signedIn();
    const { auth } = signIn;
    await refuse(signIn);
    const begun = Date.now();
    const run = (key: string, props: object) => piece.getAction(key)?.run(stepContext(auth, props as never));
    await expect(run('create_group', { profile: { name: 'Refused' } })).rejects.toMatchObject(refused);
    await expect(run('search_users', {})).rejects.toMatchObject(refused);
    const dropDown = piece.getAction('get_user')?.props.userId as never as {
      options(form: object, context: object): Promise<unknown>;
    };
    expect(await dropDown.options({ auth }, {})).toMatchObject({
      ...{ disabled: true, options: [], placeholder: expect.stringMatching(words) },
    });
    const context = { auth, propsValue: { eventTypes: [TYPE] }, store: flowStore() } as never;
    for (const name of ['new_event', 'new_event_instant'])
      await expect(piece.getTrigger(name)?.test(context), name).rejects.toMatchObject(refused);
    await expect(piece.getTrigger('new_event')?.run(context)).rejects.toMatchObject(refused);
    const [, oauth] = [piece.auth].flat();
    expect(
      await (oauth as never as { validate(of: object): Promise<unknown> }).validate({ auth }),
    ).toMatchObject({
      ...{ valid: false, error: expect.stringMatching(words) },
    });
    expect(Date.now() - begun).toBeLessThan(WAITS_MS);
  });

  it('loses nothing of a trigger that polls', async () => {
    const signIn = await signedIn();
    const trigger = piece.getTrigger('new_event') ?? expect.fail();
    const store = flowStore();
    const context = ({ auth }: SignIn) =>
      ({ auth, propsValue: { eventTypes: [TYPE] }, store, setSchedule: () => {} }) as never;
    await trigger.onEnable(context(signIn));
    const append = async () => (await org.control('POST', '/events', [{ eventType: TYPE }])).body.uuids[0];
    const uuids = [await append()];
    await refuse(signIn);
    await expect(trigger.run(context(signIn))).rejects.toMatchObject(refused);
    await org.control('DELETE', '/faults');
    uuids.push(await append());
    const items = (await trigger.run(context(await signedIn()))) as { id: string }[];
    expect(items.map(({ id }) => id)).toEqual(uuids);
  });
});
