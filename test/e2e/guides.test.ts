import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { blocksOf, pathWithCommand, start, until } from './command.ts';

describe.each(['onedesk.md', 'haloitsm.md'])('the commands of docs/%s', (guide) => {
  const folder = mkdtempSync(join(tmpdir(), 'okta-guide-'));
  let org: Sandbox;
  let env: Record<string, string>;

  beforeAll(async () => {
    org = await startSandbox();
    env = { OKTA_CLIENT_ORGURL: org.orgUrl, OKTA_CLIENT_TOKEN: org.apiToken };
    const okta = connect({ orgUrl: org.orgUrl, auth: { type: 'api_token', token: org.apiToken } });
    const profile = {
      login: 'ana.ruiz@acme.test',
      email: 'ana.ruiz@acme.test',
      firstName: 'Ana',
      lastName: 'Ruiz',
    };
    await okta.run('create_user', { profile });
    for (const name of ['OneDesk users', 'Halo production', 'Halo testers'])
      await okta.run('create_group', { profile: { name } });
    okta.close();
  });
  afterAll(async () => {
    await org.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const commands = blocksOf(guide).flat();
  const PATH = pathWithCommand(folder);

  it('are some, each of which is one of ours', () => {
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.filter((line) => !line.startsWith('okta-connector '))).toEqual([]);
  });

  it.each(commands)('%s', async (line) => {
    if (line === 'okta-connector sso wizard') {
      const { child, output, done } = start(['sso', 'wizard'], env);
      await until(() => (output.stdout.includes('/?token=') ? true : undefined));
      child.kill('SIGINT');
      return expect(await done).toMatchObject({ code: 0 });
    }
    // The one issuer that is not the sandbox.
    const here = line.replace('https://login.microsoftonline.com/TENANT/v2.0', org.orgUrl);
    const child = spawn('sh', ['-c', here], { env: { ...env, PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [code]] = await Promise.all([
      ...[text(child.stdout), text(child.stderr)],
      once(child, 'close') as Promise<[number]>,
    ] as const);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toBeTruthy();
  });
});
