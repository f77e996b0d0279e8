import { once } from 'node:events';
import { pipeline, Readable } from 'node:stream';
import type { CsvError } from 'csv-parse';
import { InputError } from '../errors/errors.ts';

/** No request body exceeds 4 MB, so a longer record means an unclosed quote. */
export const MAX_RECORD_CHARACTERS = 4 * 1024 * 1024;

const DELIMITERS = [',', ';', '\t'];

/**
 * The delimiter of a CSV file: the most frequent candidate outside quotes in its header.
 * (csv-parse's detection fails for non-ASCII text, and picks a letter when there is a single column.)
 */
export function delimiterOf(header: string): string {
  const plain = header.replace(/"(?:[^"]|"")*"/g, '');
  const counts = DELIMITERS.map((delimiter) => plain.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] as string;
}

/**
 * The records of a CSV text, header first: RFC 4180 with comma, semicolon or tab, and any line ending. Empty lines, and
 * those with only empty cells, are skipped. A first line `sep=;`, as written by Excel, sets the delimiter.
 * @param onText told the text of each record right before it is yielded, without its line break; with the header a
 *   declared delimiter.
 * @throws InputError for invalid CSV, naming the line.
 */
export async function* readCsv(
  text: AsyncIterable<string>,
  onText?: (text: string) => void,
): AsyncGenerator<string[]> {
  const { CsvError, parse } = await import('csv-parse');
  const { header, delimiter, all } = await withHeader(text);
  if (header.trim() === '') return;
  const parser = parse({
    delimiter: delimiter ?? delimiterOf(header),
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    // Spreadsheets leave such lines where rows were cleared.
    skip_records_with_empty_values: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    raw: onText !== undefined,
  });
  let failure: Error | undefined;
  const source = Readable.from(all, { objectMode: false });
  pipeline(source, parser, (error) => {
    failure = error ?? undefined;
  });
  try {
    if (!onText) yield* parser as AsyncIterable<string[]>;
    else yield* told(parser as AsyncIterable<RawRecord>, onText, delimiter);
  } catch (error) {
    // The parser reports only that it was aborted; the pipe knows why.
    await Promise.race([once(parser, 'close'), new Promise(setImmediate)]);
    const cause = failure ?? error;
    throw cause instanceof CsvError ? readable(cause) : cause;
  }
}

interface RawRecord {
  record: string[];
  raw: string;
}

async function* told(records: AsyncIterable<RawRecord>, onText: (text: string) => void, declared?: string) {
  let before = declared === undefined ? '' : `sep=${declared}\n`;
  for await (const { record, raw } of records) {
    onText(before + raw.replace(/^[\r\n]+|[\r\n]+$/g, ''));
    before = '';
    yield record;
  }
}

/** What may precede the header: empty lines and a `sep=` line. */
const PREFACE = /^(?:\s*[\r\n])?(?:"?sep=([,;\t|])"?(?=[\r\n])\s*[\r\n])?/i;

/** The header, a declared delimiter, and the text with everything before the header blanked. */
async function withHeader(text: AsyncIterable<string>) {
  const chunks = text[Symbol.asyncIterator]();
  let begin = '';
  let ended = false;
  let [preface = '', delimiter] = PREFACE.exec(begin) ?? [];
  let end = -1;
  while (!ended && end < 0 && begin.length < MAX_RECORD_CHARACTERS) {
    const { done, value } = await chunks.next();
    ended = done === true;
    begin += value ?? '';
    [preface = '', delimiter] = PREFACE.exec(begin) ?? [];
    end = endOfLine(begin.slice(preface.length));
  }
  const rest = begin.slice(preface.length);
  async function* all() {
    yield preface.replace(/[^\r\n]/g, '') + rest;
    if (!ended) yield* { [Symbol.asyncIterator]: () => chunks };
  }
  return { header: end < 0 ? rest : rest.slice(0, end), delimiter, all: all() };
}

/** Where the first line ends, ignoring line breaks in quotes. */
function endOfLine(text: string): number {
  const blank = text.replace(/"(?:[^"]|"")*("|$)/g, (quoted) => ' '.repeat(quoted.length));
  return blank.search(/[\r\n]/);
}

function readable({ code, lines }: CsvError & { lines?: number }): InputError {
  const why: Record<string, string> = {
    CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
    CSV_MAX_RECORD_SIZE: `a record is longer than ${MAX_RECORD_CHARACTERS} characters; a quote may not be closed`,
    INVALID_OPENING_QUOTE: 'an unquoted field contains a quote',
    CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote',
  };
  return new InputError(`The CSV cannot be read at line ${lines}: ${why[code] ?? code}`, {
    hint: 'Quote fields that contain a quote, a delimiter or a line break, and double each quote inside.',
  });
}
