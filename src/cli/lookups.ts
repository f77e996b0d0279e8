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

/** Prints the profile attributes; `[]` where the connection may not read them, or Okta names none. */
export async function fields(flags: ConnectionFlags & { type: string }): Promise<void> {
  const client = await openClient(flags);
  try {
    const attributes = await client.fields(flags.type);
    if (!attributes)
      note(
        'There is no schema that this connection can read (scope okta.schemas.read, and a role that allows it): profiles are free form.',
      );
    await printJson(attributes ?? []);
  } finally {
    client.close();
  }
}
