import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trigger } from '@activepieces/pieces-framework';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { okta as piece } from '../../../src/hosts/activepieces/index.ts';
import { triggerForm } from '../../../src/hosts/activepieces/triggers.ts';
import { manifest } from '../../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import { clientOf, newProfile, type Client as Org } from '../../sandbox/support.ts';
import { isInShare } from '../../support/share.ts';
import { filledIn, flowStore } from './form.ts';
import { tokenAuth } from './scenarios.ts';

let sandbox: Sandbox;
let org: Org;
beforeAll(async () => {
  sandbox = await startSandbox({});
  org = clientOf(sandbox);
});
beforeEach(async () => {
  await org.control('POST', '/reset');
  await org.control('PUT', '/limits', { '/api/v1/logs': 10_000, '/api/v1': 10_000 });
});
afterAll(() => sandbox.close());

const triggerOfManifest = (name: string) =>
  manifest().triggers.find(({ key }) => key === name) ?? expect.fail(name);
const triggerNamed = (name: string): Trigger => piece.getTrigger(name) ?? expect.fail(name);
let made = 0;
const newUser = async () => {
  made += 1;
  const { body } = await org.post('/api/v1/users', { profile: newProfile(`new${made}`) });
  return body.id as string;
};
type Item = { id: string; _dedupe_key: string };
/** Whether an item is about a user. */
const isAbout = (id: string) => (item: unknown) => JSON.stringify(item).includes(`"${id}"`);

describe('L3 instant triggers', () => {
  /** A flow, as Activepieces runs it: its own address, its own store, a context for each call. */
  async function flow(name: string, propsValue: Record<string, unknown> = {}) {
    const trigger = triggerNamed(name);
    const store = flowStore();
    const items: unknown[] = [];
    const failures: string[] = [];
    let url = '';
    const context = (payload: object = {}) =>
      ({ auth: tokenAuth(sandbox), propsValue, store, webhookUrl: url, payload }) as never;
    const { strategy, paramName = '' } = trigger.handshakeConfiguration;
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      const payload = { headers: request.headers, body: body ? JSON.parse(body) : {}, queryParams: {} };
      if (strategy === 'HEADER_PRESENT' && request.headers[paramName] !== undefined) {
        const answer = await trigger.onHandshake(context(payload));
        response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
        return;
      }
      // It answers at once, and runs the trigger afterwards.
      response.writeHead(200).end('{}');
      await trigger.run(context(payload)).then(
        (found) => items.push(...found),
        (error: Error) => failures.push(error.message),
      );
    });
    await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/webhooks/flow1`;
    const flush = () => org.control('POST', '/hooks/flush');
    return { trigger, store, items, failures, context, flush, url, close: () => server.close() };
  }
  const hooks = async () => (await org.get('/api/v1/eventHooks')).body as { status: string; id: string }[];

  it("answer Okta's challenge, deliver each event once, and leave no hook behind", async () => {
    const one = await flow('user_created_instant');
    await one.trigger.onEnable(one.context());
    expect(await hooks()).toMatchObject([{ status: 'ACTIVE', verificationStatus: 'VERIFIED' }]);
    const id = await newUser();
    await one.flush();
    await expect.poll(() => one.items.map(isAbout(id))).toEqual([true]);
    const [item] = one.items as Item[];
    expect(item?._dedupe_key).toBe(item?.id);
    await one.trigger.onDisable(one.context());
    expect(await hooks()).toEqual([]);
    await one.trigger.onDisable(one.context());
    one.close();
  });

  it('take nothing from a caller that does not know the secret', async () => {
    const one = await flow('user_created_instant');
    await one.trigger.onEnable(one.context());
    const event = { uuid: 'forged', eventType: 'user.lifecycle.create', published: new Date().toISOString() };
    const body = { eventType: 'com.okta.event_hook', data: { events: [event] } };
    for (const authorization of [undefined, 'guessed']) {
      const payload = { headers: authorization ? { authorization } : {}, body, queryParams: {} };
      expect(await one.trigger.run(one.context(payload))).toEqual([]);
    }
    await one.trigger.onDisable(one.context());
    one.close();
  });

  it('leave nothing in the org when Okta cannot reach the flow, and say so', async () => {
    const one = await flow('user_created_instant');
    one.close();
    await expect(one.trigger.onEnable(one.context())).rejects.toThrow(/reach|verif|answer/i);
    expect(await hooks()).toEqual([]);
  });

  it('fail where a delivery could not be stored: Activepieces has told Okta that it was', async () => {
    const one = await flow('user_created_instant');
    await one.trigger.onEnable(one.context());
    one.store.put = async () => {
      throw new Error('the store is full');
    };
    await newUser();
    await one.flush();
    await expect.poll(() => one.failures).toHaveLength(1);
    expect(one.failures[0]).toMatch(/store is full|state/);
    expect(one.items).toEqual([]);
    one.close();
  });

  it('show recent events in the test of the flow', async () => {
    const id = await newUser();
    const one = await flow('user_created_instant');
    expect((await one.trigger.test(one.context())).filter(isAbout(id))).toHaveLength(1);
    one.close();
  });

  it('are switched on and off, a share of them; every one in npm run test:all-cases', async () => {
    for (const [name, { type }] of Object.entries(piece.triggers())) {
      if (type !== 'WEBHOOK' || !isInShare(`activepieces ${name}`, 6)) continue;
      const one = await flow(name, { eventTypes: ['user.lifecycle.create'] });
      await one.trigger.onEnable(one.context());
      expect(await hooks(), name).toMatchObject([{ status: 'ACTIVE' }]);
      await one.trigger.onDisable(one.context());
      expect(await hooks(), name).toEqual([]);
      one.close();
    }
  });
});

describe('L3 polling triggers', () => {
  function flow(name: string, propsValue: Record<string, unknown> = {}, auth: unknown = tokenAuth(sandbox)) {
    const trigger = triggerNamed(name);
    const store = flowStore();
    const context = { auth, propsValue, store, setSchedule: () => {} } as never;
    return { trigger, store, context, poll: () => trigger.run(context) };
  }

  it('begin when the flow is switched on, deliver each event once, and end without a trace', async () => {
    await newUser();
    const { trigger, store, context, poll } = flow('user_created');
    await trigger.onEnable(context);
    expect(await poll()).toEqual([]);
    const ids = [await newUser(), await newUser()];
    const items = await poll();
    expect(ids.map((id) => items.filter(isAbout(id)).length)).toEqual([1, 1]);
    expect(items).toHaveLength(2);
    for (const item of items as Item[]) expect(item._dedupe_key).toBe(item.id);
    expect(await poll()).toEqual([]);
    await trigger.onDisable(context);
    expect([...store.entries.keys()]).toEqual([]);
  });

  it('deliver everything after a long pause, and nothing twice', async () => {
    const { trigger, context, poll } = flow('new_event', { eventTypes: ['user.session.start'] });
    await trigger.onEnable(context);
    const { body } = await org.control(
      'POST',
      '/events',
      Array(2_300).fill({ eventType: 'user.session.start' }),
    );
    const got = [...(await poll()), ...(await poll())] as Item[];
    expect(got.map(({ id }) => id).sort()).toEqual(body.uuids.toSorted());
  });

  it('keep their position when Okta fails', async () => {
    const { trigger, context, poll } = flow('user_created');
    await trigger.onEnable(context);
    const id = await newUser();
    await org.control('POST', '/faults', {
      path: '/api/v1/logs',
      times: 1,
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'not allowed' } },
    });
    await expect(poll()).rejects.toThrow(/not allowed|permission/i);
    expect((await poll()).filter(isAbout(id))).toHaveLength(1);
  });

  it('say what is wrong when the flow is switched on', async () => {
    const { trigger, context } = flow(
      'user_created',
      {},
      { props: { orgUrl: sandbox.orgUrl, token: 'token-1f4e' } },
    );
    const { message } = (await trigger.onEnable(context).catch((error: Error) => error)) as Error;
    expect(message).toMatch(/token/i);
    expect(message).not.toContain('1f4e');
  });

  it('are switched on, polled, tested and switched off, a share; every one in npm run test:all-cases', async () => {
    for (const [name, { type }] of Object.entries(piece.triggers())) {
      if (type !== 'POLLING' || !isInShare(`activepieces ${name}`, 8)) continue;
      const { since: _, ...input } = triggerOfManifest(name).sample.input as Record<string, unknown>;
      const fields = triggerForm(triggerOfManifest(name), 'polling');
      const { trigger, context, poll } = flow(name, filledIn(fields, input));
      await trigger.onEnable(context);
      expect(await poll(), name).toBeInstanceOf(Array);
      expect(await trigger.test(context), name).toBeInstanceOf(Array);
      await trigger.onDisable(context);
    }
  });
});
