import { InputError } from '../../errors/errors.ts';

/** A table of names, ready to be looked up. */
export interface Lookup {
  /** The value; undefined if the table lacks the name. */
  find(name: string): unknown;
  /** As written, for suggestions. */
  names: readonly string[];
}

/** The first characters of a text; a character is never cut in half. */
export const cut = (text: string, maxLength: number | undefined): string =>
  maxLength === undefined || text.length <= maxLength ? text : Array.from(text).slice(0, maxLength).join('');

/** What two names have in common that count as one. */
const plain = (name: string) => name.normalize('NFC').trim().toLowerCase();

/**
 * A table whose names compare without case and surrounding blanks.
 * @param maxLength names are cut to this length first, as the texts that are looked up are.
 * @throws InputError when two names are one then.
 */
export function lookupOf(entries: Iterable<readonly [string, unknown]>, maxLength?: number): Lookup {
  const table = new Map<string, { name: string; value: unknown }>();
  const problems: string[] = [];
  const keyOf = (name: string) => plain(cut(name.trim(), maxLength));
  for (const [name, value] of entries) {
    const key = keyOf(name);
    const other = table.get(key);
    const after = maxLength === undefined ? '' : ` after the cut to ${maxLength} characters`;
    if (key === '') problems.push('a name is empty');
    else if (other) problems.push(`"${other.name}" and "${name}" are the same name${after}`);
    else table.set(key, { name, value });
  }
  if (problems.length > 0) {
    throw new InputError('Names of the table are not clear', {
      causes: problems,
      hint: 'Names compare without case and surrounding blanks.',
    });
  }
  return {
    find: (name) => table.get(keyOf(name))?.value,
    names: [...table.values()].map(({ name }) => name),
  };
}
