import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { httpServer } from '../support/server.ts';
import { blocksOf, pathWithCommand } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-scim-guide-'));
const PATH = pathWithCommand(folder);
const children: ChildProcess[] = [];
const blocks = blocksOf('scim.md');
/** The first block with this in it. */
const block = (part: string) => blocks.find((lines) => lines.join('\n').includes(part)) ?? [];
const sandbox = block('sandbox --port 9000');
const server = block('try-this-token');
const steps = block('create_app');
const first = block('--public-url https://scim.acme.test > events.ndjson');
const beside = block('poll scim_user_changed');
const workflow = block('--post');

/** Ends what runs, as Ctrl-C does. */
async function stopAll(): Promise<void> {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null) continue;
    process.kill(-(child.pid as number), 'SIGINT');
    await once(child, 'close');
  }
}
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a block as a shell does, in the folder of its state. */
function shell(lines: string[], env: Record<string, string> = {}) {
  const child = spawn('sh', ['-c', lines.join('\n')], {
    ...{ cwd: folder, env: { PATH, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  children.push(child);
  const output = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output.out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output.err += text;
  });
  return { output, done: once(child, 'close').then(([code]) => ({ code, ...output })) };
}

const kindsIn = (text: string) => text.match(/(?<="kind":")[\w.]+/g) ?? [];
/** The addresses of a command that is running already are taken on a machine with many tests. */
const at = (lines: string[], ports: Record<string, number | string>) =>
  lines.map((line) =>
    Object.entries(ports).reduce((text, [from, to]) => text.replaceAll(from, String(to)), line),
  );

it('OIN-6 OIN-17 the commands under "Try it on this machine" provision a person and a group', async () => {
  const [orgPort, port] = [await freePort(), await freePort()];
  const org = shell(at(sandbox, { '9000': orgPort }));
  await expect.poll(() => org.output.err, { timeout: 20_000 }).toContain('export OKTA_CLIENT_ORGURL');
  const [, orgUrl = '', token = ''] = /ORGURL=(\S+) OKTA_CLIENT_TOKEN=(\S+)/.exec(org.output.err) ?? [];
  const scim = shell(at(server, { 'connector scim': `connector scim --port ${port}` }));
  await expect.poll(() => scim.output.err, { timeout: 20_000 }).toContain('SCIM 2.0 at');
  for (const line of at(steps, { '127.0.0.1:8080': `127.0.0.1:${port}` })) {
    const step = await shell([line], { OKTA_CLIENT_ORGURL: orgUrl, OKTA_CLIENT_TOKEN: token }).done;
    expect({ line, ...step }).toMatchObject({ code: 0 });
    expect(JSON.parse(step.out)).not.toHaveProperty('error');
    if (line.includes('scim_setup_guide')) {
      expect(JSON.parse(step.out)).toMatchObject({ testedAt: expect.any(String), provisioning: 'on' });
    }
    if (line.includes('find_scim_user')) expect(JSON.parse(step.out)).toMatchObject({ found: true });
    await fetch(`${orgUrl}/__sandbox__/provisioning/flush`, { method: 'POST' });
  }
  await expect
    .poll(() => kindsIn(scim.output.out))
    .toEqual(['user.provisioned', 'group.created', 'membership.added']);
}, 90_000);

it('OIN-17 the commands of the server, of a trigger beside it, and of a workflow behind a URL', async () => {
  const port = await freePort();
  const here = { 'connector scim': `connector scim --port ${port}` };
  const scim = shell(at(first, here));
  await expect.poll(() => scim.output.err, { timeout: 20_000 }).toContain('shown only now');
  const [, token = ''] = /Authorization +(\S+)/.exec(scim.output.err) ?? [];
  const send = (method: string, path: string, body: object) =>
    fetch(`http://127.0.0.1:${port}/scim/v2${path}`, {
      ...{ method, headers: { authorization: token, 'content-type': 'application/scim+json' } },
      body: JSON.stringify(body),
    });
  const [poll = '', find = ''] = beside;
  const polling = shell([poll]);
  // From then on events are kept for it.
  await expect.poll(() => existsSync(join(folder, 'place.json')), { timeout: 20_000 }).toBe(true);
  const made = await send('POST', '/Users', { userName: 'ana@acme.test' });
  const { id } = (await made.json()) as { id: string };
  await send('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', value: { title: 'Lead' } }] });
  await expect.poll(() => kindsIn(polling.output.out), { timeout: 20_000 }).toEqual(['user.changed']);
  expect(kindsIn(readFileSync(join(folder, 'events.ndjson'), 'utf8')).at(-1)).toBe('user.changed');
  expect(JSON.parse((await shell([find]).done).out)).toMatchObject({ found: true, user: { id } });
  await stopAll();
  const n8n = await httpServer((request, response) => {
    const isAsked = request.url === '/webhook/okta-ask' && String(request.body).includes('eve');
    response.end(isAsked ? '{"refuse":"No licence is left"}' : '{}');
  });
  const posting = shell(at(workflow, { ...here, 'https://n8n.acme.test': n8n.origin }));
  await expect.poll(() => posting.output.err, { timeout: 20_000 }).toContain('SCIM 2.0 at');
  expect(await (await send('POST', '/Users', { userName: 'eve' })).json()).toMatchObject({
    detail: 'No licence is left',
  });
  expect((await send('POST', '/Users', { userName: 'bo' })).status).toBe(201);
  const events = () => n8n.requests.filter(({ url }) => url === '/webhook/okta').map(({ body }) => `${body}`);
  await expect.poll(() => events().join()).toContain('"userName":"bo"');
}, 90_000);

it('are all run, but those that install something', () => {
  const run = [sandbox, server, steps, first, beside, workflow];
  expect(new Set(run).size).toBe(6);
  const others = blocks.filter((lines) => !run.includes(lines));
  expect(others.filter((lines) => !lines.some((line) => line.startsWith('npm install')))).toEqual([]);
});
