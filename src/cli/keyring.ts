/** The part of `@napi-rs/keyring` that is used. */
interface Entry {
  setPassword(secret: string): Promise<void>;
  getPassword(): Promise<string | null>;
  deletePassword(): Promise<boolean>;
}

interface Keyring {
  AsyncEntry: new (service: string, user: string, options: object) => Entry;
}

/**
 * The entry of a profile in the system's keyring (Keychain, Credential Manager, Secret Service).
 * @throws when the optional package is not installed, or the system has no keyring.
 */
async function entryOf(profile: string): Promise<Entry> {
  // Not a literal, because the package is optional: there may be no types to check it against.
  const name: string = '@napi-rs/keyring';
  const { AsyncEntry } = (await import(name)) as Keyring;
  // Without this, Linux without a Secret Service would keep the secret in the kernel, which forgets it at a restart.
  return new AsyncEntry('okta-connector', profile, { linux: { store: 'secret-service' } });
}

/** Stores a secret text. @throws when there is no keyring, or it rejects the text. */
export async function toKeyring(profile: string, secret: string): Promise<void> {
  const entry = await entryOf(profile);
  await entry.setPassword(secret);
  if ((await entry.getPassword()) !== secret) throw new Error('the keyring does not hold what it took');
}

/** The secret text of a profile; undefined where the keyring has none. @throws when there is no keyring. */
export const fromKeyring = async (profile: string): Promise<string | undefined> =>
  (await (await entryOf(profile)).getPassword()) ?? undefined;

/** Deletes the secret of a profile. @throws when there is no keyring. */
export async function deleteFromKeyring(profile: string): Promise<void> {
  await (await entryOf(profile)).deletePassword();
}
