/**
 * The sandbox assigns 1,000 users to an app, and a flow in a real Node-RED creates each exactly once, while the server and the
 * editor are killed at random. `SEED=n` gives the same pauses between kills again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Editor, startEditor } from '../../examples/node-red/editor.ts';
import type { ScimEvent } from '../../src/scim/store/store.ts';
import { createMany } from '../sandbox/scim-lives.ts';
import { postgres } from '../state-servers/servers.ts';
import { freePort } from '../support/free-port.ts';
import { seeded } from '../support/seeded.ts';
import { httpServer } from '../support/server.ts';
import { until } from './support.ts';

const TOKEN = 'token-of-the-test-server';
const SECRET = `whsec_${Buffer.alloc(32, 'x').toString('base64')}`;
const WORKFLOW = 'Bearer of-the-test-workflow';
/** Some of the invented people are not active, and get no account. */
const PEOPLE = 1_100;
/** How many events a kill brings back at most. */
const IN_FLIGHT = 100;

const at = { z: 'tab', x: 100, y: 100 };
const tab = { id: 'tab', type: 'tab', label: 'Provisioning' };
const create = (next: string) => [
  {
    ...{ ...at, id: 'create', type: 'http request', method: 'POST', ret: 'txt', url: '$' + '{TARGET}' },
    wires: [['created']],
  },
  {
    ...{ ...at, id: 'created', type: 'switch', property: 'statusCode', propertyType: 'msg' },
    rules: [{ t: 'btwn', v: '200', vt: 'num', v2: '299', v2t: 'num' }],
    ...{ checkall: 'true', outputs: 1, wires: [[next]] },
  },
];

/** The server is a node; what the target has taken is sent back into it. */
const withServer = [
  tab,
  {
    ...{ ...at, id: 'server', type: 'okta-server', operation: 'scim_event', path: '/scim/v2' },
    fields: { scimState: { type: 'env', value: 'OKTA_SCIM_STATE' } },
    ...{ publicUrl: '', asks: false, confirms: true, wait: '30', wires: [['create'], []] },
  },
  ...create('server'),
];

/** The server is beside it, and posts each event until it is answered. */
const withPost = [
  tab,
  { ...at, id: 'in', type: 'http in', url: '/events', method: 'post', wires: [['ours']] },
  {
    ...{ ...at, id: 'ours', type: 'switch', property: 'req.headers.authorization', propertyType: 'msg' },
    rules: [{ t: 'eq', v: WORKFLOW, vt: 'str' }],
    ...{ checkall: 'true', outputs: 1, wires: [['event']] },
  },
  {
    ...{ ...at, id: 'event', type: 'change', wires: [['create']] },
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'payload.data', tot: 'msg' }],
  },
  ...create('out'),
  { ...at, id: 'out', type: 'http response', statusCode: '204', wires: [] },
];

/** The app in which accounts are made: it takes each event once, by its id. */
async function target() {
  const records = new Map<string, string>();
  const arrived: { event: ScimEvent; text: string }[] = [];
  const { origin } = await httpServer(async ({ body }, response) => {
    const event = JSON.parse(body) as ScimEvent;
    arrived.push({ event, text: body });
    // Kills come before, while and after it is written.
    await sleep(2);
    if (!records.has(event.id)) records.set(event.id, body);
    await sleep(2);
    response.writeHead(201).end();
  });
  return { url: origin, records, arrived };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'okta-provisioning-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Killable {
  /** Starts it, and resolves once it serves. */
  start(): Promise<ChildProcess>;
  kills: number;
}

/** Keeps a process running, and kills it at random moments until enough. */
function tormented({ start, kills }: Killable, random: () => number) {
  let child: ChildProcess | undefined;
  let left = kills;
  onTestFinished(() => void child?.kill('SIGKILL'));
  return {
    kills: () => kills - left,
    async begin(): Promise<void> {
      child = await start();
    },
    /** @param isOver there is nothing left to disturb. */
    async torment(isOver: () => boolean): Promise<void> {
      for (; left > 0 && !isOver(); left -= 1) {
        await sleep(100 + random() * 1_400);
        const gone = child && once(child, 'exit');
        child?.kill('SIGKILL');
        await gone;
        child = await start();
      }
    },
  };
}

async function assertExactlyOnce(
  { records, arrived }: Awaited<ReturnType<typeof target>>,
  people: number,
  kills: number,
) {
  const made = () =>
    [...records.values()]
      .map((text) => JSON.parse(text) as ScimEvent)
      .filter(({ kind }) => kind === 'user.provisioned');
  await until(() => made().length >= people, { within: 60_000, tell: () => `${made().length} of ${people}` });
  const accounts = made().map(({ after }) => (after as { externalId: string }).externalId);
  expect(accounts).toHaveLength(people);
  expect(new Set(accounts).size).toBe(people);

  // One that comes again is the same to the byte, and was in flight when something was killed.
  const texts = Map.groupBy(arrived, ({ event }) => event.id).values();
  for (const same of texts) expect(new Set(same.map(({ text }) => text)).size).toBe(1);
  const order = arrived.map(({ event }) => event.seq);
  let returns = 0;
  for (const [i, seq] of order.entries()) {
    const before = order[i - 1] ?? 0;
    expect(seq, 'an event was left out').toBeLessThanOrEqual(before + 1);
    expect(seq, 'more came again than was in flight').toBeGreaterThan(before - IN_FLIGHT);
    if (seq <= before) returns += 1;
  }
  expect(returns).toBeLessThanOrEqual(kills);
}

const seed = Number(process.env.SEED ?? 17);

describe('1,000 users are assigned, and a flow in Node-RED creates each exactly once', {
  timeout: 240_000,
}, () => {
  it('OIN-18 OIN-7 while Node-RED, which has the server, is killed at random', async () => {
    const app = await target();
    const [folder, port] = [newFolder(), await freePort()];
    const start = async () => {
      const env = {
        ...{ OKTA_SCIM_STATE: join(folder, 'people.db'), OKTA_CONNECTOR_SCIM_TOKEN: TOKEN, TARGET: app.url },
      };
      const editor: Editor = await startEditor({ folder, port, env, flows: withServer, credentials: {} });
      expect(editor.url).toBe(`http://127.0.0.1:${port}/`);
      return editor.process;
    };
    const editor = tormented({ start, kills: 5 }, seeded(seed));
    await editor.begin();
    const baseUrl = `http://127.0.0.1:${port}/scim/v2`;
    const people = await createMany({ baseUrl, token: TOKEN }, PEOPLE, () => {
      const done = editor.torment(() => app.records.size > PEOPLE);
      return () => done;
    });
    expect(people).toBeGreaterThanOrEqual(1_000);
    await assertExactlyOnce(app, people, editor.kills());
    expect(editor.kills()).toBe(5);
  });

  it('OIN-18 OIN-7 while the server, which posts, and Node-RED are killed at random', async () => {
    const app = await target();
    const [folder, port, editorPort] = [newFolder(), await freePort(), await freePort()];
    const startNodeRed = async () => {
      const env = { TARGET: app.url };
      const how = { folder, version: 4, port: editorPort, env, flows: withPost, credentials: {} } as const;
      return (await startEditor(how)).process;
    };
    const startServer = async () => {
      const args = ['--state', join(folder, 'people.db'), '--port', `${port}`];
      const child = spawn(
        process.execPath,
        ['src/cli/main.ts', 'scim', ...args, '--post', `http://127.0.0.1:${editorPort}/events`],
        {
          env: {
            ...{ PATH: process.env.PATH, OKTA_CONNECTOR_SCIM_TOKEN: TOKEN },
            ...{ OKTA_CONNECTOR_WEBHOOK_AUTHORIZATION: WORKFLOW, OKTA_CONNECTOR_WEBHOOK_SECRET: SECRET },
          },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      let told = '';
      child.stderr.on('data', (text) => (told += text));
      await until(() => told.includes('SCIM 2.0 at'), { within: 40_000, tell: () => told });
      return child;
    };
    const random = seeded(seed);
    const server = tormented({ start: startServer, kills: 3 }, random);
    const editor = tormented({ start: startNodeRed, kills: 2 }, random);
    await Promise.all([server.begin(), editor.begin()]);
    const isOver = () => app.records.size > PEOPLE;
    const baseUrl = `http://127.0.0.1:${port}/scim/v2`;
    const people = await createMany({ baseUrl, token: TOKEN }, PEOPLE, () => {
      const done = Promise.all([server.torment(isOver), editor.torment(isOver)]).then(() => {});
      return () => done;
    });
    expect(people).toBeGreaterThanOrEqual(1_000);
    await assertExactlyOnce(app, people, server.kills() + editor.kills());
    expect([server.kills(), editor.kills()]).toEqual([3, 2]);
  });
});

describe.skipIf(postgres.missing)('the server node with its state in Postgres', { timeout: 60_000 }, () => {
  it('goes on after a kill, with what the flow had not finished', async () => {
    const database = await postgres.start();
    onTestFinished(database.stop);
    const app = await target();
    const [folder, port] = [newFolder(), await freePort()];
    const begin = async () => {
      const env = {
        ...{ OKTA_SCIM_STATE: database.url, OKTA_CONNECTOR_SCIM_TOKEN: TOKEN, TARGET: app.url },
      };
      return (await startEditor({ folder, port, env, flows: withServer, credentials: {} })).process;
    };
    // As installed beside the package by its user.
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(join(process.cwd(), 'node_modules/pg'), join(folder, 'node_modules/pg'));
    let editor = await begin();
    onTestFinished(() => void editor.kill('SIGKILL'));
    const post = async (userName: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/scim/v2/Users`, {
        ...{ method: 'POST', headers: { authorization: TOKEN, 'content-type': 'application/scim+json' } },
        body: JSON.stringify({ userName }),
      });
      return answer.status;
    };
    const names = () => [...app.records.values()].map((text) => JSON.parse(text).after.userName);
    await until(async () => (await post('ana')) === 201, { tell: 'the server does not start' });
    await until(() => names().includes('ana'), { tell: 'ana did not arrive' });
    editor.kill('SIGKILL');
    await once(editor, 'exit');
    editor = await begin();
    await until(async () => [201, 409].includes(await post('bo')), { tell: 'the server does not start' });
    await until(() => names().includes('bo'), { tell: 'bo did not arrive' });
    expect(names()).toEqual(['ana', 'bo']);
  });
});
