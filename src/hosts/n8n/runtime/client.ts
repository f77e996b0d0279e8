import { createHash } from 'node:crypto';
import type { IAllExecuteFunctions, ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { TokenStore, Tokens } from '../../../auth/token-source.ts';
import type { Client } from '../../../client.ts';
import { connect } from '../../../connect.ts';
import { AuthenticationError, isOktaError } from '../../../errors/errors.ts';
import type { ConnectOptions } from '../../../session/options.ts';
import { type Authentication, CREDENTIALS, OPTIONS, PACKAGE } from '../names.ts';
import { connectionOfCredential } from './connection.ts';
import { httpRequestTransport } from './transport.ts';

/** The part of n8n's contexts that a client needs; common to execute, poll, hooks and drop-downs. */
export interface Context {
  getNode: IAllExecuteFunctions['getNode'];
  getCredentials(type: string, itemIndex?: number): Promise<ICredentialDataDecryptedObject>;
  helpers: Pick<IAllExecuteFunctions['helpers'], 'httpRequest' | 'refreshOAuth2Token'>;
}

interface Kept {
  client: Client;
  /** Belongs to the run that used the client last; must not be used after that run has ended. */
  context: Context;
}

/** Clients outlive a run: the next run reuses their tokens and what they learned about rate limits. */
const kept = new Map<string, Kept>();
const MAX_KEPT = 20;

/** The options of the node. */
function behaviourOf(parameters: Record<string, unknown>): ConnectOptions {
  const { maxWaitSeconds, rateLimitPercent } = (parameters[OPTIONS] ?? {}) as Record<string, unknown>;
  const maxWaitMs = typeof maxWaitSeconds === 'number' ? maxWaitSeconds * 1_000 : 65_000;
  return {
    maxWaitMs,
    deadlineMs: maxWaitMs + 90_000,
    rateLimitShare: typeof rateLimitPercent === 'number' ? rateLimitPercent / 100 : 0.8,
    userAgent: PACKAGE,
  };
}

/** The client for a node's credential. @throws InputError for an invalid credential. */
export async function clientOf(context: Context, itemIndex?: number): Promise<Client> {
  const node = context.getNode();
  const authentication = (node.parameters.authentication ?? 'token') as Authentication;
  const type = CREDENTIALS[authentication];
  const credential = await context.getCredentials(type, itemIndex);
  const connection = connectionOfCredential(authentication, credential);
  const behaviour = behaviourOf(node.parameters);
  // A sign-in belongs to one user: another user of the same app has a different token and needs a separate client.
  const { access_token } = (credential.oauthTokenData ?? {}) as Record<string, unknown>;
  const key = createHash('sha256')
    .update(JSON.stringify([connection, behaviour, access_token]))
    .digest('base64');
  const found = kept.get(key);
  if (found) {
    found.context = context;
    // Moves the client to the end: the least recently used one is dropped first.
    kept.delete(key);
    kept.set(key, found);
    return found.client;
  }
  const id = JSON.stringify([connection, node.credentials?.[type]?.id]);
  const made: Kept = {
    context,
    client: connect(connection, {
      ...behaviour,
      transport: httpRequestTransport(() => (options) => made.context.helpers.httpRequest(options)),
      tokens: authentication === 'signIn' ? signIn(() => made.context, type, id) : undefined,
    }),
  };
  kept.set(key, made);
  for (const oldest of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(oldest);
  }
  return made.client;
}

/**
 * The sign-in stored by n8n: read from the credential and renewed by n8n, which stores the result.
 * @param id the id of the credential: only one renewal runs at a time.
 */
function signIn(context: () => Context, type: string, id: string): TokenStore {
  const read = async (): Promise<Tokens> => {
    const { oauthTokenData } = await context().getCredentials(type);
    const { access_token, scope } = (oauthTokenData ?? {}) as Record<string, unknown>;
    if (typeof access_token !== 'string') {
      throw new AuthenticationError('This credential has not been signed in yet', {
        hint: 'Open the credential in n8n and connect it.',
      });
    }
    // n8n does not store the issue time: Okta's answer reveals when the token has expired.
    const expiresAt = Number.MAX_SAFE_INTEGER;
    return { accessToken: access_token, tokenType: 'Bearer', expiresAt, scope: String(scope ?? '') };
  };
  let last: string | undefined;
  return {
    async read() {
      const tokens = await read();
      last ??= tokens.accessToken;
      return tokens;
    },
    write: async () => {},
    exclusively: (work) =>
      inTurn(id, async () => {
        // Another run may already have renewed it.
        if ((await read()).accessToken === last) await renew(context(), type);
        last = (await read()).accessToken;
        return work();
      }),
  };
}

const turns = new Map<string, Promise<void>>();

/** Serializes calls with the same id: Okta accepts a refresh token only once. */
function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
  const done = (turns.get(id) ?? Promise.resolve()).then(work);
  const over: Promise<void> = done
    .then(
      () => {},
      () => {},
    )
    .then(() => {
      if (turns.get(id) === over) turns.delete(id);
    });
  turns.set(id, over);
  return done;
}

async function renew(context: Context, type: string): Promise<void> {
  try {
    await context.helpers.refreshOAuth2Token.call(context as IAllExecuteFunctions, type);
  } catch (error) {
    if (isOktaError(error)) throw error;
    throw new AuthenticationError(`The sign-in could not be renewed: ${(error as Error).message}`, {
      hint: 'Connect the credential in n8n again; offline_access must be among its scopes.',
    });
  }
}
