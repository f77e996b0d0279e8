import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNdjson } from '../../src/bulk/ndjson.ts';
import { openSource } from '../../src/bulk/source.ts';
import { InputError } from '../../src/errors/errors.ts';
import { delimiterOf, readCsv } from '../../src/text/csv.ts';
import { decode } from '../../src/text/decode.ts';
import { all, chunksOf, streamOf } from './support.ts';

const ENCODINGS = ['utf8', 'utf8 with mark', 'utf-16le', 'utf-16be'] as const;

function encoded(text: string, encoding: (typeof ENCODINGS)[number]): Buffer {
  if (encoding === 'utf8') return Buffer.from(text);
  if (encoding === 'utf8 with mark') return Buffer.from(`\uFEFF${text}`);
  const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return encoding === 'utf-16le' ? little : Buffer.from(little).swap16();
}

const recordsOf = (bytes: Uint8Array, lengths = [bytes.length]) =>
  all(readCsv(decode(chunksOf(bytes, lengths))));

describe('csv', () => {
  it.each(ENCODINGS)('reads %s, whatever the chunks', async (encoding) => {
    const bytes = encoded('name;city\r\nÄnne 😀;"Köln; ""am"" Rhein\r\nNord"\r\n', encoding);
    const wanted = [
      ['name', 'city'],
      ['Änne 😀', 'Köln; "am" Rhein\r\nNord'],
    ];
    for (const length of [1, 2, 3, 5, 1000]) expect(await recordsOf(bytes, [length])).toEqual(wanted);
  });

  it('gives back what any CSV writer wrote', async () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !text.includes('\0')),
      fc.constantFrom('', '"', '""', ',', ';', '\t', '\n', '\r\n', ' ', "'", 'a"b', '\uFEFF', '=1+1'),
    );
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom(...ENCODINGS),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
        async (rows, delimiter, record_delimiter, encoding, lengths) => {
          const header = ['first', 'second', 'third', 'fourth', 'fifth'].slice(0, rows[0]?.length ?? 2);
          const text = stringify([header, ...rows], { delimiter, record_delimiter, quoted: true });
          const filled = rows.filter((cells) => cells.some((one) => one.trim() !== ''));
          expect(await recordsOf(encoded(text, encoding), lengths)).toEqual([header, ...filled]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes the delimiter of the header', () => {
    expect(delimiterOf('a,b;c,d')).toBe(',');
    expect(delimiterOf('a;b;c')).toBe(';');
    expect(delimiterOf('a\tb')).toBe('\t');
    expect(delimiterOf('"a;b;c",d')).toBe(',');
    expect(delimiterOf('userId')).toBe(',');
  });

  it('leaves empty lines out, and mixed line ends do no harm', async () => {
    expect(await recordsOf(Buffer.from('a,b\n\n1,2\r\n\r\n3,4'))).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(await recordsOf(Buffer.from(''))).toEqual([]);
    expect(await recordsOf(Buffer.from('\n'))).toEqual([]);
  });

  it('leaves out what a spreadsheet has below its table', async () => {
    expect(await recordsOf(Buffer.from('a,b\n1,\n,\n , \r\n"",""\n,2\n,\n'))).toEqual([
      ['a', 'b'],
      ['1', ''],
      ['', '2'],
    ]);
  });

  it('begins behind empty lines and the line by which Excel knows the delimiter', async () => {
    const wanted = [
      ['a,b', 'c', 'd'],
      ['1', '2,3,4', '5'],
    ];
    for (const preface of ['\n', '\r\n  \r\n', 'sep=;\n', '\nSEP=;\r\n\r\n', '"sep=;"\r', '']) {
      const bytes = Buffer.from(`${preface}a,b;c;d\n1;2,3,4;5\n`);
      for (const length of [1, 3, 1000]) {
        expect(await recordsOf(bytes, [length]), JSON.stringify(preface)).toEqual(wanted);
      }
    }
    expect(await recordsOf(Buffer.from('sep=;\na,b;c\n'))).toEqual([['a,b', 'c']]);
    expect(await recordsOf(Buffer.from('sep=|\na,x|b,y|c,z\n'))).toEqual([['a,x', 'b,y', 'c,z']]);
    expect(await recordsOf(Buffer.from('sep=;'))).toEqual([['sep=', '']]);
    const failed = await recordsOf(Buffer.from('\n \nsep=,\na,b\n1,x"y\n')).catch((error) => error);
    expect(failed.message).toContain('line 5');
  });

  it.each([
    ['a quote that is not closed', 'a,b\n1,2\n3,"4\n5,6\n', /line 3|line 4.*not closed/s],
    ['a quote in the middle', 'a,b\n1,x"y\n', /line 2.*an unquoted field contains a quote/],
    ['text behind a quote', 'a,b\n"1"x,2\n', /line 2.*closing quote/],
  ])('names the line of %s', async (_, text, message) => {
    const failed = await recordsOf(Buffer.from(text)).catch((error) => error);
    expect(failed).toBeInstanceOf(InputError);
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toContain('x"y');
  });

  it('hands on why its source failed', async () => {
    async function* broken() {
      yield 'a,b\n1,2\n';
      throw new InputError('the disk is gone');
    }
    await expect(all(readCsv(broken()))).rejects.toThrow('the disk is gone');
  });
});

describe('text', () => {
  it('that is not UTF-8 is refused, not repaired', async () => {
    const latin1 = Buffer.from('name\nÄnne\n', 'latin1');
    await expect(recordsOf(latin1)).rejects.toThrow('not valid UTF-8');
    await expect(recordsOf(Buffer.from('name\nÄnne\n').subarray(0, 6))).rejects.toThrow('not valid UTF-8');
    await expect(recordsOf(Buffer.from('a,b\n1,2', 'utf16le'))).rejects.toThrow('not valid UTF-8');
  });

  it('is known again by its beginning, and handed out whole', async () => {
    const bytes = Buffer.alloc(200_000, 'abcdefghij');
    const sources = await Promise.all(
      [[7], [65_536], [200_000]].map((one) => openSource(chunksOf(bytes, one))),
    );
    expect(new Set(sources.map(({ head }) => head)).size).toBe(1);
    for (const source of sources) {
      expect(Buffer.concat(await all(source.bytes)).equals(bytes)).toBe(true);
    }
    const other = await openSource(chunksOf(Buffer.alloc(200_000, 'bcdefghija'), [1000]));
    expect(other.head).not.toBe(sources[0]?.head);
  });
});

describe('ndjson', () => {
  it('gives objects, and an error in the place of what is none', async () => {
    const rows = await all(readNdjson(streamOf(['{"a"', ':1}\n\n[1]\n{"b":2}\r\n{"c"\n', 'null\n{"d":4}'])));
    expect(rows.map((row) => (row instanceof InputError ? row.message : row))).toEqual([
      { a: 1 },
      'The line is not a JSON object',
      { b: 2 },
      'The line is not valid JSON',
      'The line is not a JSON object',
      { d: 4 },
    ]);
  });
});
