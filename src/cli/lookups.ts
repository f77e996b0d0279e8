import { type ConnectionFlags, openClient } from './client.ts';
import { note, printJson } from './output.ts';
import { printItems } from './table.ts';
import { UsageError } from './usage.ts';

/** Prints one page of a drop-down. */
export async function options(
  key: string,
  inputs: string[],
  flags: ConnectionFlags & { search?: string; cursor?: string; json?: boolean },
): Promise<void> {
  const client = await openClient(flags);
  try {
    const page = await client.options(key, {
      ...{ search: flags.search, cursor: flags.cursor },
      within: Object.fromEntries(inputs.map(namedValue)),
    });
    if (flags.json || !process.stdout.isTTY) return printJson(page);
    await printItems(page.items, flags);
    if (page.cursor) note(`There are more: add --cursor ${page.cursor}`);
  } finally {
    client.close();
  }
}

/** Prints the attributes; `[]` when the connection may not read them, or Okta defines none. */
export async function fields(
  flags: ConnectionFlags & { type: string; resource: string; json?: boolean },
): Promise<void> {
  const client = await openClient(flags);
  try {
    const attributes = await client.fields(flags.type, { resource: flags.resource });
    if (!attributes)
      note(
        'This connection cannot read the schema (it needs scope okta.schemas.read and a role that allows it), so profiles are not checked.',
      );
    await printItems(attributes ?? [], flags);
  } finally {
    client.close();
  }
}

/** `userId=ana@acme.test` */
function namedValue(pair: string): [name: string, value: string] {
  const [, name, value] = /^(\w+)=(.+)$/.exec(pair) ?? [];
  if (name && value) return [name, value];
  throw new UsageError(`${pair} is not name=value`, { hint: 'Write for example userId=ana.ruiz@acme.test.' });
}
