import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Connection } from '../auth/connection.ts';
import { InputError } from '../errors/errors.ts';
import type { SecretReference } from './file-parts.ts';
import type { DeclaredConnection } from './file-schema.ts';

const run = promisify(execFile);
/** How long a command may take that prints a secret. */
const COMMAND_MS = 10_000;

/**
 * The secret that a reference leads to, without white space around it.
 * @throws InputError naming the reference, never what a command printed.
 */
export async function secretValue(reference: SecretReference): Promise<string> {
  const value = (await read(reference)).trim();
  if (value === '') throw unreadable(reference, 'is empty');
  return value;
}

async function read(reference: SecretReference): Promise<string> {
  if ('env' in reference) {
    const value = process.env[reference.env];
    if (value === undefined) throw unreadable(reference, 'is not set');
    return value;
  }
  try {
    if ('file' in reference) return await readFile(reference.file, 'utf8');
    const [program = '', ...args] = reference.command;
    const { stdout } = await run(program, args, { timeout: COMMAND_MS, maxBuffer: 1_048_576 });
    return stdout;
  } catch (error) {
    const { code, killed } = error as NodeJS.ErrnoException & { killed?: boolean };
    throw unreadable(reference, killed ? `took longer than ${COMMAND_MS / 1_000} s` : `failed (${code})`);
  }
}

function unreadable(reference: SecretReference, why: string): InputError {
  const place =
    'env' in reference
      ? `The environment variable ${reference.env}`
      : 'file' in reference
        ? `Reading the file ${reference.file}`
        : `The command ${reference.command[0]}`;
  return new InputError(`${place} of a secret ${why}`, {
    code: 'invalid_connection',
    hint: 'Secrets are read by the worker, on its machine and with its environment.',
  });
}

/** The connection as the client takes it, with its secret. @throws InputError like secretValue. */
export async function connectionWithSecret({ orgUrl, auth }: DeclaredConnection): Promise<Connection> {
  if (auth.type === 'api_token') return { orgUrl, auth: { ...auth, token: await secretValue(auth.token) } };
  return { orgUrl, auth: { ...auth, privateKey: await secretValue(auth.privateKey) } };
}
