import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client.ts';
import { connect } from '../../src/connect.ts';
import { columnsOf } from '../../src/export/sources.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { valueAt } from '../../src/schema/table.ts';
import { all } from '../bulk/support.ts';
import { clientOf } from '../sandbox/support.ts';

interface Assignment {
  appId: string;
  appLabel: string;
  kind: 'user' | 'group';
  id: string;
  status?: string;
}

let sandbox: Sandbox;
let okta: Client;
beforeAll(async () => {
  sandbox = await startSandbox();
  okta = connect({ orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } });
});
afterAll(async () => {
  okta.close();
  await sandbox.close();
});

const assignments = async (query = {}) => (await all(okta.export('assignments', query))) as Assignment[];

describe('G.9 export of assignments', () => {
  it('has the users and groups of each app, as the app lists them', async () => {
    const exported = await assignments();
    const { body: apps } = await clientOf(sandbox).get('/api/v1/apps?limit=200');
    const wanted: Assignment[] = [];
    for (const { id: appId, label: appLabel } of apps as { id: string; label: string }[]) {
      for (const kind of ['user', 'group'] as const) {
        const { body } = await clientOf(sandbox).get(`/api/v1/apps/${appId}/${kind}s?limit=200`);
        wanted.push(...(body as Assignment[]).map((one) => ({ ...one, appId, appLabel, kind })));
      }
    }
    expect(wanted.length).toBeGreaterThan(5);
    expect(new Set(exported.map(({ kind }) => kind))).toEqual(new Set(['user', 'group']));
    expect(exported).toEqual(wanted);
    for (const column of ['appId', 'appLabel', 'kind', 'id', 'credentials.userName']) {
      expect(columnsOf('assignments')).toContain(column);
      expect(exported.some((one) => valueAt(one, column) !== undefined)).toBe(true);
    }
  });

  it('reads all pages, one at a time, and no more than asked for', async () => {
    const whole = await assignments();
    const { status } = await clientOf(sandbox).control('PUT', '/settings', { maxPageSize: 2 });
    expect(status).toBe(200);
    const { appId } = whole.find(({ kind }) => kind === 'user') as Assignment;
    expect(await assignments({ app: appId })).toEqual(whole.filter((one) => one.appId === appId));
    for (const limit of [1, 3, whole.length, whole.length + 5])
      expect(await assignments({ limit })).toEqual(whole.slice(0, limit));
    await clientOf(sandbox).control('DELETE', '/requests');
    for await (const _ of okta.export('assignments')) break;
    const { requests } = (await clientOf(sandbox).control('GET', '/requests')).body;
    expect(requests).toHaveLength(2);
  });

  it('takes the apps that a filter selects, and refuses an app that is not there', async () => {
    const inactive = await assignments({ filter: 'status eq "INACTIVE"' });
    const { body } = await clientOf(sandbox).get('/api/v1/apps?filter=status%20eq%20%22INACTIVE%22');
    const ids = new Set((body as { id: string }[]).map(({ id }) => id));
    expect(inactive.every(({ appId }) => ids.has(appId))).toBe(true);
    await expect(assignments({ app: '0oanothing' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(assignments({ app: 'a', filter: 'b' })).rejects.toMatchObject({
      causes: [expect.stringContaining('cannot be combined')],
    });
    await expect(assignments({ search: 'a' })).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('goes on when an app is deleted meanwhile', async () => {
    const whole = await assignments();
    const first = whole[0]?.appId;
    const { control } = clientOf(sandbox);
    await control('POST', '/faults', {
      path: `/api/v1/apps/${first}/`,
      times: 2,
      fault: { kind: 'status', status: 404, body: { errorCode: 'E0000007', errorSummary: 'Not found' } },
    });
    const left = await assignments();
    expect(left).toEqual(whole.filter(({ appId }) => appId !== first));
  });
});
