import { readFile } from 'node:fs/promises';
import { InputError } from '../../errors/errors.ts';
import { parseJson } from '../../text/json.ts';

/** Reads a file with a list of schemas. @throws InputError when it cannot be read, and as `scimSchemasIn`. */
export async function readScimSchemas(file: string): Promise<unknown[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The file of schemas ${file} cannot be read (${error.code})`, {
      hint: 'Check its name and its permissions.',
    });
  });
  return scimSchemasIn(text, `The file of schemas ${file}`);
}

/** A list of schemas, written by hand as JSON. @throws InputError that names the source when it is none. */
export function scimSchemasIn(text: string, source: string): unknown[] {
  const read = parseJson(text, source, InputError);
  if (Array.isArray(read)) return read;
  throw new InputError(`${source} must have a list of schemas`, {
    hint: 'Write [{ "id": "urn:acme:scim:User", "attributes": [{ "name", "type" }] }].',
  });
}
