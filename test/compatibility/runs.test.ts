import { appendFileSync, existsSync, mkdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Org, START, textOf, uuids } from './org.ts';

let org: Org;
beforeEach(async () => {
  org = await Org.open();
});
afterEach(() => org[Symbol.asyncDispose]());

interface Line {
  row: number;
  key: string;
  status: string;
  retried?: boolean;
}
const linesOf = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** A killed process leaves its lock: a folder that is empty, which Git keeps none of. */
function leaveLock(file: string): void {
  mkdirSync(`${file}.lock`);
  utimesSync(`${file}.lock`, new Date(START), new Date(START));
}

async function resumed(action: string, input: string) {
  const results = org.layOut(`runs/${action}.ndjson`);
  org.layOut(`runs/${action}.ndjson.journal`);
  leaveLock(results);
  const args = ['bulk', action, '--input', org.layOut(`runs/${input}`), '--results', results, '--resume'];
  const { code, stdout } = await org.run([...args, '--max-errors', '100%']);
  return { code, summary: JSON.parse(stdout), after: linesOf(readFileSync(results, 'utf8')), args };
}

describe('a bulk run of 0.1.0 that was killed', () => {
  it('is resumed where every row can be repeated: what is done stays done', async () => {
    const before = linesOf(textOf('runs/add_user_to_group.ndjson'));
    const done = before.filter(({ status }) => status === 'ok');
    const { code, summary, after } = await resumed('add_user_to_group', 'members.csv');
    // The first row names nobody, and fails again.
    expect([code, summary]).toMatchObject([1, { rows: 13, before: { ok: done.length, unknown: 0 } }]);
    expect(after.map(({ row }) => row).toSorted((a, b) => a - b)).toEqual(
      uuids(1, 13).map((_, at) => at + 1),
    );
    expect(after.filter(({ status }) => status === 'ok').slice(0, done.length)).toEqual(done);
    expect(after.find(({ row }) => row === 1)).toMatchObject({ status: 'error', retried: true });
    const puts = await org.sent('PUT', '/api/v1/groups');
    expect(puts.length).toBe(12 - done.length);
    const members = await org.api('GET', '/api/v1/groups/00g00000000000000001/users');
    expect(members.length).toBe(12 - done.length);
  });

  it('is resumed where rows cannot be repeated: those under way are unknown, and are left alone', async () => {
    const before = linesOf(org.moved(textOf('runs/create_user.ndjson')));
    const begun = linesOf(textOf('runs/create_user.ndjson.journal').split('\n').slice(1).join('\n'));
    expect(begun.length).toBeGreaterThan(before.length);
    const { code, summary, after, args } = await resumed('create_user', 'new-users.csv');
    const unknown = begun.length - before.length;
    expect([code, summary]).toMatchObject([1, { rows: 12, unknown, before: { ok: before.length } }]);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.filter(({ status }) => status === 'unknown').map(({ row }) => row)).toEqual(
      begun.map(({ row }) => row).filter((row) => !before.some((one) => one.row === row)),
    );
    const posts = await org.sent('POST', '/api/v1/users');
    expect(posts.length).toBe(12 - begun.length);
    // And once more: nothing is left to do.
    const again = await org.run(args);
    expect(JSON.parse(again.stdout)).toMatchObject({ before: { ok: 12 - unknown, unknown } });
    expect((await org.sent('POST', '/api/v1/users')).length).toBe(posts.length);
  });

  it('is not gone on with when the input is another one', async () => {
    const results = org.layOut('runs/create_user.ndjson');
    org.layOut('runs/create_user.ndjson.journal');
    const input = org.layOut('runs/new-users.csv');
    appendFileSync(input, 'new12@acme.test,new12@acme.test,New,No 12\n');
    const { code } = await org.run([
      'bulk',
      'create_user',
      '--input',
      input,
      '--results',
      results,
      '--resume',
    ]);
    expect(code).toBe(1);
    expect(await org.sent('POST', '/api/v1/users')).toEqual([]);
  });
});

describe('an export of 0.1.0 that was killed', () => {
  it('is written anew, over what it left', async () => {
    const part = org.layOut('runs/events.ndjson.part');
    const output = join(org.folder, 'events.ndjson');
    leaveLock(output);
    const times = [
      '--since',
      new Date(START - 3_600_000).toISOString(),
      '--until',
      new Date(START).toISOString(),
    ];
    const { code } = await org.run([
      'export',
      'events',
      ...times,
      '--output',
      output,
      '--fields',
      'uuid,eventType',
    ]);
    const written = readFileSync(output, 'utf8');
    expect([code, existsSync(part)]).toEqual([0, false]);
    expect(linesOf(written).map((line) => (line as unknown as { uuid: string }).uuid)).toEqual(
      uuids(1, 1_500),
    );
    // The lines have the form that they had.
    const old = textOf('runs/events.ndjson.part').split('\n').slice(0, -1);
    expect(written.split('\n').slice(0, old.length)).toEqual(old);
  });
});
