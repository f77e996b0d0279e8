import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/connect.ts';
import { memoryStateStore, type StateStore } from '../../src/state/store.ts';
import { askByCatalog, askByType } from './access-wishes.ts';
import { type Item, take, useOrg } from './support.ts';

const org = useOrg();
const [BY_TYPE, BY_CONDITION] = ['/governance/api/v1/requests', '/governance/api/v2/requests'];

let state: StateStore;
beforeEach(() => {
  state = memoryStateStore();
});

const poll = (client = org.connect(), key = 'access_request_created'): Promise<Item[]> =>
  take(client.poll(key, { include: true }, { state }));
const eventAbout = (id: string) => ({ target: [{ type: 'ACCESS_REQUEST', id, displayName: 'A request' }] });

/** A client whose app has these scopes and no others. */
function withScopes(...scopes: string[]) {
  const { clientId, privateKey, keyId } = org.sandbox.serviceApp;
  const auth = { type: 'client_credentials' as const, clientId, privateKey, keyId, scopes };
  return connect({ orgUrl: org.sandbox.orgUrl, auth });
}

describe('M triggers: access requests, with "include"', () => {
  it('reads each request where Okta has it: by the form of its id', async () => {
    await poll();
    const [byType, byCondition] = [await askByType(org), await askByCatalog(org)];
    expect([byType, byCondition]).toEqual([
      expect.stringMatching(/^[a-f\d]{24}$/),
      expect.stringMatching(/^req\w{17}$/),
    ]);
    const items = await poll();
    expect(items).toMatchObject([
      { accessRequest: { id: byType, subject: 'Need access to the wiki', requestStatus: 'OPEN' } },
      { accessRequest: { id: byCondition, status: 'SUBMITTED' } },
    ]);
    expect(items.map(({ unread }) => unread)).toEqual([undefined, undefined]);
    expect(await org.asked(`${BY_TYPE}/${byType}`)).toHaveLength(1);
    expect(await org.asked(`${BY_CONDITION}/${byCondition}`)).toHaveLength(1);
  });

  it('fires for a request that nobody may approve, and tells what became of it', async () => {
    await poll(undefined, 'access_request_decided');
    const id = await askByCatalog(org);
    await org.control('POST', '/clock', { advanceMs: 2_000 });
    expect(await poll(undefined, 'access_request_decided')).toMatchObject([
      { eventType: 'access.request.reject', accessRequest: { id, status: 'REJECTED' } },
    ]);
  });

  it.each([
    ['of which nothing is known', 'f'.repeat(24), 'No access request has this id.'],
    ['of another form', '7', "The event names the access request by an id that Okta's API does not take."],
    ['that leads elsewhere', '../../api/v1/users', expect.stringContaining('does not take')],
    ['that is empty', '', 'The event names no access request.'],
  ])('an id %s gives the item, with the reason', async (_, id, unread) => {
    await poll();
    await org.append(1, 'access.request.create', { show: eventAbout(id) });
    await askByType(org);
    expect(await poll()).toMatchObject([
      { accessRequest: null, unread },
      { accessRequest: expect.anything() },
    ]);
  });

  it('a connection that may read one form only gives the others with the reason', async () => {
    const client = withScopes('okta.logs.read', 'okta.accessRequests.request.read');
    await poll(client);
    const [, byCondition] = [await askByType(org), await askByCatalog(org)];
    const items = await poll(client);
    expect(items).toMatchObject([{ accessRequest: null }, { accessRequest: { id: byCondition } }]);
    expect(items[0]?.unread).toContain('okta.governance.accessRequests.read');
    client.close();
  });

  it.each([[400], [403], [404]])('a refusal with %i does not end the run', async (status) => {
    await poll();
    await askByType(org);
    await org.fault({ kind: 'status', status, body: {} }, { path: `${BY_TYPE}/`, times: 9 });
    expect(await poll()).toMatchObject([{ accessRequest: null, unread: expect.stringMatching(/\S/) }]);
    await org.control('DELETE', '/faults');
  });

  it('what another try may read ends the run, and comes again', async () => {
    await poll();
    const id = await askByType(org);
    await org.fault({ kind: 'status', status: 503, body: {} }, { path: `${BY_TYPE}/` });
    await expect(poll(org.connect({ maxRetries: 0 }))).rejects.toMatchObject({ status: 503 });
    await org.control('DELETE', '/faults');
    expect(await poll()).toMatchObject([{ accessRequest: { id } }]);
  });
});
