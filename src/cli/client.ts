import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../auth/connection.ts';
import { parseConnection } from '../auth/connection.ts';
import { connectionFromEnvironment } from '../auth/environment.ts';
import type { Client } from '../client.ts';
import { connect, connectOffline } from '../connect.ts';
import { InputError } from '../errors/errors.ts';
import type { ConnectOptions } from '../session/options.ts';
import { parseJson } from '../text/json.ts';
import { logLinesTo } from './log-lines.ts';
import { note } from './output.ts';
import { hasSecrets, tellIfShared } from './secrets.ts';

/** Flags of every command that uses an org. */
export interface ConnectionFlags {
  profile?: string;
  connection?: string;
  tokens?: string;
  budget?: string;
  rateLimitShare?: number;
  timeout?: number;
  log?: string;
  logPersonalData?: boolean;
  verbose?: boolean;
}

/** The connection of `--connection FILE`, of a profile, or of the environment. */
export async function readConnection({ connection: file, profile }: ConnectionFlags): Promise<Connection> {
  if (file !== undefined) return readConnectionFile(file);
  const name = profile ?? (process.env.OKTA_CONNECTOR_PROFILE || undefined);
  if (name === undefined) return connectionFromEnvironment();
  const { connectionOfProfile } = await import('./profiles.ts');
  return connectionOfProfile(name, { isChosen: profile !== undefined });
}

async function readConnectionFile(file: string): Promise<Connection> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The connection file ${file} cannot be read (${error.code})`, {
      code: 'invalid_connection',
      hint: 'Check the file name of --connection.',
    });
  });
  const code = 'invalid_connection';
  const connection = parseJson(text, `The connection file ${file}`, InputError, { code }) as Connection;
  if (hasSecrets(connection)) await tellIfShared(file);
  return connection;
}

/**
 * Where tokens are kept: in the file of `--tokens`; without it those of a sign-in in one for each org and client, those of a
 * service app in memory.
 */
export function tokenFileOf(connection: Connection, flags: ConnectionFlags): string | undefined {
  const { orgUrl, auth } = parseConnection(connection);
  if (flags.tokens !== undefined || auth.type !== 'authorization_code') return flags.tokens;
  const name = createHash('sha256').update(`${orgUrl}\n${auth.clientId}`).digest('hex').slice(0, 16);
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'okta-connector', `tokens-${name}.json`);
}

/** A client configured by the flags. */
export async function openClient(flags: ConnectionFlags, more: ConnectOptions = {}): Promise<Client> {
  return clientWith(await readConnection(flags), flags, more);
}

/** A client for one operation: one that is offline needs no connection. */
export const openClientFor = async (
  { offline }: { offline?: true },
  flags: ConnectionFlags,
  more: ConnectOptions = {},
): Promise<Client> => (offline ? connectOffline({ notice: note, ...more }) : openClient(flags, more));

/**
 * A client that is opened when first needed, for commands that may end before that.
 * @param operation as in `openClientFor`.
 */
export function clientOnDemand(flags: ConnectionFlags, operation: { offline?: true } = {}) {
  let client: Client | undefined;
  return {
    open: async () => {
      client ??= await openClientFor(operation, flags);
      return client;
    },
    close: () => client?.close(),
  };
}

/** A client of this connection, configured by the flags. */
export async function clientWith(
  connection: Connection,
  flags: ConnectionFlags,
  more: ConnectOptions = {},
): Promise<Client> {
  const { log, timeout } = flags;
  const tokens = tokenFileOf(connection, flags);
  if (tokens !== undefined) await tellIfShared(tokens);
  return connect(connection, {
    tokens,
    budget: flags.budget ?? (process.env.OKTA_CONNECTOR_BUDGET || undefined),
    rateLimitShare: flags.rateLimitShare,
    attemptTimeoutMs: timeout && timeout * 1000,
    notice: note,
    progress: flags.verbose || process.stderr.isTTY ? (message) => note(`… ${message}`) : undefined,
    requestLog: log ? logLinesTo(log) : undefined,
    logPersonalData: flags.logPersonalData,
    ...more,
  });
}
