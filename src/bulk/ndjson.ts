import { InputError } from '../errors/errors.ts';
import { MAX_RECORD_CHARACTERS } from '../text/csv.ts';

/**
 * The lines of a text, without empty ones.
 * @throws InputError for a line longer than `maxCharacters`.
 */
export async function* linesOf(text: AsyncIterable<string>, maxCharacters: number): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of text) {
    const lines = chunk.split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield line;
    if (rest.length > maxCharacters) {
      throw new InputError(`A line is longer than ${maxCharacters} characters`, {
        hint: 'NDJSON is one JSON object a line.',
      });
    }
  }
  if (rest.trim() !== '') yield rest;
}

/**
 * The objects of an NDJSON text; an InputError for each invalid line.
 * @param onText told each line right before its object is yielded.
 */
export async function* readNdjson(
  text: AsyncIterable<string>,
  onText?: (text: string) => void,
): AsyncGenerator<Record<string, unknown> | InputError> {
  for await (const line of linesOf(text, MAX_RECORD_CHARACTERS)) {
    onText?.(line);
    yield objectOf(line);
  }
}

function objectOf(line: string): Record<string, unknown> | InputError {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    return new InputError('The line is not a JSON object', { hint: 'NDJSON is one JSON object a line.' });
  } catch {
    return new InputError('The line is not valid JSON', { hint: 'NDJSON is one JSON object a line.' });
  }
}
