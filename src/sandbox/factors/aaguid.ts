import { invalid } from '../errors.ts';
import { type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, listPath, plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { authenticatorKind } from './authenticator.ts';

/** The models of security keys that the org knows besides those of the FIDO alliance. */
export const aaguidKind = defineKind({
  path: `${authenticatorKind.path}/:authenticatorId/aaguids`,
  param: 'aaguid',
  prefix: 'aag',
  type: 'AAGUID',
  scope: 'okta.authenticators',
  serves: ['list', 'read', 'replace', 'update', 'delete'],
  updatesBy: 'PATCH',
  guard: (call) => void found(call, authenticatorKind),
  make: (_, body) => checked(body),
  view(call, model) {
    const { id: aaguid, created, lastUpdated, ...members } = plainView(call, aaguidKind, model);
    return { aaguid, ...members };
  },
});

/** Adding a model: its id is its own. */
export const aaguidEndpoints: Endpoint[] = [
  {
    ...{ method: 'POST', path: aaguidKind.path, scope: 'okta.authenticators.manage' },
    handle(call) {
      aaguidKind.guard?.(call);
      const { aaguid, ...body } = objectBody(call);
      const id = String(aaguid).toLowerCase();
      const list = listPath(call, aaguidKind);
      if (!/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/.test(id))
        throw invalid('aaguid', 'aaguid: a UUID is expected');
      if (call.org.objects.get(list, id)) throw invalid('aaguid', 'aaguid: this AAGUID exists already');
      const now = call.org.clock.seconds();
      const times = { created: now, lastUpdated: now };
      return ok(viewOf(call, aaguidKind, call.org.objects.put({ id, list, ...times, body: checked(body) })));
    },
  },
];

function checked({ aaguid, ...body }: Json): Json {
  if (typeof body.name !== 'string' || body.name.trim() === '')
    throw invalid('name', 'name: The field cannot be left blank');
  return body;
}
