import { invalid } from '../errors.ts';
import { isObject, type Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

const types = new Set([
  'com.okta.import.transform',
  'com.okta.oauth2.tokens.transform',
  'com.okta.saml.tokens.transform',
  'com.okta.telephony.provider',
  'com.okta.user.credential.password.import',
  'com.okta.user.pre-registration',
]);

/** Services that Okta asks before it goes on. The sandbox keeps them and calls none. */
export const inlineHookKind = defineKind({
  path: '/api/v1/inlineHooks',
  param: 'inlineHookId',
  prefix: 'cal',
  type: 'InlineHook',
  scope: 'okta.inlineHooks',
  serves: ['list', 'read', 'create', 'update', 'replace', 'delete'],
  list: {
    select({ query }) {
      const type = query.get('type');
      return ({ body }) => type === null || body.type === type;
    },
  },
  make(_, { name, type, version, channel }) {
    const { config = {}, ...rest } = isObject(channel) ? channel : {};
    const causes = [
      typeof name === 'string' && name.trim() !== '' ? '' : 'name: The field cannot be left blank',
      types.has(String(type)) ? '' : 'type: not a type of inline hook',
      typeof version === 'string' ? '' : 'version: The field cannot be left blank',
      rest.type === 'HTTP' || rest.type === 'OAUTH' ? '' : 'channel.type: HTTP or OAUTH is expected',
      /^https:/.test(String((config as Json).uri)) ? '' : 'channel.config.uri: a URL with https is expected',
    ].filter(Boolean);
    if (causes.length > 0) throw invalid('inlineHook', ...causes);
    return {
      status: 'ACTIVE',
      name,
      type,
      version,
      channel: { ...rest, config: withoutSecrets(config as Json) },
    };
  },
  change(call, body, { body: { status, type, version } }) {
    return { ...inlineHookKind.make?.(call, { ...body, type, version: body.version ?? version }), status };
  },
  view(call, object) {
    const view = plainView(call, inlineHookKind, object);
    const { self, ...transitions } = view._links as Record<'self', { href: string }>;
    const { href } = self;
    const may =
      object.body.status === 'ACTIVE'
        ? { execute: { href: `${href}/execute`, hints: { allow: ['POST'] } } }
        : { delete: { href, hints: { allow: ['DELETE'] } } };
    return { ...view, _links: { self: { href }, ...transitions, ...may } };
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'inline_hook.activated' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'inline_hook.deactivated' },
  },
  mayDelete(_, { body }) {
    if (body.status === 'ACTIVE') throw invalid('inlineHook', 'An active inline hook cannot be deleted');
  },
  events: {
    create: 'inline_hook.created',
    update: 'inline_hook.updated',
    delete: 'inline_hook.deleted',
  },
});

/** Okta returns what it sends in custom headers, but neither the value of `authScheme` nor a client secret. */
function withoutSecrets({ uri, headers, authScheme, clientSecret, ...rest }: Json): Json {
  const scheme = isObject(authScheme) ? { type: authScheme.type, key: authScheme.key } : null;
  return { uri, headers: headers ?? [], method: 'POST', authScheme: scheme, ...rest };
}
