import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Connection, connectionSchema } from '../auth/connection.ts';
import { connectionFromEnvironment } from '../auth/environment.ts';
import { normalizeOrgUrl } from '../auth/org-url.ts';
import { didYouMean } from '../errors/did-you-mean.ts';
import { InputError } from '../errors/errors.ts';
import { writePrivateFile } from '../state/file-lock.ts';
import { configFolder } from './config-folder.ts';
import { deleteFromKeyring, fromKeyring, toKeyring } from './keyring.ts';
import { note } from './output.ts';
import { hasSecrets, splitSecrets, tellIfShared } from './secrets.ts';
import { UsageError } from './usage.ts';

export type SecretsPlace = 'keyring' | 'file';

/** A profile as it is stored: the secret members of `auth` are left out where the keyring has them. */
const profileSchema = z.object({
  orgUrl: z.string(),
  auth: z.looseObject({ type: z.string() }),
  secrets: z.enum(['keyring', 'file']),
});

type Profile = z.output<typeof profileSchema>;

const folder = () => join(configFolder(), 'profiles');
const fileOf = (name: string) => join(folder(), `${name}.json`);

/** @throws UsageError for a name that cannot be that of a file everywhere. */
export function assertProfileName(name: string): void {
  if (/^[a-z0-9][\w.-]{0,63}$/i.test(name) && !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) return;
  throw new UsageError('The name of a profile is made of letters, digits, "-", "_" and "."', {
    hint: 'For example okta-connector connect production.',
  });
}

/** The names of all profiles, in order. */
export async function profileNames(): Promise<string[]> {
  const names = await readdir(folder()).catch(() => []);
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** @throws InputError for a profile that does not exist or cannot be read. */
export async function readProfile(name: string): Promise<Profile> {
  assertProfileName(name);
  const file = fileOf(name);
  const text = await readFile(file, 'utf8').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw unreadable(file, error.code);
    const names = await profileNames();
    throw new InputError(`There is no profile ${name}${didYouMean(name, names)}`, {
      code: 'invalid_connection',
      hint: `${names.length > 0 ? `There are ${names.join(', ')}. ` : ''}"okta-connector connect ${name}" makes it.`,
    });
  });
  try {
    return profileSchema.parse(JSON.parse(text));
  } catch {
    throw unreadable(file, 'not a profile');
  }
}

const unreadable = (file: string, why = 'unknown reason') =>
  new InputError(`The profile ${file} cannot be read (${why})`, {
    code: 'invalid_connection',
    hint: 'Make it again with "okta-connector connect".',
  });

/**
 * The connection of a profile. A credential in the environment replaces its own; so does the whole connection of the
 * environment where that is of another org, unless the profile was chosen on this very command line.
 * @throws UsageError when flag and environment name two orgs; InputError for a profile that cannot be used.
 */
export async function connectionOfProfile(
  name: string,
  { isChosen }: { isChosen: boolean },
  env = process.env,
): Promise<Connection> {
  const profile = await readProfile(name);
  const { orgUrl } = profile;
  const { OKTA_CLIENT_ORGURL: other, OKTA_CLIENT_TOKEN: token, OKTA_CLIENT_PRIVATEKEY: key } = env;
  const isOther = Boolean(other) && normalizeOrgUrl(other ?? '').orgUrl !== orgUrl;
  if (isOther && isChosen) {
    throw new UsageError(`--profile ${name} is of ${orgUrl}, but OKTA_CLIENT_ORGURL names another org`, {
      hint: 'Unset OKTA_CLIENT_ORGURL, or leave out --profile.',
    });
  }
  if (isOther || token || key) {
    note(`The OKTA_CLIENT_… variables replace ${isOther ? '' : 'the credential of '}profile ${name}.`);
    return connectionFromEnvironment({ ...env, OKTA_CLIENT_ORGURL: other || orgUrl });
  }
  if (profile.secrets === 'file' && hasSecrets(profile)) await tellIfShared(fileOf(name));
  const secrets = profile.secrets === 'keyring' ? await secretsOf(name) : {};
  return { orgUrl, auth: { ...profile.auth, ...secrets } as Connection['auth'] };
}

async function secretsOf(name: string): Promise<Record<string, unknown>> {
  const text = await fromKeyring(name).catch((error: Error) => {
    throw new InputError(
      `The keyring of this system, which has the secrets of profile ${name}, cannot be read`,
      {
        code: 'invalid_connection',
        hint: `Unlock it (${error.message}), or make the profile again with "okta-connector connect ${name} --secrets file".`,
      },
    );
  });
  if (text !== undefined) return JSON.parse(text);
  throw new InputError(`The keyring of this system no longer has the secrets of profile ${name}`, {
    code: 'invalid_connection',
    hint: `Make it again with "okta-connector connect ${name}".`,
  });
}

/**
 * Saves a connection.
 * @param wanted where its secrets go; the keyring where there is one when left out.
 * @returns the file, and where the secrets went.
 */
export async function saveProfile(
  name: string,
  connection: Connection,
  wanted: SecretsPlace | undefined,
): Promise<{ file: string; secrets: SecretsPlace }> {
  const { orgUrl, auth } = connectionSchema.parse(connection);
  const { open, secrets } = splitSecrets(auth);
  const place = await placeOf(name, secrets, wanted);
  const file = fileOf(name);
  const profile: Profile = {
    orgUrl: normalizeOrgUrl(orgUrl).orgUrl,
    auth: place === 'keyring' ? open : auth,
    secrets: place,
  };
  await writePrivateFile(file, `${JSON.stringify(profile, undefined, 2)}\n`).catch((error) => {
    throw new InputError(`The profile ${file} cannot be written (${error.code})`);
  });
  return { file, secrets: place };
}

async function placeOf(name: string, secrets: object, wanted?: SecretsPlace): Promise<SecretsPlace> {
  if (wanted === 'file' || Object.keys(secrets).length === 0) {
    // An earlier one of this name may have left its own there.
    await deleteFromKeyring(name).catch(() => {});
    return 'file';
  }
  try {
    await toKeyring(name, JSON.stringify(secrets));
    return 'keyring';
  } catch (error) {
    if (wanted === undefined) return 'file';
    throw new InputError('This system has no keyring that takes the secrets', {
      code: 'invalid_connection',
      hint: `Leave out --secrets keyring: a file with mode 0600 is used then. (${(error as Error).message.split('\n')[0]})`,
    });
  }
}

/** Deletes a profile and its secrets. @throws InputError when there is none. */
export async function removeProfile(name: string): Promise<void> {
  const { secrets } = await readProfile(name);
  if (secrets === 'keyring') {
    await deleteFromKeyring(name).catch(() => note('The keyring cannot be opened: its entry remains.'));
  }
  await rm(fileOf(name));
}
