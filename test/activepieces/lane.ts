import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Piece } from '@activepieces/pieces-framework';
import { extractPieceFromModule } from '@activepieces/shared';
import { beforeAll, describe, expect, it } from 'vitest';
import { boundSizes } from '../../scripts/size.ts';
import { remoteOperations } from '../../src/hosts/index.ts';
import type { Clock } from '../../src/http/types.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { startSandbox } from '../../src/sandbox/index.ts';
import { runScenarios } from '../hosts/activepieces/scenarios.ts';

const built = join(import.meta.dirname, '../../dist/piece-okta');
let folder: string;
let piece: Piece;

beforeAll(() => {
  // Nothing of this repository is in reach of a copy elsewhere.
  folder = mkdtempSync(join(tmpdir(), 'piece-'));
  cpSync(built, folder, { recursive: true });
  const module = createRequire(join(folder, 'package.json'))(folder);
  piece = extractPieceFromModule<Piece>({ module, pieceName: 'piece-okta', pieceVersion: '0.1.0' });
});

describe('L3 the package of the piece', () => {
  it('is one file that needs nothing but Node, and no more than 6 MB', () => {
    const path = join(folder, 'src/index.js');
    const compressed = gzipSync(readFileSync(path)).length;
    boundSizes('activepieces piece-okta', [
      { path, maxMb: 6 },
      { path, name: 'compressed', bytes: compressed, maxMb: 1.6 },
    ]);
    const packageJson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(packageJson).toMatchObject({ name: 'piece-okta', main: './src/index.js', dependencies: {} });
  });

  it('packs with npm, and loads on the Node of Activepieces', () => {
    const { stdout } = spawnSync('npm', ['pack', '--json', '--ignore-scripts'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(stdout);
    const paths = files.map(({ path }: { path: string }) => path).sort();
    expect(paths).toEqual(
      [
        ...['LICENSE', 'README.md', 'package.json'],
        ...readdirSync(join(folder, 'src')).map((name) => `src/${name}`),
      ].sort(),
    );
    // 20 as well, where this machine has one.
    for (const node of [process.execPath, '/usr/bin/node']) {
      const script = `console.log(Object.keys(require(${JSON.stringify(folder)}).okta.actions()).length)`;
      const loaded = spawnSync(node, ['-e', script], { encoding: 'utf8' });
      if (loaded.error) continue;
      expect(loaded.stdout.trim(), loaded.stderr).toBe(String(remoteOperations(manifest()).actions.length));
    }
  });

  it('runs every action that can run in a service, in every scenario', async () => {
    let skipped = 0;
    const clock: Clock = {
      now: () => Date.now() + skipped,
      async sleep(ms) {
        skipped += ms;
      },
    };
    const sandbox = await startSandbox({ now: () => clock.now() });
    // The org's clock goes on while a step waits.
    const ticking = setInterval(() => void clock.sleep(100), 100);
    const ran = await runScenarios(piece, sandbox, clock, ({ action }, done) => {
      // A step waits for a phone, and for an import, in real time.
      const isSlow = ['run_push_verification', 'run_identity_import'].includes(action);
      return !isSlow || !done.has(action);
    });
    clearInterval(ticking);
    await sandbox.close();
    const { actions } = remoteOperations(manifest());
    expect([...ran].sort()).toEqual(actions.map(({ key }) => key).sort());
  });
});
