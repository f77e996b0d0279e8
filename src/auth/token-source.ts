import type { z } from 'zod';
import { orAborted } from '../http/abort.ts';
import type { Clock } from '../http/types.ts';
import type { tokensSchema } from './tokens.ts';

/** Tokens of one grant, as kept in memory, in a file or as `auth.tokens` of a connection. */
export type Tokens = z.output<typeof tokensSchema>;

/**
 * Where the tokens of one connection live. They are secrets, and may hold the private key that they are bound to.
 * `exclusively` must hold across everything that shares the place. An error that is no OktaError, or one that is `retryable`,
 * may pass.
 */
export interface TokenStore {
  read(): Promise<Tokens | undefined>;
  write(tokens: Tokens): Promise<void>;
  exclusively<T>(work: () => Promise<T>): Promise<T>;
}

/** Tokens for this process only. */
export function memoryTokenStore(initial?: Tokens): TokenStore {
  let tokens = initial;
  return {
    read: async () => tokens,
    write: async (next) => {
      tokens = next;
    },
    exclusively: (work) => work(),
  };
}

export interface TokenSource {
  /**
   * A token that is valid for the next minutes, or the current one until it expires while Okta issues no other. The signal
   * ends the wait, not the renewal: others wait for it too, and a rotated refresh token must be stored.
   */
  get(signal?: AbortSignal): Promise<Tokens>;
  /** Reports that Okta refused this access token: it is not handed out again. */
  drop(accessToken: string): void;
}

/** Renewed this long before the end at most: time to try again while the old token still works. */
const RENEW_EARLY_MS = 300_000;

/** Part of its life for which a token that lives for minutes only is renewed early. */
const RENEW_EARLY_PART = 0.1;

/** Part of that time over which processes that share a store are spread: the first one renews for all. */
const SPREAD = 0.2;

/** Pause before retrying to store tokens. */
const STORE_AGAIN_MS = 10_000;

/**
 * Hands out a cached token and renews it early. One renewal at a time, also across processes that share the store: a
 * process that waited for the lock reads what the other wrote. New tokens are stored before they are used, because the
 * old refresh token may be dead by then. If storing fails, they are used from memory and stored as soon as possible.
 * @param obtain gets new tokens; receives the latest known ones (for their refresh token).
 * @param notice called when tokens cannot be stored, and when they can be again.
 */
export function tokenSource(
  store: TokenStore,
  clock: Clock,
  obtain: (latest: Tokens | undefined) => Promise<Tokens>,
  notice: (message: string) => void = () => {},
): TokenSource {
  let cached: Tokens | undefined;
  let renewing: Promise<Tokens> | undefined;
  const spread = 1 - Math.random() * SPREAD;
  const dropped = new Set<string>();

  const good = (tokens: Tokens | undefined, forMs = 0): tokens is Tokens =>
    tokens !== undefined && !dropped.has(tokens.accessToken) && clock.now() < tokens.expiresAt - forMs;
  const earlyMs = ({ issuedAt = 0, expiresAt }: Tokens) =>
    spread * Math.min(RENEW_EARLY_MS, (expiresAt - issuedAt) * RENEW_EARLY_PART);
  const usable = (tokens: Tokens | undefined): tokens is Tokens =>
    tokens !== undefined && good(tokens, earlyMs(tokens));

  /** Tokens that could not be stored, and the access token of the older ones still in the store. */
  let unsaved: { tokens: Tokens; instead: string | undefined; again: number } | undefined;

  /** Call with the lock held: stores pending tokens and returns the latest. A sign-in stored meanwhile is newer and wins. */
  async function latestStored(): Promise<Tokens | undefined> {
    const stored = await store.read();
    if (!unsaved) return stored;
    const isNewest = stored?.accessToken === unsaved.instead;
    if (isNewest) await store.write(unsaved.tokens);
    const latest = isNewest ? unsaved.tokens : stored;
    unsaved = undefined;
    notice('The tokens of the sign-in are stored again');
    return latest;
  }

  function storeAgain(): void {
    if (!unsaved || renewing || clock.now() < unsaved.again) return;
    unsaved.again = clock.now() + STORE_AGAIN_MS;
    store.exclusively(latestStored).catch(() => {});
  }

  const renew = () =>
    store.exclusively(async () => {
      const latest = await latestStored();
      const isRenewed: boolean = usable(latest);
      if (latest && isRenewed) return latest;
      const isRefused = latest && dropped.has(latest.accessToken);
      // A refused token must not be tried by others, should the renewal fail. Most refresh tokens work once: whether the
      // next one can be stored is found out before this one is spent.
      if (latest && (isRefused || latest.refreshToken))
        await store.write(isRefused ? { ...latest, expiresAt: 0 } : latest);
      const next = await obtain(latest);
      try {
        await store.write(next);
        dropped.clear();
      } catch (error) {
        unsaved = { tokens: next, instead: latest?.accessToken, again: clock.now() + STORE_AGAIN_MS };
        notice(`${(error as Error).message}; the new tokens are kept in memory until they can be stored`);
      }
      return next;
    });

  return {
    async get(signal) {
      storeAgain();
      if (usable(cached)) return cached;
      let stored: Tokens | undefined;
      try {
        stored = await store.read();
        if (usable(stored)) {
          cached = stored;
          return stored;
        }
        renewing ??= renew().finally(() => {
          renewing = undefined;
        });
        cached = await orAborted(renewing, signal);
        return cached;
      } catch (error) {
        const still = [stored, cached].find((tokens) => good(tokens));
        if (still && !signal?.aborted) return still;
        throw error;
      }
    },
    drop(accessToken) {
      dropped.add(accessToken);
    },
  };
}
