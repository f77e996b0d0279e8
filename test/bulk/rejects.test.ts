import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { rejectsBeside } from '../../src/bulk/rejects.ts';
import { type RowFormat, readRows } from '../../src/bulk/rows.ts';
import { BulkTally } from '../../src/bulk/tally.ts';
import { InputError, OktaError } from '../../src/errors/errors.ts';
import { chunksOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'okta-connector-rejects-'));
const schema = { properties: { userId: { type: 'string' }, note: { type: 'string' } } };

/** Reads rows and fails these of them. */
async function rejected(
  name: string,
  text: string,
  format: RowFormat,
  failed: readonly number[],
  length = 7,
) {
  const rejects = rejectsBeside(join(folder, `${name}.results.ndjson`), format);
  const bytes = Buffer.from(text);
  let row = 0;
  for await (const _ of readRows(chunksOf(bytes, [length]), format, { key: 'x', schema }, rejects.keep)) {
    row += 1;
    const error = failed.includes(row) ? new InputError('no') : undefined;
    await rejects.add({ row, status: error ? 'error' : 'ok', error });
  }
  const file = await rejects.close();
  return { file, text: file && readFileSync(file, 'utf8') };
}

it.each<[string, string, RowFormat, number[], string]>([
  ['plain', 'userId,note\na,1\nb,2\nc,3\n', 'csv', [1, 3], 'userId,note\na,1\nc,3\n'],
  [
    'quoted',
    'userId,note\r\na,"x\r\ny ""z"""\r\n b ,\r\n',
    'csv',
    [1, 2],
    'userId,note\na,"x\r\ny ""z"""\n b ,\n',
  ],
  ['semicolons', '\n\nuserId;note\n\na;1\n;\nb;"2;3"', 'csv', [2], 'userId;note\nb;"2;3"\n'],
  ['declared', 'sep=;\nuserId;note\na,b;1\n', 'csv', [1], 'sep=;\nuserId;note\na,b;1\n'],
  ['uneven', 'userId,note\na\nb,2\n', 'csv', [1], 'userId,note\na\n'],
  [
    'lines',
    '{"userId":"a"}\n\n{ "userId" : "b" }\nnot json\n',
    'ndjson',
    [2, 3],
    '{ "userId" : "b" }\nnot json\n',
  ],
])('G.9 rejected rows stand as in the input: %s', async (name, text, format, failed, wanted) => {
  for (const length of [1, 7, 1000]) {
    const { file, text: written } = await rejected(`${name}${length}`, text, format, failed, length);
    expect(written).toBe(wanted);
    expect(file).toBe(join(folder, `${name}${length}.rejected.${format}`));
    expect(statSync(file as string).mode & 0o777).toBe(0o600);
    // What was written is an input again.
    const again = await rejected(`${name}${length}-again`, wanted, format, [1, 2].slice(0, failed.length));
    expect(again.text).toBe(wanted);
  }
});

it('G.9 a reject file never replaces another, and there is none without failed rows', async () => {
  writeFileSync(join(folder, 'taken.rejected.csv'), 'corrected by hand');
  const { file } = await rejected('taken', 'userId\na\n', 'csv', [1]);
  expect(file).toBe(join(folder, 'taken.rejected-2.csv'));
  expect(readFileSync(join(folder, 'taken.rejected.csv'), 'utf8')).toBe('corrected by hand');
  expect((await rejected('none', 'userId\na\n', 'csv', [])).file).toBeUndefined();
});

it('G.9 a row that may have been done, or met a refused credential, is not to be run again', async () => {
  const rejects = rejectsBeside(join(folder, 'careful.ndjson'), 'ndjson');
  const error = new OktaError('no', { code: 'authentication_failed', actor: 'admin' });
  for (const row of [1, 2]) rejects.keep(row, '{}');
  await rejects.add({ row: 1, status: 'unknown' });
  await rejects.add({ row: 2, status: 'error', error });
  expect(await rejects.close()).toBeUndefined();
});

it('G.9 a tally counts the causes, the most frequent first, with one hint each', () => {
  const tally = new BulkTally();
  const failed = (code: 'not_found' | 'validation_failed', hint?: string) =>
    tally.add({ row: 1, status: 'error', error: new OktaError('no', { code, actor: 'caller', hint }) });
  failed('validation_failed');
  failed('not_found', 'Check the id.');
  failed('not_found', 'Check the login.');
  tally.add({ row: 1, status: 'ok' });
  expect(tally.causes).toEqual([
    { code: 'not_found', rows: 2, hint: 'Check the id.' },
    { code: 'validation_failed', rows: 1, hint: undefined },
  ]);
});
