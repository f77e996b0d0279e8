import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boundSizes, bytesWithImports } from '../../scripts/size.ts';
import { isLocal, remoteOperations } from '../../src/hosts/index.ts';
import { argumentsOf } from '../../src/hosts/windmill/arguments.ts';
import { windmillScripts } from '../../src/hosts/windmill/files.ts';
import type { Clock } from '../../src/http/types.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { argumentsFor } from '../hosts/windmill/form.ts';
import { clientOf, newProfile } from '../sandbox/support.ts';
import { allScenarios, arranged } from '../support/scenario.ts';
import { stateServer } from './server.ts';

const root = join(import.meta.dirname, '../..');
/** Where the scripts run as on a worker: beside the packages that they import. */
const worker = join(root, '.okta-connector/windmill');
const CLIENT = 'windmill-client@1.818.0';

const scripts = new Map(windmillScripts(manifest()).map((script) => [script.key, script]));
const { actions, triggers } = remoteOperations(manifest());
/** TypeScript's error about a member of an object literal that its type does not have. */
const UNNAMED = 2353;
const byKey = new Map(actions.map((one) => [one.key, one]));

type Script = { main(...values: unknown[]): Promise<unknown> } & Record<
  string,
  (...values: unknown[]) => Promise<{ value: string; label: string }[]>
>;
// Node itself loads it, as it is: vitest leaves alone what it is told to ignore.
const load = (path: string): Promise<Script> => import(/* @vite-ignore */ pathToFileURL(path).href);
const scriptAt = (key: string) => load(join(worker, `f/okta/${key}.ts`));

let skipped = 0;
const clock: Clock = {
  now: () => Date.now() + skipped,
  async sleep(ms) {
    skipped += ms;
  },
};
let sandbox: Sandbox;
let ticking: NodeJS.Timeout;
beforeAll(async () => {
  if (!existsSync(join(worker, 'node_modules/windmill-client/package.json'))) {
    mkdirSync(worker, { recursive: true });
    writeFileSync(join(worker, 'package.json'), '{"type":"module","private":true}');
    const { status, stderr } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', CLIENT], {
      ...{ cwd: worker, encoding: 'utf8' },
    });
    expect(status, stderr).toBe(0);
  }
  const link = join(worker, 'node_modules/okta-connector');
  rmSync(link, { recursive: true, force: true });
  symlinkSync(root, link);
  for (const name of ['f', 'wmill.yaml']) {
    rmSync(join(worker, name), { recursive: true, force: true });
    cpSync(join(root, 'dist/windmill', name), join(worker, name), { recursive: true });
  }
  sandbox = await startSandbox({ now: () => clock.now() });
  // The org's clock goes on while a script waits.
  ticking = setInterval(() => void clock.sleep(100), 100);
});
afterAll(() => {
  clearInterval(ticking);
  return sandbox?.close();
});

/** A worker passes arguments by their position. */
const positioned = (key: string, values: Record<string, unknown>) => {
  const script = scripts.get(key) ?? expect.fail(key);
  const okta = { orgUrl: sandbox.orgUrl, token: sandbox.apiToken };
  return [okta, ...argumentsOf(script.fields).map(({ name }) => values[name])];
};

describe('L5 the generated scripts', () => {
  it('load the package in no more than 5 MB', () => {
    const path = join(root, 'dist/windmill.js');
    boundSizes('windmill', [
      { path, name: 'okta-connector/windmill', bytes: bytesWithImports(path), maxMb: 5 },
    ]);
    expect(readFileSync(join(worker, 'f/okta/get_user.ts'), 'utf8')).toContain("'okta-connector/windmill'");
  });

  it('M typed: have results of the type that they declare, by TypeScript: each sample fits', () => {
    const all = [...actions, ...triggers.filter(({ key }) => scripts.has(key))];
    const checked = all.map(({ key, sample }, at) => {
      const output = scripts.get(key)?.kind === 'trigger' ? [sample.output] : sample.output;
      const type = `Awaited<ReturnType<typeof import('./f/okta/${key}.ts').main>>`;
      return `export const of${at}: ${type} = ${JSON.stringify(output)};`;
    });
    const file = join(worker, 'samples.ts');
    const changes = 'const { changedAttributes } = item.event.debugContext?.debugData ?? {};';
    writeFileSync(
      file,
      [
        ...checked,
        "import { main } from './f/okta/user_profile_updated.ts';",
        `export const told = async () => (await main({ orgUrl: '' })).map((item) => { ${changes} return changedAttributes?.split(','); });`,
      ].join('\n'),
    );
    const program = ts.createProgram([file], {
      ...{ strict: true, noEmit: true, skipLibCheck: true, allowImportingTsExtensions: true },
      ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
      target: ts.ScriptTarget.ES2022,
    });
    // Samples may have members that the schema does not name, as Okta's answers do.
    const problems = ts.getPreEmitDiagnostics(program).filter(({ code }) => code !== UNNAMED);
    expect(problems.map((one) => ts.flattenDiagnosticMessageText(one.messageText, ' '))).toEqual([]);
    expect(checked.length).toBe(scripts.size);
  });

  it('run in every scenario of every action that can run in a service', async () => {
    const connection = {
      orgUrl: sandbox.orgUrl,
      auth: { type: 'api_token' as const, token: sandbox.apiToken },
    };
    const ran = new Set<string>();
    for (const scenario of await allScenarios()) {
      const { action: key, name } = scenario;
      const action = byKey.get(key);
      if (!action) continue;
      // A script waits for a phone, and for an import, in real time.
      if (ran.has(key) && ['run_push_verification', 'run_identity_import'].includes(key)) continue;
      await clientOf(sandbox).control('POST', '/reset');
      await arranged(scenario, { connection, clock }, async (input, check) => {
        if (Object.keys(input).some((one) => isLocal(action, one))) return;
        ran.add(key);
        const values = argumentsFor(scripts.get(key)?.fields ?? [], input);
        const output = await (await scriptAt(key))
          .main(...positioned(key, values))
          .catch((error: Error) => expect.fail(`${key}, ${name}: ${error.message}`));
        // Windmill stores the result as JSON.
        check(JSON.parse(JSON.stringify(output)));
      });
    }
    expect([...ran].sort()).toEqual(actions.map(({ key }) => key).sort());
  });

  it('fill their drop-downs', async () => {
    const script = await scriptAt('get_user');
    const [okta] = positioned('get_user', {});
    const [found] = await script.choose_userId!(okta, sandbox.admin.login);
    expect(found?.label).toContain(sandbox.admin.login);
  });

  it("keep their position with Windmill's own client, every trigger", async () => {
    await clientOf(sandbox).control('POST', '/reset');
    const server = await stateServer();
    for (const { key, kind } of scripts.values()) {
      if (kind !== 'trigger') continue;
      const trigger = manifest().triggers.find((one) => one.key === key) ?? expect.fail(key);
      Object.assign(process.env, server.variables(`u/lane/${key}`));
      const values = argumentsFor(
        scripts.get(key)?.fields ?? [],
        trigger.sample.input as Record<string, unknown>,
      );
      const { main } = await scriptAt(key);
      const first = await main(...positioned(key, { ...values, since: undefined }));
      expect(first, key).toBeInstanceOf(Array);
      expect(server.kept.get(`u/lane/${key}`), key).toMatchObject({ cursor: expect.any(String) });
      expect(await main(...positioned(key, { ...values, since: undefined })), key).toBeInstanceOf(Array);
    }
    const run = async () => {
      Object.assign(process.env, server.variables('u/lane/user_created'));
      return (await (await scriptAt('user_created')).main(...positioned('user_created', {}))) as unknown[];
    };
    server.kept.clear();
    await run();
    const { body } = await clientOf(sandbox).post('/api/v1/users', { profile: newProfile('lane') });
    const items = await run();
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).toContain(body.id);
    expect(await run()).toEqual([]);
    expect(server.unknown).toEqual([]);
    server.close();
  });
});
