import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONNECTION, exampleFlows } from '../../examples/node-red/flows.ts';
import { recordsOf } from '../support/state-file.ts';
import { type OrgAndEditor, startOrgAndEditor, until } from './support.ts';

const tab = { id: 'patient-tab', type: 'tab', label: 'Patient' };
const connection = exampleFlows().filter((node) => node.id === CONNECTION);
const trigger = (id: string, type: string, settings: object) => ({
  ...{ id, type, z: tab.id, x: 100, y: 100, wires: [[]], name: '', connection: CONNECTION, fields: {} },
  ...settings,
});

describe('triggers that cannot begin yet', () => {
  let rig: OrgAndEditor;
  beforeAll(async () => {
    rig = await startOrgAndEditor(5, { flows: [tab, ...connection], port: 19_700 });
  }, 60_000);
  afterAll(() => rig?.close());

  const status = (id: string, text: string) =>
    until(() => rig.statuses.get(id)?.includes(text), { tell: () => `${id}: ${rig.statuses.get(id)}` });
  const hooks = async () => (await rig.api('/api/v1/eventHooks')) as { status: string }[];

  it('an instant one tries again until Okta makes the hook, and keeps its secret to itself', async () => {
    const refusal = { kind: 'status', status: 400, body: { errorCode: 'E0000001', errorSummary: 'not now' } };
    await rig.control('/faults', { method: 'POST', path: '/api/v1/eventHooks', times: 2, fault: refusal });
    const instant = trigger('instant', 'okta-webhook', {
      operation: 'new_event_instant',
      fields: { eventTypes: { type: 'str', value: 'user.lifecycle.create' } },
      publicUrl: rig.editor.url,
      keepHook: false,
    });
    await rig.deploy([tab, ...connection, instant]);
    await status('instant', 'not now');
    await status('instant', 'listening');
    expect(await hooks()).toMatchObject([{ status: 'ACTIVE' }]);
    const file = join(rig.folder, '.okta-connector', 'instant.hook.json');
    expect(recordsOf(file)[0]?.value.secret).toEqual(expect.any(String));
    expect(statSync(file).mode & 0o077).toBe(0);
    await rig.deploy([tab, ...connection]);
    await until(async () => (await hooks()).length === 0, { tell: 'the hook is still there' });
    await until(() => !existsSync(file), { tell: 'its secret is still there' });
  });

  // Needs root, and a system that lets it mount; the same for the command line is in test/e2e/disk.test.ts.
  it('F1.5 an instant one waits for a disk that is full', { timeout: 60_000 }, async (context) => {
    const folder = join(rig.folder, '.okta-connector');
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return context.skip('no tmpfs can be mounted here (that takes root)');
    }
    try {
      const filler = join(folder, 'filler');
      expect(() => writeFileSync(filler, Buffer.alloc(1_024 * 1_024))).toThrow('ENOSPC');
      const full = trigger('full', 'okta-webhook', {
        operation: 'new_event_instant',
        fields: { eventTypes: { type: 'str', value: 'user.lifecycle.create' } },
        publicUrl: rig.editor.url,
        keepHook: false,
      });
      await rig.deploy([tab, ...connection, full]);
      await status('full', 'ENOSPC');
      rmSync(filler);
      await status('full', 'listening');
      await rig.deploy([tab, ...connection]);
      await until(async () => (await hooks()).length === 0, { tell: 'the hook is still there' });
    } finally {
      execFileSync('umount', ['-l', folder]);
    }
  });

  it('an instant one within a subflow takes its hook and its file along', async () => {
    const inner = trigger('inner', 'okta-webhook', {
      ...{ operation: 'new_event_instant', publicUrl: rig.editor.url, keepHook: true, z: 'subflow' },
      fields: { eventTypes: { type: 'str', value: 'user.lifecycle.create' } },
    });
    const subflow = [{ id: 'subflow', type: 'subflow', name: 'S', in: [], out: [], env: [] }, inner];
    const instance = { id: 'instance', type: 'subflow:subflow', z: tab.id, x: 100, y: 100, wires: [] };
    const file = join(rig.folder, '.okta-connector', 'instance-inner.hook.json');
    await rig.deploy([tab, ...connection, ...subflow, instance]);
    await status('instance-inner', 'listening');
    expect(existsSync(file)).toBe(true);
    // Disabled, it may come back and remembers.
    await rig.deploy([tab, ...connection, ...subflow, { ...instance, d: true }]);
    await until(async () => (await hooks()).length === 0, { tell: 'the hook is still there' });
    expect(existsSync(file)).toBe(true);
    await rig.deploy([tab, ...connection, ...subflow, instance]);
    await until(async () => (await hooks()).length === 1, { tell: 'there is no hook' });
    expect(existsSync(file)).toBe(true);
    await rig.deploy([tab, ...connection, ...subflow]);
    await until(async () => (await hooks()).length === 0, { tell: 'the hook is still there' });
    await until(() => !existsSync(file), { tell: 'its secret is still there' });
  });

  it('one that waits for a sign-in begins when somebody signs in', async () => {
    const { clientId, clientSecret } = rig.org.webApp;
    const signIn = {
      ...{ ...connection[0], id: 'sign-in' },
      auth: {
        ...{ type: 'authorization_code', clientId, scopes: 'okta.logs.read okta.users.read' },
        redirectUri: `${rig.editor.url}okta-connector/callback`,
      },
      credentials: { secret_clientSecret: clientSecret },
    };
    const connected = { connection: 'sign-in' };
    const flows = [
      ...[tab, ...connection, signIn],
      trigger('polling', 'okta-polling', { ...connected, operation: 'user_created', interval: '1' }),
      { ...trigger('ask', 'inject', { props: [], repeat: '', once: false }), wires: [['read']] },
      trigger('read', 'okta-user', {
        ...{ ...connected, operation: 'search_users', output: 'whole' },
        fields: { limit: { type: 'num', value: '1' } },
      }),
    ];
    await rig.deploy(flows);
    await status('polling', 'has not been signed in yet');
    const signInWith = async (scopes: string) => {
      const asked = await fetch(`${rig.editor.url}okta-connector/sign-in`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          ...{ id: 'sign-in', orgUrl: rig.org.orgUrl, auth: { ...signIn.auth, scopes } },
          secrets: signIn.credentials,
        }),
      });
      const { url } = (await asked.json()) as { url: string };
      expect(await (await fetch(url)).text()).toContain('Signed in');
    };
    await signInWith('okta.logs.read okta.users.read');
    await status('polling', 'watching');
    await rig.press('ask');
    await status('read', 'ok');

    // Somebody else signs in, who may less: from then on nodes act as that person.
    await signInWith('okta.logs.read');
    await rig.press('ask');
    await status('read', 'okta.users.read is missing');

    const tokens = () =>
      readdirSync(join(rig.folder, '.okta-connector')).filter((name) => name.includes('.tokens.json'));
    await rig.deploy(flows.map((node) => (node === signIn ? { ...node, d: true } : node)));
    expect(tokens()).toHaveLength(1);
    await rig.deploy([tab, ...connection]);
    await until(() => tokens().length === 0, { tell: 'the sign-in of a deleted connection is still there' });
  });

  it('one that moves to another tab and back delivers each event once', async () => {
    const other = { id: 'other-tab', type: 'tab', label: 'Other' };
    const place = (z: string) => [
      ...[tab, other, ...connection],
      {
        ...trigger('moving', 'okta-polling', { operation: 'user_created', interval: '3' }),
        ...{ z, wires: [['moving-debug']] },
      },
      {
        ...{ id: 'moving-debug', type: 'debug', z, x: 300, y: 100, wires: [], name: '', active: true },
        ...{ tosidebar: true, complete: 'payload.userLogin', targetType: 'msg' },
      },
    ];
    const create = (login: string) =>
      rig.api('/api/v1/users', 'POST', {
        profile: { login, email: login, firstName: 'On', lastName: 'Move' },
      });
    const seen = () => rig.debugs.filter(({ id }) => id === 'moving-debug').map(({ value }) => value);
    await rig.deploy(place(tab.id));
    const one = 'one@acme.example';
    for (let n = 0; seen().length === 0; n++) {
      await create(`begin${n}@acme.example`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await create(one);
    await rig.deploy(place(other.id));
    await until(() => seen().includes(one), { tell: () => `lost: ${seen()}` });
    await rig.deploy(place(tab.id));
    await create('two@acme.example');
    await until(() => seen().includes('two@acme.example'), { tell: () => `lost: ${seen()}` });
    expect(new Set(seen()).size).toBe(seen().length);
  }, 60_000);

  it('a schedule tells its next run in its own time zone; blanks around texts do no harm', async () => {
    const hour = (Number(new Date().toISOString().slice(11, 13)) + 12) % 24;
    // Etc/GMT-3 is three hours ahead of UTC.
    const schedule = { operation: 'search_events', cron: `30 ${hour} * * *`, timeZone: ' Etc/GMT-3 ' };
    const instant = { operation: 'new_event_instant', publicUrl: ` ${rig.editor.url} ` };
    await rig.deploy([
      ...[tab, ...connection, trigger('zone', 'okta-schedule', schedule)],
      trigger('blank', 'okta-webhook', {
        ...{ ...instant, keepHook: false },
        fields: { eventTypes: { type: 'str', value: 'user.lifecycle.create' } },
      }),
    ]);
    await status('zone', ` ${String(hour).padStart(2, '0')}:30:00`);
    await status('blank', 'listening');
    await rig.deploy([tab, ...connection]);
  });

  it('a page of another origin cannot press buttons', async () => {
    const form = await fetch(`${rig.editor.url}okta-connector/sample/polling`, {
      method: 'POST',
      body: 'x=1',
    });
    expect(form.status).toBe(415);
  });
});
