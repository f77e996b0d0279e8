import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/auth/connection.ts';
import { isLocal } from '../../src/hosts/index.ts';
import type { ZapierApp } from '../../src/hosts/zapier/app.ts';
import { createsOf, pollsOf, searchesOf } from '../../src/hosts/zapier/operations.ts';
import type { Clock } from '../../src/http/types.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createAppTester } from '../hosts/zapier/core.ts';
import { zapFilledIn } from '../hosts/zapier/form.ts';
import { clientOf, newProfile, type Client as Org } from '../sandbox/support.ts';
import { expectNewHire, orgBeforeNewHire, tellNewHire } from '../support/new-hire.ts';
import { arranged, scenariosOf } from '../support/scenario.ts';

const folder = join(import.meta.dirname, '../../dist/zapier');
const app: ZapierApp = createRequire(import.meta.url)(join(folder, 'okta-keys/index.js'));
const test = createAppTester(app);

let skipped = 0;
const skipping: Clock = {
  now: () => Date.now() + skipped,
  async sleep(ms) {
    skipped += ms;
  },
};

let sandbox: Sandbox;
let org: Org;
let connection: Connection;
let authData: Record<string, string>;

beforeAll(async () => {
  sandbox = await startSandbox();
  org = clientOf(sandbox);
  connection = { orgUrl: sandbox.orgUrl, auth: { type: 'api_token', token: sandbox.apiToken } };
  authData = { orgUrl: sandbox.orgUrl, method: 'api_token', token: sandbox.apiToken };
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await org.control('POST', '/reset');
  await org.control('PUT', '/limits', { '/api/v1/logs': 10_000, '/api/v1': 10_000, '/api/v1/users': 10_000 });
});

const perform = (
  operation: { operation: { perform: unknown } } | undefined,
  inputData: object,
  // biome-ignore lint/suspicious/noExplicitAny: results have many shapes
): Promise<any> => test(operation?.operation.perform as never, { authData, inputData } as never);

const actions = [...searchesOf(manifest()), ...createsOf(manifest())];

describe('L2 every action through createAppTester, against the sandbox', () => {
  it.each(actions.map((one) => [one.key, one] as const))('%s', async (key, action) => {
    const scenarios = (await scenariosOf(key)).values();
    let ran = false;
    for (const scenario of scenarios) {
      await arranged(scenario, { connection, clock: skipping }, async (input, check) => {
        // What works on files of a machine is not on Zapier.
        if (Object.keys(input).some((name) => isLocal(action, name))) return;
        ran = true;
        const search = app.searches[key];
        const output = await perform(search ?? app.creates[key], zapFilledIn(action, input));
        if (!search) return check(action.list ? output.items : output);
        for (const one of output) expect(one.id).toEqual(expect.any(String));
        // An id that only Zapier needs is not part of the output.
        const samples = [action.sample.output].flat() as Record<string, unknown>[];
        const own = output.map(({ id, ...rest }: { id: string }) =>
          samples[0]?.id ? { id, ...rest } : rest,
        );
        if (action.list) check(own);
        else if (output.length > 0) check(own[0]);
      });
      if (ran) break;
    }
    expect(ran).toBe(true);
  });
});

describe('L2 every trigger through createAppTester, without a place for positions', () => {
  it.each(pollsOf(manifest()).map((one) => [one.key, one] as const))('%s', async (key, trigger) => {
    for (const eventType of trigger.eventTypes.slice(0, 1))
      await org.control('POST', '/events', { eventType });
    const items = await perform(app.triggers[key], {});
    expect(items).toEqual(expect.any(Array));
    for (const one of items) expect(one.id).toEqual(expect.any(String));
    expect(new Set(items.map(({ id }: { id: string }) => id)).size).toBe(items.length);
  });

  it.each(Object.keys(app.triggers).filter((key) => app.triggers[key]?.display.hidden))('%s', async (key) => {
    const withinValues = { userId: 'ana.ruiz@acme.test', policyId: 'unknown' };
    const dropDown = manifest().options.find((one) => key === `${one.key}_options`);
    if (dropDown?.within?.includes('policyId')) {
      const { body } = await org.get('/api/v1/policies?type=OKTA_SIGN_ON');
      withinValues.policyId = body[0].id;
    }
    if (dropDown?.within?.includes('userId')) {
      const { body } = await org.get('/api/v1/users?limit=1');
      withinValues.userId = body[0].id;
    }
    const items = await perform(app.triggers[key], withinValues);
    for (const one of items) expect(one).toEqual({ id: expect.any(String), label: expect.any(String) });
  });
});

describe('L2 story: a new hire', () => {
  it('has a user, a group, an app and the link by mail', async () => {
    const before = await orgBeforeNewHire();
    const { orgUrl, apiToken: token } = before.sandbox;
    await tellNewHire((key, input) => {
      const action = actions.find((one) => one.key === key) ?? expect.fail(key);
      const inputData = zapFilledIn(action, input);
      const { perform } = (app.searches[key] ?? app.creates[key] ?? expect.fail(key)).operation;
      const as = { orgUrl, method: 'api_token', token };
      return test(perform as never, { authData: as, inputData } as never);
    });
    await expectNewHire(before);
    await before.sandbox.close();
  });

  it('is told by a trigger, and is not deleted without the confirmation', async () => {
    const { body: user } = await org.post('/api/v1/users', { profile: newProfile('lane') });
    const created = await perform(app.triggers.user_created, {});
    expect(created.map(({ userId }: { userId: string }) => userId)).toContain(user.id);
    // Zapier's test step runs it, too.
    const { login } = user.profile;
    await expect(perform(app.creates.delete_user, { userId: login })).rejects.toThrow('not confirmed');
    expect(await perform(app.searches.find_user, { login })).toMatchObject([{ id: user.id }]);
  });
});
