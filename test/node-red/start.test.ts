import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { until } from './support.ts';

const cwd = mkdtempSync(join(tmpdir(), 'npm-start-'));
const folder = join(cwd, '.okta-connector', 'node-red');
const children: ChildProcess[] = [];

const script = resolve('examples/node-red/start.ts');

/** `npm start` without npm and the build. */
const start = (...args: string[]) => run(process.execPath, [script, ...args]);

function run(command: string, args: string[], env = process.env) {
  const child = spawn(command, args, { cwd, env });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    ended,
    text: () => text,
    url: () => until(() => /Editor +(\S+)/.exec(text)?.[1], { within: 40_000, tell: () => text }),
  };
}
const running = () => JSON.parse(readFileSync(join(folder, 'running.json'), 'utf8')) as { pid: number };
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('npm start', () => {
  it.each([
    [['--port', '70000'], '--port 70000: give a whole number from 1 to 65535'],
    [['--port', '0'], '--port 0: give'],
    [['--port', 'abc'], '--port abc: give'],
    [['--bogus'], "Unknown option '--bogus'"],
    [['--node-red', '6'], '--node-red 6: there are 4 and 5'],
  ])('refuses %j', async (args, message) => {
    const { ended, text } = start(...args);
    expect(await ended).toBe(2);
    expect(text()).toContain(message);
    expect(text()).not.toContain('    at ');
  });

  it('starts once in a folder; the second one names the first, and leaves it alone', async () => {
    const first = start('--port', '18800');
    const url = await first.url();
    const { pid } = running();
    for (const args of [[], ['--fresh']]) {
      const second = start('--port', '18800', ...args);
      expect(await second.ended).toBe(1);
      expect(second.text()).toContain(`runs already in ${folder}: ${url} (process ${pid})`);
    }
    expect((await fetch(`${url}flows`)).status).toBe(200);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    expect(isAlive(pid)).toBe(false);
    expect(() => running()).toThrow('ENOENT');
  }, 90_000);

  it('works behind a proxy that knows nothing of this machine', async () => {
    const proxy = 'http://127.0.0.1:9';
    const env = { ...process.env, HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: '', no_proxy: '' };
    const { url, text } = run(process.execPath, [script, '--port', '18800', '--fresh'], env);
    const pressed = await fetch(`${await url()}inject/start-fail-spray`, { method: 'POST' });
    expect(pressed.status).toBe(200);
    const [, org, token] = /OKTA_CLIENT_ORGURL=(\S+) OKTA_CLIENT_TOKEN=(\S+)/.exec(text()) ?? [];
    const failures = async () => {
      const filter = 'eventType eq "user.session.start" and outcome.result eq "FAILURE"';
      const since = new Date(Date.now() - 60_000).toISOString();
      const answer = await fetch(`${org}/api/v1/logs?${new URLSearchParams({ filter, since })}`, {
        headers: { Authorization: `SSWS ${token}` },
      });
      return ((await answer.json()) as unknown[]).length;
    };
    await until(async () => (await failures()) === 4, { tell: text });
  }, 60_000);

  it('takes Node-RED along when it is killed, and starts again', async () => {
    const killed = start('--port', '18800');
    await killed.url();
    const { pid } = running();
    killed.child.kill('SIGKILL');
    await until(() => !isAlive(pid), { within: 5_000, tell: `process ${pid} is still there` });
    // What a crash of the machine leaves behind.
    writeFileSync(join(folder, 'running.json'), JSON.stringify({ pid, url: 'http://127.0.0.1:18800/' }));
    const again = start('--port', '18800', '--fresh');
    await again.url();
    expect(again.text()).not.toContain('your flows from last time');
  }, 90_000);

  it('ends Node-RED when it is asked to end while it starts', async () => {
    const { child, ended } = start('--port', '18800');
    const pid = await until(
      () => {
        try {
          const { pid } = running();
          return pid !== child.pid && pid;
        } catch {
          return undefined;
        }
      },
      { tell: 'Node-RED was not started' },
    );
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(isAlive(pid)).toBe(false);
  }, 60_000);

  it('ends with npm', async () => {
    // As npm runs it: in a shell, which sends no signal on.
    const npm = run('sh', ['-c', `"${process.execPath}" "${script}" --port 18800; true`], {
      ...process.env,
      npm_lifecycle_event: 'start',
    });
    await npm.url();
    const { pid } = running();
    npm.child.kill('SIGTERM');
    await until(() => !isAlive(pid), { within: 10_000, tell: `process ${pid} is still there` });
    await npm.ended;
    expect(() => running()).toThrow('ENOENT');
  }, 60_000);

  it('says what Node-RED wrote last when it ends by itself', async () => {
    const { ended, text, url } = start('--port', '18800');
    await url();
    process.kill(running().pid, 'SIGKILL');
    expect(await ended).toBe(1);
    expect(text()).toMatch(/Node-RED ended by itself\. The last that it wrote:\n[\s\S]*Server now running/);
  }, 60_000);

  it('does not look for a port for ever', async () => {
    const taken = createServer().listen(65_535, '127.0.0.1');
    await once(taken, 'listening');
    mkdirSync(folder, { recursive: true });
    const { ended, text } = start('--port', '65535');
    expect(await ended).toBe(1);
    expect(text()).toContain('No port from 65535 to 65535 is free; choose another with --port');
    taken.close();
  }, 30_000);
});
