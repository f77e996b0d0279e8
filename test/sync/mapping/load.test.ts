import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInputError } from '../../../src/errors/errors.ts';
import { compileMapping } from '../../../src/sync/mapping/compile.ts';
import { loadMapping } from '../../../src/sync/mapping/load.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sync-mapping-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function errorOf(path: string) {
  const error: unknown = await loadMapping(path).catch((one: unknown) => one);
  if (!isInputError(error)) throw new Error(`not an InputError: ${error}`);
  return error;
}

describe('a mapping in a file', () => {
  const mapping = { required: ['email'], rules: [{ group: 'NO', assign: { role: 'Agent' } }] };

  it('is JSON or YAML, and both are the same', async () => {
    const json = await loadMapping(await file('one.json', `\uFEFF${JSON.stringify(mapping)}`));
    const yaml = await loadMapping(
      await file(
        'one.yaml',
        'required: [email]\nrules:\n  - group: NO # Norway\n    assign: { role: Agent }\n',
      ),
    );
    expect(json).toEqual(mapping);
    expect(yaml).toEqual(mapping);
    expect(compileMapping(yaml).fingerprint).toBe(compileMapping(mapping).fingerprint);
    expect(await loadMapping(await file('empty.yml', '# nothing yet\n'))).toEqual({});
  });

  it('has tables in files beside it: CSV as spreadsheets write it, JSON, YAML', async () => {
    await file('teams.csv', '\uFEFFValue;Name;Note\r\n12;Service Desk;x\r\n;"Field; Service";\r\n');
    await file('wide.csv', Buffer.from('\uFEFFname\tvalue\nSüd\t1\n', 'utf16le'));
    await file('sites.json', '{"Berlin": {"id": 3}}');
    await file('more.yaml', 'Madrid: 4\n');
    const lookups = {
      teams: 'teams.csv',
      wide: 'wide.csv',
      sites: './sites.json',
      more: 'more.yaml',
      own: { A: 1 },
    };
    expect((await loadMapping(await file('tables.json', JSON.stringify({ lookups })))).lookups).toEqual({
      teams: { 'Service Desk': '12', 'Field; Service': null },
      wide: { Süd: '1' },
      sites: { Berlin: { id: 3 } },
      more: { Madrid: 4 },
      own: { A: 1 },
    });
  });

  it('says which file is wrong, and where', async () => {
    const bad = await file('bad.yaml', 'fields:\n  a: profile.a\n  a: profile.b\n');
    expect((await errorOf(bad)).message).toBe(
      `${bad}: The file is not valid YAML: Map keys must be unique at line 3, column 3`,
    );
    const comma = await file('bad.json', '{\n  "fields": {},\n}');
    expect((await errorOf(comma)).message).toMatch(
      /bad\.json: The file is not valid JSON at .*line 3 column 1/,
    );
    const list = await file('list.json', '[]');
    expect((await errorOf(list)).message).toBe(`${list}: The file has no object`);
    const unknown = await file('unknown.json', '{"fields":{},"rule":[]}');
    expect(await errorOf(unknown)).toMatchObject({
      message: `${unknown}: The mapping cannot be used`,
      causes: ['Unrecognized key: "rule"; did you mean rules?'],
    });
    expect((await errorOf(join(folder, 'nowhere.json'))).message).toMatch(/nowhere\.json does not exist$/);
    expect((await errorOf(folder)).message).toMatch(/cannot be read \(EISDIR\)$/);
  });

  it('says which table is wrong', async () => {
    const table = (name: string) => file('uses.json', JSON.stringify({ lookups: { teams: name } }));
    expect((await errorOf(await table('none.csv'))).message).toBe(
      `${join(folder, 'none.csv')} does not exist`,
    );
    await file('twice.csv', 'name,value\nSales,1\nSALES,2\n');
    expect(await errorOf(await table('twice.csv'))).toMatchObject({
      message: `${join(folder, 'twice.csv')}: Names of the table are not clear`,
      causes: ['"Sales" and "SALES" are the same name'],
    });
    await file('headless.csv', 'Sales,1\n');
    expect((await errorOf(await table('headless.csv'))).message).toMatch(/needs the columns name and value$/);
    await file('open.csv', 'name,value\n"Sales,1\n');
    expect((await errorOf(await table('open.csv'))).message).toMatch(
      /open\.csv: The CSV cannot be read at line/,
    );
  });
});
