/** The example flows as they are shipped, in real Node-RED against a local org: what they do there is read from the org. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONNECTION, exampleFlows } from '../../examples/node-red/flows.ts';
import { EXAMPLE_CONNECTION } from '../../src/hosts/node-red/examples.ts';
import { nodeTypes } from '../../src/hosts/node-red/node-types.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { calmFlows, type OrgAndEditor, startOrgAndEditor, until } from './support.ts';

const folder = join(import.meta.dirname, '../../examples/node-red/flows');
const files = readdirSync(folder);

describe('the example flows', () => {
  it.each(files)('%s can be imported alone and holds no secret', (file) => {
    const nodes = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const ids = new Set(nodes.map(({ id }: { id: string }) => id));
    expect(ids.size).toBe(nodes.length);
    expect(nodes).toContainEqual(EXAMPLE_CONNECTION);
    for (const { wires = [], links = [], connection = CONNECTION, nodes: members = [] } of nodes) {
      for (const id of [...wires.flat(), ...links, ...members, connection]) expect(ids).toContain(id);
    }
    expect(JSON.stringify(nodes)).not.toMatch(/"(credentials|token|privateKey|clientSecret)"/);
  });

  it('show every kind of node', () => {
    const used = new Set(exampleFlows().map(({ type }) => type));
    const types = nodeTypes(manifest());
    const shown = types.filter(({ type }) => used.has(type)).map(({ kind }) => kind);
    expect(new Set(shown)).toEqual(new Set(types.map(({ kind }) => kind)));
  });

  it('name operations and fields that there are', () => {
    const types = new Map(nodeTypes(manifest()).map((type) => [type.type, type]));
    for (const { type, operation, fields } of exampleFlows()) {
      if (operation === undefined) continue;
      const found = types.get(type)?.operations.find((one) => one.key === operation);
      const known = found?.fields.flatMap((field) => [field, ...(field.fields ?? [])]) ?? [];
      expect(found, String(operation)).toBeDefined();
      for (const name of Object.keys(fields as object))
        expect(known.map((field) => field.name)).toContain(name);
    }
  });
});

interface Named {
  id: string;
  type: string;
  status: string;
  created: string;
  profile: { name: string; login: string };
}

describe.each([4, 5] as const)('in Node-RED %s', (version) => {
  let rig: OrgAndEditor;
  beforeAll(async () => {
    rig = await startOrgAndEditor(version);
    await watching();
  }, 60_000);
  afterAll(() => rig?.close());

  /** The triggers have begun: what happens from now on is new to them. */
  const watching = async () => {
    const asked = async () => (await rig.control('/requests?method=GET&path=/api/v1/logs')).requests.length;
    const before = rig.debugs.length === 0 ? 0 : await asked();
    await until(
      async () => rig.statuses.get('failed-locked') === 'listening' && (await asked()) >= before + 8,
      {
        tell: () => `triggers do not start: ${[...rig.statuses]}`,
      },
    );
  };
  const shown = (id: string) => rig.debugs.filter((one) => one.id === id).map(({ value }) => value as string);
  const showing = (id: string, what: (value: string) => boolean) =>
    until(() => shown(id).find(what), { tell: () => `${id} shows ${JSON.stringify(shown(id))}` });
  const groupsOf = async (userId: string) => (await rig.api(`/api/v1/users/${userId}/groups`)) as Named[];
  const namesOf = async (userId: string) =>
    (await groupsOf(userId)).map(({ profile }) => profile.name).sort();
  const groupId = async (name: string): Promise<string> =>
    ((await rig.api(`/api/v1/groups?q=${encodeURIComponent(name)}`)) as Named[])[0]?.id ?? '';
  const statusOf = async (login: string) => (await rig.api(`/api/v1/users/${login}`)).status;
  const hire = async (login: string, department: string): Promise<string> => {
    const profile = { login, email: login, firstName: 'Test', lastName: 'Person', department };
    const credentials = { password: { value: 'Quartz-83x-Temp' } };
    return (await rig.api('/api/v1/users', 'POST', { profile, credentials })).id;
  };
  const fail = (login: string, ipAddress: string) =>
    rig.control('/sign-in', { login, ipAddress, outcome: 'FAILURE' });
  const puts = async (userId: string) =>
    (await rig.control('/requests?method=PUT')).requests.filter(({ path }: { path: string }) =>
      path.endsWith(`/users/${userId}`),
    ).length;

  it.each([
    ['Engineering', 'start-hire-engineering', 'Engineering'],
    ['Legal, which has no group', 'start-hire-legal', 'People'],
  ])(
    'onboarding: who is hired in %s joins the right group, and the team is told',
    async (_, button, group) => {
      const before = shown('start-hire-done').length;
      await rig.press(button);
      const login = await until(() => shown('start-hire-done')[before], { tell: 'nobody was hired' });
      const note = await showing('onboarding-notify', (text) => text.includes(login));
      expect(note).toContain(`now in ${group}.`);
      expect(await namesOf(login)).toEqual(['Everyone', group].sort());
    },
  );

  it('onboarding: an action that fails reaches the Catch node with the typed error', async () => {
    await rig.control('/faults', {
      ...{ method: 'PUT', path: '/api/v1/groups/', times: 1 },
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'No.' } },
    });
    await hire('refused@acme.example', 'Sales');
    const trouble = await showing('onboarding-trouble-done', (text) => text.includes('refused@acme.example'));
    expect(trouble).toContain('add to the group: permission_denied.');
    // G.6: what Okta said, not a code.
    expect(rig.statuses.get('onboarding-add')).toBe('No.');
    expect(await namesOf('refused@acme.example')).toEqual(['Everyone']);
  });

  it('OIN-7 OIN-8 OIN-10 OIN-14 Okta provisions: an account is made, changed and closed; a stranger is refused', async () => {
    const answers = () => shown('scim-answered').map(String);
    await rig.press('scim-assign');
    const made = await showing('scim-created', (text) => text.startsWith('created: ana'));
    const login = made.slice('created: '.length);
    await until(() => answers().includes('201'), { tell: () => `answers: ${answers()}` });
    await rig.press('scim-promote');
    expect(await showing('scim-changed', (text) => text.includes(login))).toBe(`changed: ${login} (title)`);
    await rig.press('scim-unassign');
    await showing('scim-left', (text) => text === `closed: ${login}`);
    await rig.press('scim-stranger');
    const refused = '400: Only people of Acme get an account here';
    await until(() => answers().includes(refused), { tell: () => `answers: ${answers()}` });
    expect(shown('scim-created')).toEqual([made]);
  });

  it('leaver: leaves every group that can be left, and the report says which', async () => {
    const login = 'leaver@acme.example';
    const id = await hire(login, 'Sales');
    await showing('onboarding-notify', (text) => text.includes(login));
    for (const name of ['Finance', 'Support'])
      await rig.api(`/api/v1/groups/${await groupId(name)}/users/${id}`, 'PUT');
    await rig.control('/faults', {
      ...{ method: 'DELETE', path: `/api/v1/groups/${await groupId('Finance')}/users/`, times: 1 },
      fault: { kind: 'status', status: 403, body: { errorCode: 'E0000006', errorSummary: 'No.' } },
    });
    await rig.api(`/api/v1/users/${id}/lifecycle/deactivate`, 'POST');

    const report = await showing('leaver-done', (text) => text.includes(login));
    expect(report.trim().split('\n').slice(1).sort()).toEqual([
      '- failed: Finance (permission_denied)',
      '- kept: Everyone (BUILT_IN)',
      '- left: Sales',
      '- left: Support',
    ]);
    const left = await groupsOf(id);
    expect(left.filter(({ type }) => type === 'OKTA_GROUP').map(({ profile }) => profile.name)).toEqual([
      'Finance',
    ]);
  });

  it('leaver: the button on the first tab', async () => {
    await rig.press('start-leave-button');
    const [userId] = await until(() => shown('start-leave-done').length > 0 && shown('start-leave-done'), {
      tell: 'nobody left',
    });
    const { profile } = await rig.api(`/api/v1/users/${userId}`);
    await showing('leaver-done', (text) => text.includes(profile.login));
    const types = (await groupsOf(userId as string)).map(({ type }) => type);
    expect(types).not.toContain('OKTA_GROUP');
  });

  it('failed sign-ins: nobody is suspended before somebody approves', async () => {
    const [one, two, three, four] = ['s1', 's2', 's3', 's4'].map(
      (name) => `${name}@acme.example`,
    ) as string[];
    for (const login of [one, two, three, four]) await hire(login as string, 'Sales');
    const tried = [one, two, three] as string[];
    // Two people are too few; the one who mistypes three times is one person.
    for (const login of [one, two, two, two]) await fail(login as string, '192.0.2.50');
    for (const login of [...tried, 'nobody@acme.example']) await fail(login, '192.0.2.77');
    const asked = await until(() => rig.debugs.find(({ id }) => id === 'failed-ask')?.value, {
      tell: () => `nothing is asked: ${JSON.stringify(rig.debugs.slice(-5))}`,
    });
    expect(asked).toEqual({ ipAddress: '192.0.2.77', failures: 4, people: tried });

    // Longer than the trigger takes from one look to the next.
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await Promise.all(tried.map(statusOf))).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
    expect(shown('failed-ask')).toHaveLength(1);

    await rig.press('failed-approve');
    await until(async () => (await Promise.all(tried.map(statusOf))).every((one) => one === 'SUSPENDED'), {
      tell: 'nobody is suspended',
    });
    expect(await statusOf(four as string)).toBe('ACTIVE');
  });

  it('failed sign-ins: who is dismissed is not suspended by a later approval', async () => {
    const people = ['d1', 'd2', 'd3'].map((name) => `${name}@acme.example`);
    for (const login of people) await hire(login, 'Sales');
    for (const login of people) await fail(login, '192.0.2.99');
    await until(() => shown('failed-ask').length > 1, { tell: 'nothing is asked' });
    await rig.press('failed-dismiss');
    await until(() => shown('failed-dismissed').length > 0, { tell: 'nothing is dismissed' });
    await rig.press('failed-approve');
    await until(() => rig.debugs.some(({ value }) => value === 'Nobody waits.'), { tell: 'no warning' });
    expect(await Promise.all(people.map(statusOf))).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);

    // The same address goes on with others, and is listed anew without those who were decided about.
    const others = ['e1', 'e2', 'e3'].map((name) => `${name}@acme.example`);
    for (const login of others) await hire(login, 'Sales');
    for (const login of others) await fail(login, '192.0.2.99');
    await until(() => shown('failed-ask').length > 2, { tell: 'nothing is asked after a decision' });
    expect(rig.debugs.findLast(({ id }) => id === 'failed-ask')?.value).toEqual({
      ...{ ipAddress: '192.0.2.99', failures: 3, people: others },
    });
    await rig.press('failed-dismiss');
    await until(() => shown('failed-dismissed').length > 1, { tell: 'nothing is dismissed' });
  });

  it('an account that locks is told within three seconds, through the hook', async () => {
    const before = Date.now();
    await rig.press('start-fail-lock');
    const note = await showing('failed-locked-done', (text) => text.includes('203.0.113.77'));
    expect(Date.now() - before).toBeLessThan(3_000);
    expect(await statusOf(note.split(' ')[0] as string)).toBe('LOCKED_OUT');
    const { deliveries } = await rig.control('/hooks');
    expect(deliveries.at(-1)).toMatchObject({ status: 'DELIVERED', answers: [200] });
  });

  it('the report counts what is in the log', async () => {
    const since = new Date(Date.now() - 86_400_000).toISOString();
    await rig.press('nightly-now');
    const report = await showing('nightly-done', (text) => text.includes('events from'));
    const log = (await rig.api(`/api/v1/logs?limit=1000&since=${since}`)) as {
      eventType: string;
      outcome: { result: string };
    }[];
    const suspended = log.filter(({ eventType }) => eventType === 'user.lifecycle.suspend').length;
    expect(suspended).toBe(3);
    expect(report).toContain(`\n3 x user.lifecycle.suspend  SUCCESS\n`);
    const counts = report.split('\n').flatMap((line) => Number(/^(\d+) x /.exec(line)?.[1] ?? 0));
    expect(counts.reduce((sum, count) => sum + count)).toBe(Number(report.split(' ')[0]));
  });

  it('the report comes by itself at its time', async () => {
    // Every second in the place of every night; with time to settle, a window would end before the test began.
    const often = calmFlows().map((node) =>
      node.id === 'nightly-search'
        ? { ...node, cron: '* * * * * *', fields: { settleSeconds: { type: 'num', value: '0' } } }
        : node,
    );
    const before = shown('nightly-done').length;
    await rig.deploy(often);
    const [first, second] = await until(
      () => shown('nightly-done').length >= before + 2 && shown('nightly-done').slice(before),
      { tell: () => `${shown('nightly-trouble-done')}` },
    );
    await rig.deploy(calmFlows());
    expect(first).toContain('x user.lifecycle.suspend  SUCCESS');
    const windows = [first, second].map((text) => /from (\S+) to (\S+)/.exec(text ?? ''));
    expect(windows[1]?.[1]).toBe(windows[0]?.[2]);
  });

  it('HALO-16 HaloITSM: everybody in the scope is imported, as a user or an agent; then what changes', async () => {
    const sent = () =>
      rig.debugs
        .filter(({ id }) => id === 'halo-send')
        .map(({ value }) => value as Record<string, unknown>[]);
    const records = () => sent().map(([record]) => record ?? {});
    // Whom another test hired a moment ago is told when group rules had their time.
    const isSettled = ({ created }: Named) => Date.parse(created) < Date.now() - 5 * 60_000;
    const membersOf = async (name: string) =>
      ((await rig.api(`/api/v1/groups/${await groupId(name)}/users`)) as Named[])
        .filter(isSettled)
        .map(({ id }) => id);
    const people = [...(await membersOf('Sales')), ...(await membersOf('Support'))];
    await until(() => people.every((id) => records().some((one) => one.third_party_id === id)), {
      tell: () => `of ${people.length} people, ${sent().length} records: ${shown('halo-trouble-done')}`,
    });
    expect(records().find((one) => 'emailaddress' in one)).toMatchObject({
      ...{ emailaddress: expect.any(String), surname: expect.any(String), inactive: false },
    });

    // Every second in the place of every five minutes.
    const often = calmFlows().map((node) => (node.id === 'halo-changes' ? { ...node, interval: '1' } : node));
    await rig.deploy(often);
    const id = people[0] as string;
    await rig.api(`/api/v1/users/${id}`, 'POST', { profile: { title: 'Halo' } });
    await until(() => records().some((one) => one.third_party_id === id && one.jobtitle === 'Halo'), {
      tell: () => `${shown('halo-trouble-done')}`,
    });
    await rig.api(`/api/v1/users/${id}/lifecycle/suspend`, 'POST');
    await until(() => records().some((one) => one.third_party_id === id && one.inactive === true), {
      tell: () => `${shown('halo-trouble-done')}`,
    });
    await rig.api(`/api/v1/users/${id}/lifecycle/unsuspend`, 'POST');
    await rig.deploy(calmFlows());
  });

  it('HALO-12 HaloITSM: a ticket for a new user of the scope, and a preview by its button', async () => {
    const before = rig.debugs.length;
    await rig.press('halo-look');
    await until(() => rig.debugs.slice(before).some(({ id }) => id === 'halo-shown'), {
      tell: () => `${shown('halo-trouble-done')}`,
    });
    const often = calmFlows().map((node) => (node.id === 'halo-new' ? { ...node, interval: '1' } : node));
    await rig.deploy(often);
    const id = await hire(`ticket.${version}@acme.example`, 'Sales');
    const raised = () =>
      rig.debugs
        .filter((one) => one.id === 'halo-raise')
        .map(({ value }) => (value as { third_party_id: string }[])[0]);
    await until(() => raised().some((one) => one?.third_party_id === id), {
      tell: () => `${JSON.stringify(raised())} ${shown('halo-trouble-done')}`,
    });
    expect(raised().filter((one) => one?.third_party_id === id)).toHaveLength(1);
    await rig.deploy(calmFlows());
  });

  it('lists stream one message an item, and further actions answer', async () => {
    await rig.press('start-inject');
    await rig.press('start-apps-button');
    await rig.press('start-api-button');
    await rig.press('start-logons-button');
    const sales = await rig.api(
      `/api/v1/users?search=${encodeURIComponent('profile.department eq "Sales"')}&limit=200`,
    );
    await until(() => shown('start-debug').length === sales.length, {
      tell: () => `${shown('start-debug').length} of ${sales.length}`,
    });
    for (const id of ['start-apps-done', 'start-api-done', 'start-logons-done']) await showing(id, Boolean);
  });

  it('a node says until when it waits for the rate limit, and goes on after it', async () => {
    await rig.control('/faults', {
      ...{ method: 'GET', path: '/api/v1/eventHooks', times: 1 },
      fault: { kind: 'rate_limit', resetInSeconds: 3 },
    });
    const before = shown('start-api-done').length;
    await rig.press('start-api-button');
    const status = () => rig.statuses.get('start-api') ?? '';
    await until(() => /^waiting for rate limit until \d\d:\d\d:\d\d$/.test(status()), { tell: status });
    await until(() => shown('start-api-done').length > before, { tell: status });
    await until(() => /^ok, \d\d:\d\d:\d\d$/.test(status()), { tell: status });
  });

  it('msg.error has the code, and the cause everything else', async () => {
    const watched = calmFlows().map((node) =>
      node.id === 'start-trouble-done' ? { ...node, complete: 'error' } : node,
    );
    await rig.deploy(watched);
    await rig.press('start-nobody-button');
    const error = await showing('start-trouble-done', Boolean);
    expect(error).toMatchObject({
      source: { id: 'start-nobody', type: 'okta-user' },
      code: 'not_found',
      cause: { code: 'not_found', status: 404, retryable: false, hint: expect.any(String) },
    });
    expect(rig.statuses.get('start-nobody')).toContain('Resource not found: nobody@sandbox.example');
    await rig.deploy(calmFlows());
  });

  it('what a deploy stops is an error, and nothing that was completed', async () => {
    const place = { z: 'start-tab', x: 900, y: 900 };
    const watched = [
      ...calmFlows().map((node) =>
        node.id === 'start-trouble-done' ? { ...node, complete: 'error' } : node,
      ),
      { ...place, id: 'done', type: 'complete', scope: ['start-search'], wires: [['done-shown']] },
      {
        ...place,
        id: 'done-shown',
        type: 'debug',
        active: true,
        tosidebar: true,
        complete: 'true',
        wires: [],
      },
    ];
    await rig.deploy(watched);
    await rig.control('/faults', {
      ...{ method: 'GET', path: '/api/v1/users', times: 1 },
      fault: { kind: 'delay', ms: 20_000 },
    });
    await rig.press('start-inject');
    await until(() => rig.statuses.get('start-search') === 'running', { tell: 'it does not run' });
    await rig.deploy(watched.map((node) => (node.id === 'start-search' ? { ...node, name: 'other' } : node)));
    const stopped = (value: unknown) => (value as { code?: string }).code === 'aborted';
    expect(await showing('start-trouble-done', stopped)).toMatchObject({
      source: { id: 'start-search' },
      cause: { retryable: true },
    });
    expect(shown('done-shown')).toEqual([]);
    await rig.deploy(calmFlows());
  });

  it('a node that is removed takes its hook along, and one that comes back makes it anew', async () => {
    const hooks = async () => (await rig.api('/api/v1/eventHooks')) as { status: string }[];
    expect(await hooks()).toMatchObject([{ status: 'ACTIVE' }]);
    await rig.deploy(
      calmFlows().filter(
        ({ id, g }) => id !== 'failed-locked' && id !== 'failed-instant' && g !== 'failed-instant',
      ),
    );
    await until(async () => (await hooks()).length === 0, { tell: 'the hook is still there' });
    await rig.deploy(calmFlows());
    await until(async () => (await hooks()).length === 1, { tell: 'there is no hook' });
  });

  it('a restart in the middle: nothing is handled twice, nothing is lost', { timeout: 60_000 }, async () => {
    await watching();
    await rig.control('/faults', {
      ...{ method: 'PUT', path: '/api/v1/groups/.*/users/', times: 500 },
      fault: { kind: 'delay', ms: 300 },
    });
    const ids: string[] = [];
    for (let n = 0; n < 30; n++) ids.push(await hire(`middle${n}@acme.example`, 'Finance'));
    const notes = () => shown('onboarding-notify').filter((text) => text.includes('middle'));
    await until(() => notes().length > 0, { tell: 'nobody was onboarded' });
    await rig.stopEditor();
    expect(rig.editor.process.exitCode).toBe(0);
    expect(await rig.api('/api/v1/eventHooks')).toEqual([]);
    const finance = await groupId('Finance');
    const members = async () =>
      new Set(((await rig.api(`/api/v1/groups/${finance}/users?limit=1000`)) as Named[]).map(({ id }) => id));
    const before = await members();
    expect(ids.filter((id) => !before.has(id)).length).toBeGreaterThan(0);

    // While Node-RED is down.
    ids.push(await hire('away@acme.example', 'Finance'));
    for (let n = 0; n < 5; n++) await fail('away@acme.example', '192.0.2.10');
    await rig.startEditor();
    const missing = async () => {
      const now = await members();
      return ids.filter((id) => !now.has(id)).length;
    };
    await until(async () => (await missing()) === 0, { tell: 'somebody was lost', within: 30_000 });
    await showing('onboarding-notify', (text) => text.includes('away@acme.example'));
    // There was no hook then: reconcile finds it in the log.
    await showing('failed-locked-done', (text) => text.includes('away@acme.example'));
    expect(await Promise.all(ids.map(puts))).toEqual(ids.map(() => 1));
    expect(new Set(notes()).size).toBe(notes().length);
  });
});
