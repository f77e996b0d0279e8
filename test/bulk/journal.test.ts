import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { appender } from '../../src/bulk/appender.ts';
import { openResults } from '../../src/bulk/journal.ts';
import { OktaError } from '../../src/errors/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const identity = { action: 'create_user', org: 'acme.okta.com', input: 'a.csv 1 ab', map: 'cd' };
const HASH = ['00000000', '11111111', '22222222', '33333333', 'ffffffff'];
let file: string;
let names = 0;
beforeEach(() => {
  names += 1;
  file = join(folder, `results-${names}.ndjson`);
});

/** Three rows: one done, one failed, one begun; ended as by a kill. */
async function killedRun(): Promise<void> {
  const run = await openResults(file, identity, false);
  for (const row of [1, 2, 3]) await run.journal.started(row, HASH[row] ?? '');
  await run.write({ row: 1, key: 'ä', status: 'ok', output: { name: 'Änne' }, hash: HASH[1] });
  await run.write({
    row: 2,
    status: 'error',
    error: new OktaError('no', { code: 'conflict', actor: 'caller' }),
    hash: HASH[2],
  });
  await run.close();
}

describe('the results of a run', () => {
  it('say which rows are done, and which were begun', async () => {
    await killedRun();
    const run = await openResults(file, identity, true);
    expect([1, 2, 3, 4].map((row) => run.journal.seen(row, HASH[row] ?? ''))).toEqual([
      'done',
      'failed',
      'started',
      undefined,
    ]);
    expect(run.before).toEqual({ ok: 1, unknown: 0 });
    await run.close();
    expect(readFileSync(file, 'utf8')).toBe(
      '{"row":1,"key":"ä","status":"ok","output":{"name":"Änne"},"hash":"11111111"}\n',
    );
  });

  it('do not make an unknown row of a failed one, however often the run is ended', async () => {
    await killedRun();
    for (let kills = 0; kills < 3; kills += 1) {
      const run = await openResults(file, identity, true);
      expect([2, 3].map((row) => run.journal.seen(row, HASH[row] ?? ''))).toEqual(['failed', 'started']);
      await run.close();
      expect(readFileSync(`${file}.journal`, 'utf8').trim().split('\n')).toHaveLength(3);
    }
    const run = await openResults(file, identity, true);
    await run.journal.started(2, HASH[2] ?? '');
    await run.close();
    const again = await openResults(file, identity, true);
    expect(again.journal.seen(2, HASH[2] ?? '')).toBe('started');
    await again.write({ row: 2, status: 'ok', hash: HASH[2] });
    await again.close();
    const last = await openResults(file, identity, true);
    expect(last.journal.seen(2, HASH[2] ?? '')).toBe('done');
    await last.close();
  });

  it('are for their owner only', async () => {
    await killedRun();
    for (const one of [file, `${file}.journal`]) expect(statSync(one).mode & 0o777).toBe(0o600);
    // What a kill while lines were taken out has left is not written into.
    writeFileSync(`${file}.tmp`, 'half', { mode: 0o644 });
    await (await openResults(file, identity, true)).close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('lose half a line at their end, wherever it was cut', async () => {
    const line = Buffer.from('{"row":4,"key":"ä😀","status":"ok","hash":"33333333"}');
    const begun = Buffer.from('{"row":4,"hash":"33333333"}');
    for (let cut = 1; cut < line.length; cut += 1) {
      await killedRun();
      appendFileSync(file, line.subarray(0, cut));
      appendFileSync(`${file}.journal`, begun.subarray(0, Math.min(cut, begun.length)));
      const run = await openResults(file, identity, true);
      expect(run.journal.seen(4, HASH[4] ?? '')).toBeUndefined();
      await run.journal.started(4, HASH[4] ?? '');
      await run.write({ row: 4, status: 'ok', hash: HASH[4] });
      await run.close();
      const again = await openResults(file, identity, true);
      expect(again.journal.seen(4, HASH[4] ?? '')).toBe('done');
      expect(again.before).toEqual({ ok: 2, unknown: 0 });
      await again.close();
      rmSync(file);
      rmSync(`${file}.journal`);
    }
  });

  it('are of a run that was killed before its first row, or before its first byte', async () => {
    for (const text of ['', '{"version":1,"act']) {
      writeFileSync(file, '');
      writeFileSync(`${file}.journal`, text);
      const run = await openResults(file, identity, true);
      expect(run.journal.seen(1, HASH[1] ?? '')).toBeUndefined();
      await run.journal.started(1, HASH[1] ?? '');
      await run.close();
      const again = await openResults(file, identity, true);
      expect(again.journal.seen(1, HASH[1] ?? '')).toBe('started');
      await again.close();
      rmSync(file);
      rmSync(`${file}.journal`);
    }
  });

  it('are of a run that was killed between making its two files', async () => {
    for (const resume of [true, false]) {
      writeFileSync(file, '', { mode: 0o644 });
      const run = await openResults(file, identity, resume);
      await run.write({ row: 1, status: 'ok', hash: HASH[1] });
      await run.close();
      expect(statSync(file).mode & 0o777).toBe(0o600);
      rmSync(file);
      rmSync(`${file}.journal`);
    }
    writeFileSync(file, 'something\n');
    await expect(openResults(file, identity, true)).rejects.toThrow('There is nothing to resume');
    await expect(openResults(file, identity, false)).rejects.toThrow('already exists');
    expect(readFileSync(file, 'utf8')).toBe('something\n');
  });

  it('are missed: what they alone knew would be done again', async () => {
    await killedRun();
    await (await openResults(file, identity, true)).close();
    const whole = readFileSync(file, 'utf8');
    rmSync(file);
    await expect(openResults(file, identity, true)).rejects.toThrow(
      'is missing, though its journal is there',
    );
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, '');
    await expect(openResults(file, identity, true)).rejects.toThrow('has lost rows: it had 1 completed ones');
    writeFileSync(file, whole);
    writeFileSync(`${file}.journal`, '');
    await expect(openResults(file, identity, true)).rejects.toThrow('.journal is empty, but');
  });

  it('are missed also where others stand twice', async () => {
    const run = await openResults(file, identity, false);
    for (const row of [1, 2]) await run.write({ row, status: 'ok', hash: HASH[row] });
    await run.close();
    await (await openResults(file, identity, true)).close();
    const [line] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${line}\n${line}\n`);
    await expect(openResults(file, identity, true)).rejects.toThrow('has lost rows: it had 2 completed ones');
  });

  it('may hold lines of any length', { timeout: 20_000 }, async () => {
    const run = await openResults(file, identity, false);
    await run.write({ row: 1, status: 'ok', output: 'ä'.repeat(5e6), hash: HASH[1] });
    await run.write({ row: 2, status: 'ok', hash: HASH[2] });
    await run.close();
    const again = await openResults(file, identity, true);
    expect(again.before.ok).toBe(2);
    await again.close();
  });

  it('do not help to guess passwords: the key of all hashes is random, and in the journal only', async () => {
    const keys: string[] = [];
    for (let runs = 0; runs < 2; runs += 1) {
      await killedRun();
      const header = readFileSync(`${file}.journal`, 'utf8').split('\n')[0] ?? '';
      const { key } = JSON.parse(header);
      keys.push(key);
      for (const open of [identity.input, identity.map]) expect(header).not.toContain(`"${open}"`);
      const run = await openResults(file, identity, true);
      expect(run.journal.key).toBe(key);
      await run.close();
      expect(readFileSync(file, 'utf8')).not.toContain(key);
      rmSync(file);
      rmSync(`${file}.journal`);
    }
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(keys[1]).not.toBe(keys[0]);
  });

  it('need a folder that is there', async () => {
    for (const folder of ['/proc/nothing', join(tmpdir(), 'okta-connector-nowhere')]) {
      await expect(openResults(join(folder, 'results.ndjson'), identity, false)).rejects.toThrow(
        `the folder ${folder} does not exist`,
      );
    }
  });

  it.each([
    ['action', 'the action differs'],
    ['org', 'the org differs'],
    ['input', 'the input differs'],
    ['map', '--null differs'],
  ])('of another %s are refused, and left as they are', async (member, message) => {
    await killedRun();
    const before = readFileSync(file, 'utf8');
    await expect(openResults(file, { ...identity, [member]: 'other' }, true)).rejects.toThrow(message);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('refuse a row that is not what it was, done or begun', async () => {
    await killedRun();
    const run = await openResults(file, identity, true);
    for (const row of [1, 3]) {
      expect(() => run.journal.seen(row, 'abababab')).toThrow(`Row ${row} of the input has changed`);
    }
    await run.close();
  });

  it('are not written over, and not made up', async () => {
    await expect(openResults(file, identity, true)).rejects.toThrow('There is nothing to resume');
    expect(existsSync(file)).toBe(false);
    await killedRun();
    await expect(openResults(file, identity, false)).rejects.toThrow('already exists');
    rmSync(file);
    await expect(openResults(file, identity, false)).rejects.toThrow('.journal already exists');
    expect(existsSync(file)).toBe(false);
  });

  it('are not taken for what they are not', async () => {
    await killedRun();
    const good = readFileSync(file, 'utf8');
    appendFileSync(file, '{"row":"x"}\n');
    await expect(openResults(file, identity, true)).rejects.toThrow('was not written by a bulk run');
    expect(readFileSync(file, 'utf8')).toBe(`${good}{"row":"x"}\n`);
  });

  it('say in words that they cannot be tidied for a further run', async () => {
    await killedRun();
    // Stands for a disk that is full: nothing can be written there.
    await mkdir(`${file}.tmp`);
    await expect(openResults(file, identity, true)).rejects.toMatchObject({
      message: expect.stringContaining('The results cannot be written'),
      hint: expect.stringContaining('--resume'),
    });
  });

  it('belong to one process at a time', { timeout: 30_000 }, async () => {
    const run = await openResults(file, identity, false);
    await expect(openResults(file, identity, true)).rejects.toMatchObject({ code: 'state_locked' });
    await run.close();
    await (await openResults(file, identity, true)).close();
  });

  it('stop when another process has taken them', { timeout: 30_000 }, async () => {
    const run = await openResults(file, identity, false);
    rmSync(`${file}.lock`, { recursive: true });
    await mkdir(`${file}.lock`);
    await expect
      .poll(
        () => {
          try {
            return run.journal.seen(1, HASH[1] ?? '');
          } catch (error) {
            return (error as OktaError).code;
          }
        },
        { timeout: 10_000 },
      )
      .toBe('state_locked');
    await expect(run.journal.started(1, HASH[1] ?? '')).rejects.toMatchObject({ code: 'state_locked' });
    await run.close();
  });
});

describe('an appender', () => {
  /** A file that notes what is done with it. */
  function handle(fail = false) {
    const calls: string[] = [];
    return {
      calls,
      appendFile: async (text: string) => {
        await new Promise((resolve) => setTimeout(resolve, 2));
        if (fail) throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
        calls.push(text);
      },
      datasync: async () => void calls.push('sync'),
      close: async () => void calls.push('close'),
    };
  }

  it('writes together what is asked for at the same time, and syncs once for it', async () => {
    const one = handle();
    const file = appender(one as never, { sync: true });
    await Promise.all(['a', 'b', 'c', 'd'].map((line) => file.append(line)));
    await file.append('e');
    await file.close();
    expect(one.calls).toEqual(['a\n', 'sync', 'b\nc\nd\n', 'sync', 'e\n', 'sync', 'sync', 'close']);
  });

  it('writes nothing more after a line that may be half written', async () => {
    const one = handle(true);
    const file = appender(one as never, { sync: false });
    await expect(file.append('a')).rejects.toMatchObject({ message: expect.stringContaining('ENOSPC') });
    one.appendFile = async (text) => void one.calls.push(text);
    await expect(file.append('b')).rejects.toMatchObject({ message: expect.stringContaining('ENOSPC') });
    await file.close();
    expect(one.calls).toEqual(['close']);
  });
});
