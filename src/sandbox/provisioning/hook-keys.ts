import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

const path = '/api/v1/hook-keys';

/** Keys with which Okta proves to an inline hook who it is. Only the public half is ever shown. */
export const hookKeyKind = defineKind({
  path,
  param: 'id',
  prefix: 'HKY',
  type: 'HookKey',
  scope: 'okta.inlineHooks',
  make(_, body) {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { kty, e, n } = publicKey.export({ format: 'jwk' });
    const keyId = randomUUID();
    return {
      keyId,
      name: nameIn(body),
      isUsed: false,
      key: { kty, alg: 'RSA', kid: keyId, use: null, e, n },
    };
  },
  change: (_, body, known) => ({ ...known.body, name: nameIn(body) }),
  view(call, object) {
    const { key, _links, ...members } = plainView(call, hookKeyKind, object);
    return { ...members, ...(call.method === 'GET' ? {} : { _embedded: key }) };
  },
  events: {
    create: 'system.hook.key.created',
    update: 'system.hook.key.updated',
    delete: 'system.hook.key.deleted',
  },
});

export const hookKeyEndpoints: Endpoint[] = [
  { method: 'GET', path: `${path}/public/:keyId`, scope: 'okta.inlineHooks.read', handle: readPublicKey },
];

function nameIn({ name }: Json): string {
  if (typeof name === 'string' && name.trim() !== '') return name;
  throw invalid('name', 'name: The field cannot be left blank');
}

function readPublicKey({ org, params }: Call): Answer {
  const found = [...org.objects.of(path)].find(({ body }) => body.keyId === params.keyId);
  if (!found) throw notFound(String(params.keyId), 'HookKey');
  return ok(found.body.key);
}
