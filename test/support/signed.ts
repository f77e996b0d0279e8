import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { Fixture } from './fixture.ts';

/** What recordings have in the place of a value that is secret or new each time. */
const SCRUBBED = 'scrubbed';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const partOf = (token: string, at: number): string =>
  Buffer.from(token.split('.')[at] ?? '', 'base64url').toString('utf8');

/**
 * Replaces tokens in JSON: an ID token by its claims, the assertion of a client by the name of its key. What is random in them
 * is scrubbed.
 */
export const unsigned = (json: string): string =>
  json
    .replace(/"(id_token|idToken)":"(eyJ[^"]+)"/g, (_, name, token) => `"${name}":${partOf(token, 1)}`)
    .replace(/"client_assertion":"(eyJ[^"]+)"/g, (_, token) => `"client_assertion":${partOf(token, 0)}`)
    .replace(/"(at_hash|jti)":"[^"]+"/g, `"$1":"${SCRUBBED}"`);

let pair: { publicKey: object; privateKey: string } | undefined;

/** The key of all issuers and clients of recordings. */
function replayKey() {
  if (pair) return pair;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  pair = {
    publicKey: { ...jwk, kid: SCRUBBED, alg: 'RS256', use: 'sig' },
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  return pair;
}

type Claims = Record<string, unknown>;

function signed(claims: Claims, accessToken: string): string {
  const half = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
  const body = part({ ...claims, ...(claims.at_hash ? { at_hash: half } : {}) });
  const data = `${part({ alg: 'RS256', kid: SCRUBBED })}.${body}`;
  return `${data}.${sign('sha256', Buffer.from(data), replayKey().privateKey).toString('base64url')}`;
}

/** A recording with tokens again, signed anew: they must pass the same checks as those that were recorded. */
export function signedAgain(fixture: Fixture): Fixture {
  const { input, exchanges, output } = fixture;
  let idToken: string | undefined;
  const answered = exchanges.map((exchange) => {
    const response = exchange.response as { id_token?: Claims; access_token?: string } | undefined;
    if (/^\/oauth2\/(\w+\/)?v1\/keys$/.test(exchange.path)) {
      return { ...exchange, response: { keys: [replayKey().publicKey] } };
    }
    if (typeof response?.id_token !== 'object') return exchange;
    idToken = signed(response.id_token, String(response.access_token));
    return { ...exchange, response: { ...response, id_token: idToken } };
  });
  return {
    ...fixture,
    input: input.privateKey === SCRUBBED ? { ...input, privateKey: replayKey().privateKey } : input,
    exchanges: answered,
    output:
      typeof (output as Claims | undefined)?.idToken === 'object'
        ? { ...(output as Claims), idToken }
        : output,
  };
}

/** Random bytes that are the same for each client. */
export function fixedRandom(): (bytes: number) => Uint8Array {
  let count = 0;
  return (bytes) => {
    count += 1;
    return createHash('shake256', { outputLength: bytes }).update(String(count)).digest();
  };
}
