import { stat } from 'node:fs/promises';
import type { Connection } from '../auth/connection.ts';
import { connector } from '../connector.ts';
import { describeAuth } from '../manifest/manifest.ts';
import { fieldsOf } from '../schema/json-schema.ts';
import { membersOf } from '../schema/profile-attribute.ts';
import { note } from './output.ts';

type Auth = Connection['auth'];

/** The secret members of an auth, as its schema says, and the rest of it. */
export function splitSecrets(auth: Auth): { open: Auth; secrets: Record<string, unknown> } {
  const mode = connector.authModes.find(({ shape }) => shape.type.value === auth.type);
  const fields = mode ? fieldsOf(describeAuth(mode).fields) : [];
  const names = new Set(fields.flatMap(({ name, secret }) => (secret ? name : [])));
  const [secrets, open] = [true, false].map((isSecret) =>
    Object.fromEntries(Object.entries(auth).filter(([name]) => names.has(name) === isSecret)),
  );
  return { open: open as Auth, secrets: secrets ?? {} };
}

/** True where a connection, perhaps a wrong one, holds a secret. */
export function hasSecrets(connection: unknown): boolean {
  const auth = membersOf(membersOf(connection).auth) as unknown as Auth;
  return Object.keys(splitSecrets(auth).secrets).length > 0;
}

const told = new Set<string>();

/** Tells once where others can read a file of secrets. Windows has no such modes. */
export async function tellIfShared(file: string): Promise<void> {
  if (process.platform === 'win32' || told.has(file)) return;
  told.add(file);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile() || (found.mode & 0o077) === 0) return;
  const mode = (found.mode & 0o777).toString(8);
  note(`${file} holds secrets and others can read it (mode ${mode}): chmod 600 ${file}`);
}
