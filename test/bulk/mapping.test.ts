import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MapperOptions, mapperOf, parseMapping } from '../../src/bulk/mapping.ts';
import { readRows } from '../../src/bulk/rows.ts';
import { actionOf } from '../../src/connector.ts';
import { InputError } from '../../src/errors/errors.ts';
import { describeAction } from '../../src/manifest/manifest.ts';
import { CellError, readCell, writeCell } from '../../src/schema/cell.ts';
import type { JsonSchema } from '../../src/schema/json-schema.ts';
import type { ProfileAttribute } from '../../src/schema/profile-attribute.ts';
import { all, chunksOf } from './support.ts';

const optionsFor = (key: string, more: Partial<MapperOptions> = {}): MapperOptions => ({
  key,
  schema: describeAction(actionOf(key)).input as JsonSchema,
  ...more,
});
const problems = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return [error.message, ...error.causes].join('\n');
    throw error;
  }
  throw new Error('nothing was wrong');
};
const attribute = (name: string, type: ProfileAttribute['type'], itemType?: string): ProfileAttribute => ({
  ...{ name, title: name, type, itemType },
  ...{ required: false, readOnly: false, unique: false, custom: true },
});
const rows = (text: string, options: MapperOptions, format: 'csv' | 'ndjson' = 'csv') =>
  all(readRows(chunksOf(Buffer.from(text), [10]), format, options));

describe('columns become inputs', () => {
  it('by their names, nested ones with dots', async () => {
    const text =
      'profile.login,profile.email,profile.department,groupIds[],activate,type.id\n' +
      'a@acme.test,a@acme.test,,00g1;00g2,FALSE,oty1\n';
    expect(await rows(text, optionsFor('create_user'))).toEqual([
      {
        profile: { login: 'a@acme.test', email: 'a@acme.test' },
        ...{ groupIds: ['00g1', '00g2'], activate: false, type: { id: 'oty1' } },
      },
    ]);
  });

  it('by a map, with values that are the same for all rows', async () => {
    const mapping = parseMapping({
      'profile.login': 'Mail',
      'profile.email': 'Mail',
      activate: { value: false },
      groupIds: { value: ['00g1'] },
    });
    const options = optionsFor('create_user', { mapping });
    const wanted = {
      profile: { login: 'a@acme.test', email: 'a@acme.test' },
      ...{ activate: false, groupIds: ['00g1'] },
    };
    expect(await rows('Notes;Mail\nx;a@acme.test\n', options)).toEqual([wanted]);
    expect(await rows('{"Mail":"a@acme.test"}\n', options, 'ndjson')).toEqual([wanted]);
    const nested = optionsFor('get_user', { mapping: { userId: 'who.id' } });
    expect(await rows('{"who":{"id":"00u1"}}\n', nested, 'ndjson')).toEqual([{ userId: '00u1' }]);
  });

  it('with nothing of one row in the next', async () => {
    const mapping = parseMapping({
      userId: 'Id',
      'profile.title': 'Title',
      profile: { value: { city: 'Bonn' } },
    });
    const options = optionsFor('update_user', { mapping });
    expect(await rows('Id,Title\n00u1,Boss\n00u2,\n', options)).toEqual([
      { userId: '00u1', profile: { city: 'Bonn', title: 'Boss' } },
      { userId: '00u2', profile: { city: 'Bonn' } },
    ]);
    expect(mapping.profile).toEqual({ value: { city: 'Bonn' } });
    const ndjson = optionsFor('update_user', {
      mapping: { userId: 'id', profile: 'p', 'profile.title': 'title' },
    });
    const given = { id: '00u1', p: { city: 'Bonn' }, title: 'Boss' };
    expect(await rows(`${JSON.stringify(given)}\n`, ndjson, 'ndjson')).toEqual([
      { userId: '00u1', profile: { city: 'Bonn', title: 'Boss' } },
    ]);
  });

  it('but not members of what is not an object in this row', async () => {
    const text = 'userId,profile,profile.title\n00u1,NULL,Boss\n00u2,5,Boss\n00u3,[1],Boss\n00u4,,Boss\n';
    const found = await rows(text, optionsFor('update_user', { nullText: 'NULL' }));
    expect(found.map((row) => (row instanceof InputError ? row.message : row))).toEqual([
      ...Array(3).fill(
        'The row does not fit update_user: column profile.title: cannot be set, because profile is not an object in this row',
      ),
      { userId: '00u4', profile: { title: 'Boss' } },
    ]);
  });

  it('empty leaves alone, a mark clears', async () => {
    const text = 'userId,profile.title,profile.city\n00u1,,NULL\n';
    expect(await rows(text, optionsFor('update_user', { nullText: 'NULL' }))).toEqual([
      { userId: '00u1', profile: { city: null } },
    ]);
  });

  it('with the types of the attributes of the org', async () => {
    const attributes = [
      attribute('level', 'integer'),
      attribute('tags', 'array', 'string'),
      attribute('sizes', 'array', 'integer'),
    ];
    const text = 'userId,profile.level,profile.tags,profile.sizes,profile.other\n00u1,7,"a; b",1;2,7\n';
    expect(await rows(text, optionsFor('update_user', { attributes: { profile: attributes } }))).toEqual([
      { userId: '00u1', profile: { level: 7, tags: ['a', 'b'], sizes: [1, 2], other: '7' } },
    ]);
    const [wrong] = await rows(
      'userId,profile.level\n00u1,high\n',
      optionsFor('update_user', { attributes: { profile: attributes } }),
    );
    expect((wrong as InputError).message).toBe(
      'The row does not fit update_user: column profile.level: must be a whole number',
    );
  });
});

describe('a table from a spreadsheet', () => {
  it('may have columns at its end that have neither name nor cells', async () => {
    const text = 'userId,profile.title,,\n00u1,Boss,,\n00u2,Boss\n00u3,Boss,,x\n';
    const found = await rows(text, optionsFor('update_user'));
    expect(found.map((row) => (row instanceof InputError ? row.message : row))).toEqual([
      { userId: '00u1', profile: { title: 'Boss' } },
      'The row has 2 fields, the header 4',
      'The row has more fields than the 2 columns of the header',
    ]);
  });

  it('may have any columns that the map does not name', async () => {
    const options = optionsFor('get_user', { mapping: { userId: 'Id' } });
    expect(await rows('Note,,Id,Note,,\na,b,00u1,c,d,\n', options)).toEqual([{ userId: '00u1' }]);
    await expect(rows('Id,Id\n00u1,00u2\n', options)).rejects.toThrow('do not fit');
  });
});

it('a map finds columns with the blanks that their names have in the header, or without', async () => {
  for (const column of [' E-mail ', 'E-mail']) {
    const options = optionsFor('get_user', { mapping: { userId: column } });
    expect(await rows('Id, E-mail \n1,ana@acme.test\n', options)).toEqual([{ userId: 'ana@acme.test' }]);
  }
});

describe('what cannot fit is said before the first row', () => {
  it.each([
    [
      'a column that is not an input',
      'update_user',
      ['userId', 'Departmnt'],
      /column 2 does not match any input; did you mean profile\.department\?$/m,
    ],
    ['a bare attribute', 'update_user', ['userId', 'department'], /did you mean profile\.department\?/],
    ['another case', 'get_user', ['userID'], /did you mean userId\?/],
    ['a required input', 'add_user_to_group', ['userId'], /groupId is required/],
    ['required ones in a required object', 'create_user', ['profile.login'], /profile\.email is required/],
    ['a required object', 'create_user', ['activate'], /profile\.login is required/],
    ['a column twice', 'get_user', ['userId', 'userId'], /column 2 has the same name as column 1/],
    ['a column without a name', 'get_user', ['userId', ''], /column 2 has no name/],
    ['a prototype', 'update_user', ['userId', 'profile.__proto__'], /__proto__ is not an input/],
    ['an inherited name', 'get_user', ['userId', 'constructor'], /column 2 does not match any input/],
  ])('%s', (_, key, columns, message) => {
    expect(problems(() => mapperOf(columns, optionsFor(key)))).toMatch(message);
  });

  it('a map that names a column or an input that is not there', () => {
    const mapping = { userId: 'Id', grupId: 'Group' };
    const text = problems(() => mapperOf(['ID', 'Group'], optionsFor('add_user_to_group', { mapping })));
    expect(text).toContain('there is no column Id');
    expect(text).toContain('grupId is not an input');
    expect(() => parseMapping({ userId: { column: 'x' } })).toThrow('The map is not valid');
    expect(() => parseMapping([])).toThrow(InputError);
  });

  it('a header that is missing, without a word of its first row', () => {
    const row = ['zoe@acme.test', 'zoe@acme.test', 'Zoe', 'Winter2026!', 'profile of a.b', 'x.y'];
    const text = problems(() => mapperOf(row, optionsFor('create_user')));
    for (const cell of row) expect(text).not.toContain(cell);
    expect(text).toContain('column 4 does not match any input');
    expect(text).toContain('column 2 has the same name as column 1');
  });

  it('an empty file', async () => {
    await expect(rows('', optionsFor('get_user'))).rejects.toThrow('The input is empty');
  });
});

describe('cells', () => {
  const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

  it.each<[string, JsonSchema, unknown]>([
    ['7', { type: 'integer' }, 7],
    ['-7.5', { type: 'number' }, -7.5],
    ['True', { type: 'boolean' }, true],
    ['007', { type: 'string' }, '007'],
    ['a', { enum: ['a', 'b'] }, 'a'],
    ['["a;b"]', list({ type: 'string' }), ['a;b']],
    ['1; 2;', list({ type: 'number' }), [1, 2]],
    ['{"a":1}', { type: 'object' }, { a: 1 }],
    ['7', { anyOf: [{ type: 'string' }, { type: 'number' }] }, '7'],
    ['{"a":1}', {}, { a: 1 }],
    ['text', {}, 'text'],
  ])('%s as %j', (text, schema, value) => {
    expect(readCell(text, schema)).toEqual(value);
  });

  it.each<[string, JsonSchema]>([
    ['7.5', { type: 'integer' }],
    ['1,5', { type: 'number' }],
    ['', { type: 'number' }],
    ['0x10', { type: 'number' }],
    ['9007199254740993', { type: 'integer' }],
    ['1e999', { type: 'number' }],
    ['yes', { type: 'boolean' }],
    ['[1', list({ type: 'number' })],
    ['1;x', list({ type: 'number' })],
    ['{', { type: 'object' }],
  ])('%s is not %j', (text, schema) => {
    expect(() => readCell(text, schema)).toThrow(CellError);
  });

  it('are read as they were written', () => {
    const item = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ' a', ';', '[', '[x]', '"', 'a;b', '\t'),
    );
    fc.assert(
      fc.property(fc.array(item), (value) => {
        expect(readCell(String(writeCell(value)), list({ type: 'string' }))).toEqual(value);
      }),
    );
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
    fc.assert(
      fc.property(fc.array(number), (value) => {
        expect(readCell(String(writeCell(value)), list({ type: 'number' }))).toEqual(value);
      }),
    );
    fc.assert(
      fc.property(number, (value) => {
        expect(readCell(String(writeCell(value)), { type: 'number' })).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        expect(JSON.stringify(readCell(String(writeCell(value)), { type: 'object' }))).toBe(
          JSON.stringify(value),
        );
      }),
      { numRuns: 30 },
    );
  });
});
