import { invalid, notFound, oktaError } from '../errors.ts';
import {
  type Answer,
  type Call,
  type Endpoint,
  noContent,
  objectBody,
  ok,
  page,
  pageSizeOf,
  wrongCursor,
} from '../http.ts';
import type { Json } from '../json.ts';
import { found, listPath, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { brandOf } from './brands.ts';
import { emailTemplates } from './email-templates.ts';

const templates = '/api/v1/brands/:brandId/templates/email';
const one = `${templates}/:templateName`;
const read = 'okta.templates.read';
const manage = 'okta.templates.manage';

/** The texts of an e-mail by language. One of them is the default, which cannot be deleted alone. */
export const customizations = defineKind({
  ...{ path: `${one}/customizations`, param: 'customizationId', prefix: 'oel', type: 'EmailCustomization' },
  ...{ scope: 'okta.templates', created: 201, list: { limit: [10, 200] } },
  guard: (call) => void templateOf(call),
  make(call, { language, isDefault = false, subject, body }) {
    const others = [...call.org.objects.of(listPath(call, customizations))];
    for (const [name, value] of Object.entries({ language, subject, body }))
      if (typeof value !== 'string' || value === '')
        throw invalid(name, `${name}: The field cannot be left blank`);
    if (others.some((other) => other.body.language === language)) throw oktaError('E0000183');
    const isFirst = others.length === 0;
    if (isDefault) makeOthersPlain(call, undefined);
    return { language, isDefault: isFirst || isDefault, subject, body };
  },
  change(call, body, known) {
    if (known.body.isDefault && body.isDefault === false) throw oktaError('E0000185');
    if (body.isDefault) makeOthersPlain(call, known.id);
    return { ...known.body, ...body };
  },
  mayDelete(_call, { body }) {
    if (body.isDefault) throw oktaError('E0000184');
  },
  view(call, object) {
    const { _links, ...members } = plainView(call, customizations, object);
    const self = `${call.origin}${object.list}/${object.id}`;
    const { settings, test } = linksOf(call, String(call.params.templateName));
    const template = { href: templateUrl(call, String(call.params.templateName)), hints: { allow: ['GET'] } };
    const preview = { href: `${self}/preview`, hints: { allow: ['GET'] } };
    return { ...members, _links: { ...(_links as Json), preview, template, settings, test } };
  },
});

export const emailEndpoints: Endpoint[] = [
  { method: 'GET', path: templates, scope: read, handle: listTemplates },
  { method: 'GET', path: one, scope: read, handle: (call) => ok(templateView(call, templateOf(call))) },
  { method: 'GET', path: `${one}/settings`, scope: read, handle: (call) => ok(settingsOf(call)) },
  { method: 'PUT', path: `${one}/settings`, scope: manage, handle: setSettings },
  { method: 'GET', path: `${one}/default-content`, scope: read, handle: (call) => ok(contentOf(call)) },
  {
    method: 'GET',
    path: `${one}/default-content/preview`,
    scope: read,
    handle: (call) => ok(contentOf(call)),
  },
  { method: 'GET', path: `${one}/customizations/:customizationId/preview`, scope: read, handle: preview },
  { method: 'DELETE', path: `${one}/customizations`, scope: manage, handle: deleteAll },
  { method: 'POST', path: `${one}/test`, scope: read, handle: () => noContent },
];

function makeOthersPlain(call: Call, id: string | undefined): void {
  for (const other of call.org.objects.of(listPath(call, customizations)))
    if (other.id !== id) call.org.objects.put({ ...other, body: { ...other.body, isDefault: false } });
}

/** The template of a call. @throws Refusal E0000007 for an unknown brand or name */
function templateOf(call: Call): string {
  brandOf(call);
  const name = call.params.templateName as string;
  if (!emailTemplates.includes(name)) throw notFound(name, 'EmailTemplate');
  return name;
}

/** The cursor is the name of the host and of the last template, in base64. */
function listTemplates(call: Call): Answer {
  brandOf(call);
  const after = call.query.get('after');
  const last = after && Buffer.from(after, 'base64').toString().split('.').at(-1);
  if (last && !emailTemplates.includes(last)) throw wrongCursor();
  const left = last ? emailTemplates.slice(emailTemplates.indexOf(last) + 1) : emailTemplates;
  const expand = call.query.getAll('expand').join(',').split(',');
  return page(call, left, pageSizeOf(call, 10, 200), {
    render: (name) => ({ ...templateView(call, name), ...embedded(call, name, expand) }),
    cursor: (name) => Buffer.from(`${new URL(call.origin).hostname}.${name}`).toString('base64'),
  });
}

function embedded(call: Call, templateName: string, expand: string[]): Json {
  const at = { ...call, params: { ...call.params, templateName } };
  const settings = expand.includes('settings') ? { settings: settingsOf(at) } : {};
  const count = [...call.org.objects.of(listPath(at, customizations))].length;
  const counted = expand.includes('customizationCount') ? { customizationCount: count } : {};
  const all = { ...settings, ...counted };
  return Object.keys(all).length > 0 ? { _embedded: all } : {};
}

function templateUrl(call: Call, name: string): string {
  return `${call.origin}/api/v1/brands/${call.params.brandId}/templates/email/${name}`;
}

function linksOf(call: Call, name: string) {
  const href = templateUrl(call, name);
  const to = (below: string, ...allow: string[]) => ({ href: `${href}${below}`, hints: { allow } });
  return {
    settings: to('/settings', 'GET', 'PUT'),
    self: to('', 'GET'),
    defaultContent: to('/default-content', 'GET'),
    customizations: to('/customizations', 'GET', 'POST', 'DELETE'),
    test: to('/test', 'POST'),
  };
}

function templateView(call: Call, name: string): Json {
  return { name, _links: linksOf(call, name) };
}

const settingsId = 'settings';
const settingsPath = (call: Call) => `${listPath(call, customizations)}-${settingsId}`;

function settingsOf(call: Call): Json {
  const name = templateOf(call);
  const stored = call.org.objects.get(settingsPath(call), settingsId);
  const { self } = linksOf(call, name);
  const own = { href: `${self.href}/settings`, hints: { allow: ['GET', 'PUT'] } };
  return { recipients: 'ALL_USERS', ...stored?.body, _links: { self: own, template: self } };
}

const recipients = ['ALL_USERS', 'ADMINS_ONLY', 'NO_USERS'];

function setSettings(call: Call): Answer {
  templateOf(call);
  const body = objectBody(call);
  if (!recipients.includes(String(body.recipients)))
    throw invalid('recipients', `recipients: must be one of ${recipients.join(', ')}`);
  const now = call.org.clock.seconds();
  call.org.objects.put({
    ...{ id: settingsId, list: settingsPath(call), created: now, lastUpdated: now },
    body: { recipients: body.recipients },
  });
  return ok(settingsOf(call));
}

function contentOf(call: Call): Json {
  const name = templateOf(call);
  const { self, defaultContent, test } = linksOf(call, name);
  const preview = { href: `${defaultContent.href}/preview`, hints: { allow: ['GET'] } };
  return {
    subject: `${name} of \${org.name}`,
    body: `<p>${name}</p>`,
    _links: { self: defaultContent, template: self, preview, test },
  };
}

function preview(call: Call): Answer {
  templateOf(call);
  const { body }: StoredObject = found(call, customizations);
  return ok({ subject: body.subject, body: body.body, _links: linksOf(call, templateOf(call)) });
}

function deleteAll(call: Call): Answer {
  templateOf(call);
  for (const object of [...call.org.objects.of(listPath(call, customizations))])
    call.org.objects.delete(object);
  return noContent;
}
