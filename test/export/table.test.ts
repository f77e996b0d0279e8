import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapperOf } from '../../src/bulk/mapping.ts';
import { readRows } from '../../src/bulk/rows.ts';
import { csvText, ndjsonText, valueAt } from '../../src/schema/table.ts';
import { all, streamOf } from '../bulk/support.ts';

const csv = async (items: unknown[], columns: string[], raw?: boolean) =>
  (await all(await csvText(streamOf(items), columns, { raw }))).join('');

describe('a table', () => {
  it('has a header and a cell for each path', async () => {
    const items = [
      {
        id: '00u1',
        n: 7,
        on: true,
        off: false,
        profile: { name: 'Köln; "am" Rhein', tags: ['a', 'b'], none: null },
      },
      { id: '00u2', profile: { tags: ['a;b'], more: { x: 1 } } },
    ];
    const columns = ['id', 'n', 'on', 'off', 'profile.name', 'profile.tags', 'profile.none', 'profile.more'];
    expect(await csv(items, columns)).toBe(
      `${columns.join(',')}\n` +
        '00u1,7,true,false,"Köln; ""am"" Rhein",a;b,,\n' +
        '00u2,,,,,"[""a;b""]",,"{""x"":1}"\n',
    );
  });

  it('has its header when there is nothing in it', async () => {
    expect(await csv([], ['id', 'status'])).toBe('id,status\n');
  });

  it('holds no formulas, unless it is asked for raw', async () => {
    const values = ['=1+1', '+1', '-1', '@x', '\t=1', '\r=1', '＝1', 'a=1', ' =1', -1];
    const lines = (
      await csv(
        values.map((v) => ({ v, w: 'x' })),
        ['v', 'w'],
      )
    )
      .split('\n')
      .slice(1, -1);
    expect(lines.map((line) => line.replace(/^"/, '')[0])).toEqual([
      "'",
      "'",
      "'",
      "'",
      "'",
      "'",
      "'",
      'a',
      ' ',
      '-',
    ]);
    const raw = (
      await csv(
        values.map((v) => ({ v, w: 'x' })),
        ['v', 'w'],
        true,
      )
    ).split('\n');
    expect(raw[1]).toBe('=1+1,x');
  });

  it('is read back by bulk as it was written', async () => {
    const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => !value.includes('\0'));
    const profile = fc.record(
      {
        city: text,
        title: text,
        tags: fc.array(text, { minLength: 1 }),
        level: fc.integer(),
        on: fc.boolean(),
      },
      { requiredKeys: ['city'] },
    );
    const schema = {
      properties: {
        userId: { type: 'string' },
        profile: {
          properties: {
            ...{ city: { type: 'string' }, title: { type: 'string' }, level: { type: 'integer' } },
            ...{ tags: { type: 'array', items: { type: 'string' } }, on: { type: 'boolean' } },
          },
        },
      },
    };
    const columns = [
      'userId',
      'profile.city',
      'profile.title',
      'profile.tags',
      'profile.level',
      'profile.on',
    ];
    expect(() => mapperOf(columns, { key: 'x', schema })).not.toThrow();
    await fc.assert(
      fc.asyncProperty(fc.array(profile, { maxLength: 4 }), async (profiles) => {
        const items = profiles.map((one, at) => ({ userId: `00u${at}`, profile: one }));
        const bytes = Buffer.from(await csv(items, columns, true));
        expect(await all(readRows(streamOf([bytes]), 'csv', { key: 'x', schema }))).toEqual(items);
      }),
      { numRuns: 50 },
    );
  });

  it('ends with the error of its source', async () => {
    async function* broken() {
      yield { id: 1 };
      throw new Error('page 2 is lost');
    }
    await expect(all(await csvText(broken(), ['id'], {}))).rejects.toThrow('page 2 is lost');
    await expect(all(ndjsonText(broken(), undefined))).rejects.toThrow('page 2 is lost');
  });
});

describe('ndjson', () => {
  it('has whole objects, or the fields that are asked for', async () => {
    const items = [{ id: 1, target: [{ id: 'a' }] }, { id: 2 }];
    expect(await all(ndjsonText(streamOf(items), undefined))).toEqual(
      items.map((one) => `${JSON.stringify(one)}\n`),
    );
    expect(await all(ndjsonText(streamOf(items), ['id', 'target.0.id']))).toEqual([
      '{"id":1,"target.0.id":"a"}\n',
      '{"id":2}\n',
    ]);
  });

  it('finds own members only', () => {
    expect(valueAt({ a: { b: 1 } }, 'a.b')).toBe(1);
    expect(valueAt({ a: 1 }, 'a.constructor')).toBeUndefined();
    expect(valueAt({}, 'constructor')).toBeUndefined();
    expect(valueAt(null, 'a')).toBeUndefined();
  });
});
