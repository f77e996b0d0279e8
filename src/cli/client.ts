import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from '../auth/connection.ts';
import { parseConnection } from '../auth/connection.ts';
import { connectionFromEnvironment } from '../auth/environment.ts';
import { type Client, connect } from '../connect.ts';
import { InputError } from '../errors/errors.ts';
import { note } from './output.ts';

/** Flags of every command that talks to an org. */
export interface ConnectionFlags {
  connection?: string;
  tokens?: string;
  timeout?: number;
  log?: string;
  logPersonalData?: boolean;
  verbose?: boolean;
}

/** The connection of `--connection FILE`, or of the environment. */
export async function readConnection({ connection: file }: ConnectionFlags): Promise<Connection> {
  if (file === undefined) return connectionFromEnvironment() as Connection;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The connection file ${file} cannot be read (${error.code})`, {
      code: 'invalid_connection',
    });
  });
  return parseJson(text, `The connection file ${file}`) as Connection;
}

/** Parses JSON that a person wrote; the error names the source and never repeats the text. */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const where = /position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    throw new InputError(`${source} is not valid JSON${where ? ` at ${where}` : ''}`, {
      hint: 'Check quotes and commas.',
    });
  }
}

/** Where the tokens of a sign-in are kept unless `--tokens` says otherwise: one file an org and client. */
export function tokenFileOf(connection: Connection, flags: ConnectionFlags): string | undefined {
  const { orgUrl, auth } = parseConnection(connection);
  if (auth.type !== 'authorization_code') return undefined;
  if (flags.tokens !== undefined) return flags.tokens;
  const name = createHash('sha256').update(`${orgUrl}\n${auth.clientId}`).digest('hex').slice(0, 16);
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'okta-connector', `tokens-${name}.json`);
}

/** A client as the flags describe it. */
export async function openClient(flags: ConnectionFlags): Promise<Client> {
  const connection = await readConnection(flags);
  const { log, timeout } = flags;
  if (timeout !== undefined && !(timeout > 0))
    throw new InputError('--timeout must be a number of seconds above 0');
  return connect(connection, {
    tokens: tokenFileOf(connection, flags),
    attemptTimeoutMs: timeout && timeout * 1000,
    progress: flags.verbose || process.stderr.isTTY ? (message) => note(`… ${message}`) : undefined,
    requestLog: log ? (entry) => writeLine(log, JSON.stringify(entry)) : undefined,
    logPersonalData: flags.logPersonalData,
  });
}

function writeLine(file: string, line: string): void {
  if (file === '-') note(line);
  else appendFileSync(file, `${line}\n`, { mode: 0o600 });
}
