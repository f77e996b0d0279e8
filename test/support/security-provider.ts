import { generateKeyPairSync } from 'node:crypto';
import type { Org } from './arrange.ts';

/** Who reports events in scenarios. */
export const PROVIDER_ISSUER = 'https://edr.acme.test';

/** Registers a security events provider whose keys the sandbox is given. @throws NeedsSandbox on a real org. */
export async function securityProvider(org: Org): Promise<{ id: string; privateKey: string }> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const url = `${PROVIDER_ISSUER}/keys`;
  const key = { ...publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'RS256', use: 'sig' };
  await org.control('PUT', '/signals/keys', { url, keys: [key] });
  const settings = { issuer: PROVIDER_ISSUER, jwks_url: url };
  const body = { name: org.named('EDR'), type: 'edr', settings };
  const { id } = await org.api('POST', '/api/v1/security-events-providers', body);
  return { id, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
