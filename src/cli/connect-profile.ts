import { readFile } from 'node:fs/promises';
import { type Connection, parseConnection } from '../auth/connection.ts';
import { normalizeOrgUrl } from '../auth/org-url.ts';
import { askOpenly, askSecret } from './ask.ts';
import { assertWorks, printReport } from './check.ts';
import { clientWith, readConnection } from './client.ts';
import { signInHere } from './login.ts';
import { note, printJson } from './output.ts';
import { assertProfileName, type SecretsPlace, saveProfile } from './profiles.ts';
import { onInterrupt } from './signals.ts';
import { UsageError } from './usage.ts';

interface ConnectFlags {
  orgUrl?: string;
  auth?: Connection['auth']['type'];
  clientId?: string;
  scopes?: string;
  keyId?: string;
  privateKeyFile?: string;
  redirectUri?: string;
  connection?: string;
  secrets?: SecretsPlace;
  check: boolean;
  json?: boolean;
}

/** Makes a connection from flags, environment and answers, tests it and saves it under a name. */
export async function connectProfile(name: string, flags: ConnectFlags): Promise<void> {
  assertProfileName(name);
  const { connection: file } = flags;
  const connection = file === undefined ? await composed(flags) : await readConnection({ connection: file });
  const { corrections } = parseConnection(connection);
  for (const one of corrections) note(`Org URL: ${one}`);
  if (flags.check) {
    if (connection.auth.type === 'authorization_code') await signInHere(connection, { open: true });
    await assertConnects(connection, flags);
  }
  const saved = await saveProfile(name, connection, flags.secrets);
  const where = saved.secrets === 'keyring' ? 'its secrets are in the keyring' : 'readable by you only';
  if (flags.json || !process.stdout.isTTY) return printJson({ ok: true, profile: name, ...saved });
  note(`Saved as ${name} in ${saved.file} (${where}).\nUse it: okta-connector whoami --profile ${name}`);
}

async function assertConnects(connection: Connection, { json }: ConnectFlags): Promise<void> {
  const client = await clientWith(connection, {});
  try {
    const report = await client.test({ signal: onInterrupt() });
    if (!json && process.stdout.isTTY) await printReport(report, {});
    assertWorks(report);
  } finally {
    client.close();
  }
}

async function composed(flags: ConnectFlags): Promise<Connection> {
  const orgUrl =
    flags.orgUrl ??
    (process.env.OKTA_CLIENT_ORGURL ||
      (await askOpenly({ words: 'Org URL', instead: '--org-url or OKTA_CLIENT_ORGURL' })));
  // What the environment has for another org must not reach this one.
  const { OKTA_CLIENT_ORGURL: other } = process.env;
  const isSame = !other || normalizeOrgUrl(other).orgUrl === normalizeOrgUrl(orgUrl).orgUrl;
  const value = (variable: string) => (isSame && process.env[`OKTA_CLIENT_${variable}`]?.trim()) || undefined;
  const auth = await authOf(flags, value);
  return { orgUrl, auth } as Connection;
}

async function authOf(
  flags: ConnectFlags,
  value: (variable: string) => string | undefined,
): Promise<unknown> {
  const { keyId = value('KEYID'), privateKeyFile } = flags;
  const clientId = async () =>
    flags.clientId ??
    value('CLIENTID') ??
    (await askOpenly({ words: 'Client ID', instead: '--client-id or OKTA_CLIENT_CLIENTID' }));
  const scopes = async () => {
    const text =
      flags.scopes ??
      value('SCOPES') ??
      (await askOpenly({ words: 'Scopes, with commas', instead: '--scopes or OKTA_CLIENT_SCOPES' }));
    return text.split(/[\s,]+/).filter(Boolean);
  };
  const type = flags.auth ?? (await typeOf(flags, value));
  if (type === 'api_token') {
    const token = value('TOKEN') ?? (await askSecret({ words: 'API token', instead: 'OKTA_CLIENT_TOKEN' }));
    // Okta's own examples write it with the name of its scheme.
    return { type, token: token.replace(/^SSWS\s+/i, '') };
  }
  if (type === 'client_credentials') {
    const named = { type, clientId: await clientId(), scopes: await scopes(), ...(keyId ? { keyId } : {}) };
    const instead = '--private-key-file or OKTA_CLIENT_PRIVATEKEY';
    const privateKey = privateKeyFile
      ? await readKey(privateKeyFile)
      : (value('PRIVATEKEY') ?? (await askSecret({ words: 'Private key (in one line: base64)', instead })));
    return { ...named, privateKey };
  }
  const { redirectUri = 'http://127.0.0.1:8484/callback' } = flags;
  const clientSecret = value('CLIENTSECRET');
  return {
    type,
    clientId: await clientId(),
    scopes: await scopes(),
    redirectUri,
    ...(clientSecret ? { clientSecret } : {}),
  };
}

/** How to connect, where no flag says so. */
async function typeOf(
  flags: ConnectFlags,
  value: (variable: string) => string | undefined,
): Promise<Connection['auth']['type']> {
  if (flags.privateKeyFile || value('PRIVATEKEY')) return 'client_credentials';
  if (flags.redirectUri) return 'authorization_code';
  if (value('TOKEN') || !process.stdin.isTTY) return 'api_token';
  const words = 'Connect with 1 an API token, 2 a service app (private key), 3 a sign-in in the browser [1]';
  const answer = await askOpenly({ words, instead: '--auth' });
  const type = { '': 'api_token', 1: 'api_token', 2: 'client_credentials', 3: 'authorization_code' }[answer];
  if (type === undefined) throw new UsageError('Answer 1, 2 or 3');
  return type as Connection['auth']['type'];
}

const readKey = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The private key ${file} cannot be read (${error.code})`, {
      hint: 'Check the file name of --private-key-file.',
    });
  });
