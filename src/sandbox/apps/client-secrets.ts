import { createHash } from 'node:crypto';
import { invalid } from '../errors.ts';
import type { Call } from '../http.ts';
import { listPath, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { OAuthClient } from '../oauth/client.ts';
import type { Org } from '../org.ts';
import { randomSecret } from '../random.ts';
import { appById } from './apps.ts';

const subject = 'OAuth2ClientSecretMediated';
const minimumLength = 14;
const maximumSecrets = 2;

/** The secrets of an app's OAuth client: the one it began with, and one more while they are exchanged. */
export const clientSecretKind = defineKind({
  ...{ path: '/api/v1/apps/:appId/credentials/secrets', param: 'secretId', prefix: 'ocs' },
  ...{ type: 'OAuth2ClientSecret', scope: 'okta.apps', serves: ['list', 'read', 'create', 'delete'] },
  created: 201,
  guard: firstSecret,
  make(call, { client_secret = randomSecret(48), status = 'ACTIVE' }) {
    if (secretsOf(call).length >= maximumSecrets)
      throw invalid(subject, "You've reached the maximum number of client secrets per client.");
    if (typeof client_secret !== 'string' || client_secret.length < minimumLength) {
      const cause = `'client_secret' must be at least '${minimumLength}' characters long.`;
      throw invalid('client_secret', `client_secret: ${cause}`);
    }
    return { status, client_secret };
  },
  view(call, object) {
    const { _links, ...members } = plainView(call, clientSecretKind, object);
    const { self, ...transitions } = _links as Record<string, unknown>;
    const secret_hash = createHash('md5').update(String(object.body.client_secret)).digest('base64url');
    return { ...members, secret_hash, _links: transitions };
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object' },
    deactivate: {
      ...{ status: 'INACTIVE', answers: 'object' },
      also(call, { id, list }) {
        if (secretsOf(call).some(({ body }) => body.status === 'ACTIVE')) return;
        const secret = call.org.objects.get(list, id) as StoredObject;
        call.org.objects.put({ ...secret, body: { ...secret.body, status: 'ACTIVE' } });
        throw invalid(subject, "You can't deactivate the only active client secret.");
      },
    },
  },
  deleted(call) {
    const app = appById(call);
    const left = secretsOf(call).find(({ body }) => body.status === 'ACTIVE');
    if (app.client) app.client = { ...app.client, secret: String(left?.body.client_secret) };
  },
  mayDelete(_, { body }) {
    if (body.status === 'ACTIVE')
      throw invalid(
        subject,
        "You can't delete an active client secret. Deactivate the secret before deleting it.",
      );
  },
});

/** Whether a client may use a secret: one that is active, or its first one if it has never been looked at. */
export function acceptsSecret({ objects }: Org, { clientId, secret }: OAuthClient, given: string): boolean {
  const list = clientSecretKind.path.replace(':appId', clientId);
  const all = [...objects.of(list)];
  if (all.length === 0) return secret === given;
  return all.some(({ body }) => body.client_secret === given && body.status === 'ACTIVE');
}

const secretsOf = (call: Call) => [...call.org.objects.of(listPath(call, clientSecretKind))];

function firstSecret(call: Call): void {
  const { client, created } = appById(call);
  if (!client) throw invalid('appId', 'appId: not an app with an OAuth client');
  if (client.secret === undefined || secretsOf(call).length > 0) return;
  const body = { status: 'ACTIVE', client_secret: client.secret };
  const list = listPath(call, clientSecretKind);
  call.org.objects.put({ id: `ocs${client.clientId.slice(3)}`, list, created, lastUpdated: created, body });
}
