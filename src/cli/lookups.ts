import { type ConnectionFlags, openClient } from './client.ts';
import { note, printJson } from './output.ts';

/** Prints one page of a drop-down. */
export async function options(
  key: string,
  flags: ConnectionFlags & { search?: string; cursor?: string },
): Promise<void> {
  const client = await openClient(flags);
  try {
    await printJson(await client.options(key, { search: flags.search, cursor: flags.cursor }));
  } finally {
    client.close();
  }
}

/** Prints the attributes; `[]` when the connection may not read them, or Okta defines none. */
export async function fields(flags: ConnectionFlags & { type: string; resource: string }): Promise<void> {
  const client = await openClient(flags);
  try {
    const attributes = await client.fields(flags.type, { resource: flags.resource });
    if (!attributes)
      note(
        'This connection cannot read the schema (it needs scope okta.schemas.read and a role that allows it), so profiles are not checked.',
      );
    await printJson(attributes ?? []);
  } finally {
    client.close();
  }
}
