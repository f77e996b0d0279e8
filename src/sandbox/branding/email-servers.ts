import { invalid } from '../errors.ts';
import { type Endpoint, noContent, objectBody } from '../http.ts';
import type { Json } from '../json.ts';
import { found, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** Servers through which the org sends e-mail. The sandbox sends none, and shows no password. */
export const emailServers = defineKind({
  ...{ path: '/api/v1/email-servers', param: 'emailServerId', prefix: 'oes', type: 'EmailServer' },
  ...{ scope: 'okta.emailServers', serves: ['list', 'read', 'create', 'update', 'delete'] },
  updatesBy: 'PATCH',
  created: 201,
  list: { in: 'email-servers' },
  make: (_, body) => checked({ authType: 'BASIC_SMTP_AUTH', enabled: false, ...body }),
  view(call, object) {
    const { created, lastUpdated, _links, ...members } = plainView(call, emailServers, object);
    return members;
  },
  nameOf: ({ body }) => String(body.alias),
  events: {
    create: 'system.custom_email_server.lifecycle.create',
    update: 'system.custom_email_server.lifecycle.update',
    delete: 'system.custom_email_server.lifecycle.delete',
  },
});

export const emailServerEndpoints: Endpoint[] = [
  {
    ...{ method: 'POST', path: `${emailServers.path}/:emailServerId/test` },
    scope: 'okta.emailServers.manage',
    handle(call) {
      found(call, emailServers);
      const { from, to } = objectBody(call);
      if (!from || !to) throw invalid('to', 'from, to: The fields cannot be left blank');
      return noContent;
    },
  },
];

function checked({ password, ...body }: Json): Json {
  const blank = ['alias', 'host', 'port', 'username'].filter((name) => !body[name]);
  if (blank.length > 0)
    throw invalid('emailServer', ...blank.map((name) => `${name}: The field cannot be left blank`));
  return body;
}
