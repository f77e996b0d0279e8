import { createHash } from 'node:crypto';
import type { IAllExecuteFunctions, ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { TokenStore, Tokens } from '../../../auth/token-source.ts';
import { type Client, type ConnectOptions, connect } from '../../../connect.ts';
import { AuthenticationError, isOktaError } from '../../../errors/errors.ts';
import { type Authentication, CREDENTIALS, OPTIONS, PACKAGE } from '../names.ts';
import { connectionOf } from './connection.ts';
import { httpRequestTransport } from './transport.ts';

/** What of n8n's contexts a client needs; execute, poll, hooks and drop-downs all have it. */
export interface Context {
  getNode: IAllExecuteFunctions['getNode'];
  getCredentials(type: string, itemIndex?: number): Promise<ICredentialDataDecryptedObject>;
  helpers: Pick<IAllExecuteFunctions['helpers'], 'httpRequest' | 'refreshOAuth2Token'>;
}

interface Kept {
  client: Client;
  /** Of the run that used it last: another one's must not be used when that is over. */
  context: Context;
}

/** Clients outlive a run: what they learnt of the rate limits and their tokens serve the next one. */
const kept = new Map<string, Kept>();
const MAX_KEPT = 20;

/** How the node was told to behave. */
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

/** The client for a node's credential. @throws InputError for a credential that cannot work as it is. */
export async function clientOf(context: Context, itemIndex?: number): Promise<Client> {
  const node = context.getNode();
  const authentication = (node.parameters.authentication ?? 'token') as Authentication;
  const type = CREDENTIALS[authentication];
  const credential = await context.getCredentials(type, itemIndex);
  const connection = connectionOf(authentication, credential);
  const behaviour = behaviourOf(node.parameters);
  // A sign-in is somebody's: whoever signs in with the same app has another token, and so another client.
  const { access_token } = (credential.oauthTokenData ?? {}) as Record<string, unknown>;
  const key = createHash('sha256')
    .update(JSON.stringify([connection, behaviour, access_token]))
    .digest('base64');
  const found = kept.get(key);
  if (found) {
    found.context = context;
    // Used last, forgotten last.
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
 * The sign-in that n8n holds: it is read from the credential and renewed by n8n, which stores the result.
 * @param id of the credential: one renewal of it at a time.
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
    // n8n does not remember since when: Okta tells when it has run out.
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
        // Another run may have renewed it already.
        if ((await read()).accessToken === last) await renew(context(), type);
        last = (await read()).accessToken;
        return work();
      }),
  };
}

const turns = new Map<string, Promise<void>>();

/** One after the other for each id: Okta takes a refresh token once. */
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
