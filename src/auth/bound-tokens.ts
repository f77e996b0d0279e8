import { createHash } from 'node:crypto';
import { InputError, isOktaError } from '../errors/errors.ts';
import type { TokenStore, Tokens } from './token-source.ts';

/** What tokens are stored with, so that they are used only for what they were issued for. Nothing of it can be read back. */
export const fingerprint = (...parts: unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** The store of a sign-in. It hands out only what was issued by this org for this app; 0.1.0 did not store for which. */
export function signInTokenStore(store: TokenStore, orgUrl: string, clientId: string): TokenStore {
  const ours = fingerprint(orgUrl, clientId);
  return {
    async read() {
      const stored = await store.read();
      return stored?.madeFor === undefined || stored.madeFor === ours ? stored : undefined;
    },
    write: (tokens) => store.write({ ...tokens, madeFor: ours }),
    exclusively: (work) => store.exclusively(work),
  };
}

/** What the tokens of a service app must have been issued for to be used. */
export interface ServiceTokensFor {
  scopes: readonly string[];
  /** Fingerprint of the connection. @throws InputError for a private key that cannot be used. */
  madeFor(): Promise<string>;
}

/**
 * The store of a service app. It hands out only what was issued for this very connection, with all its scopes: a scope that
 * was granted meanwhile is worth another token. Such tokens can be had again at any time, so a store that cannot be used is
 * done without, unless it holds something else.
 * @param notice told when that happens.
 */
export function serviceTokenStore(
  store: TokenStore,
  { scopes, madeFor }: ServiceTokensFor,
  notice: (message: string) => void = () => {},
): TokenStore {
  /** Tokens that could not be stored. */
  let unsaved: Tokens | undefined;
  let isTold = false;

  function tell(error: unknown): void {
    if (!isTold)
      notice(`${(error as Error).message}; the tokens of the service app are kept in memory for now`);
    isTold = true;
  }
  function tellOrThrow(error: unknown): void {
    if (isOktaError(error) && error.code === 'invalid_connection') throw error;
    tell(error);
  }

  return {
    async read() {
      const ours = await madeFor();
      try {
        const stored = await store.read();
        if (stored?.refreshToken) throw holdsSignIn();
        const isOurs = stored?.madeFor === ours && hasKey(stored) && hasScopes(stored, scopes);
        return isOurs && issuedAt(stored) > issuedAt(unsaved) ? stored : unsaved;
      } catch (error) {
        tellOrThrow(error);
        return unsaved;
      }
    },
    async write(tokens) {
      try {
        await store.write({ ...tokens, madeFor: await madeFor() });
        unsaved = undefined;
        isTold = false;
      } catch (error) {
        unsaved = tokens;
        tell(error);
      }
    },
    async exclusively(work) {
      let isLocked = false;
      try {
        return await store.exclusively(() => {
          isLocked = true;
          return work();
        });
      } catch (error) {
        if (isLocked) throw error;
        tellOrThrow(error);
        return work();
      }
    },
  };
}

const issuedAt = (tokens: Tokens | undefined) => (tokens ? (tokens.issuedAt ?? 0) : -1);

const hasKey = ({ tokenType, dpopKey }: Tokens) => tokenType === 'Bearer' || dpopKey !== undefined;

/** An answer without a scope grants what was asked for (RFC 6749, section 5.1). */
function hasScopes({ scope }: Tokens, asked: readonly string[]): boolean {
  const granted = scope.split(' ');
  return scope === '' || asked.every((one) => granted.includes(one));
}

const holdsSignIn = () =>
  new InputError('The token store holds a sign-in, which this service app would overwrite', {
    code: 'invalid_connection',
    hint: 'Give the service app a file or a store of its own.',
  });
