import { notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { brandOf } from './brands.ts';

const pages = '/api/v1/brands/:brandId/pages';
const path = `${pages}/:page`;
const read = 'okta.brands.read';
const manage = 'okta.brands.manage';
const versions = ['default', 'customized', 'preview'];

/** The sign-in page and the error page of a brand: Okta's own, the customized one and its preview. */
export const pageEndpoints: Endpoint[] = [
  { method: 'GET', path: `${pages}/sign-in/widget-versions`, scope: read, handle: listWidgetVersions },
  { method: 'GET', path: `${pages}/sign-out/customized`, scope: read, handle: (call) => ok(signOut(call)) },
  { method: 'PUT', path: `${pages}/sign-out/customized`, scope: manage, handle: replaceSignOut },
  { method: 'GET', path, scope: read, handle: getPage },
  ...versions.flatMap(endpointsOf),
];

function endpointsOf(version: string): Endpoint[] {
  const at = { path: `${path}/${version}` };
  const endpoints: Endpoint[] = [
    { ...at, method: 'GET', scope: read, handle: (call) => ok(shown(call, version)) },
  ];
  if (version === 'default') return endpoints;
  return [
    ...endpoints,
    { ...at, method: 'PUT', scope: manage, handle: (call) => replace(call, version) },
    { ...at, method: 'DELETE', scope: manage, handle: (call) => reset(call, version) },
  ];
}

const contentSecurityPolicySetting = { mode: 'report_only', reportUri: '', srcList: [] };

/** Okta's own pages. */
const standard: Readonly<Record<string, Json>> = {
  'sign-in': {
    pageContent: '<!DOCTYPE html>\n<html>\n<body><div id="okta-login-container"></div></body>\n</html>',
    contentSecurityPolicySetting,
    ...{ widgetVersion: '^7', widgetCustomizations: { widgetGeneration: 'G2' } },
  },
  error: {
    pageContent: [
      '<!DOCTYPE html>\n<html>\n<head><title>{{orgName}} - {{errorSummary}}</title></head>',
      '<body><h1>{{errorSummary}}</h1><p>{{errorDescription}}</p></body>\n</html>',
    ].join('\n'),
    contentSecurityPolicySetting,
  },
};

const listOf = ({ params }: Call) => `/api/v1/brands/${params.brandId}/pages/${params.page}`;

/** @throws Refusal E0000007 for a page that brands do not have */
function standardOf(call: Call): Json {
  brandOf(call);
  const { page = '' } = call.params;
  const known = standard[page];
  if (!known) throw notFound(page, 'Page');
  return known;
}

function stored(call: Call, version: string): Json | undefined {
  return call.org.objects.get(listOf(call), version)?.body;
}

/** A preview begins as Okta's own page. */
function shown(call: Call, version: string): Json {
  const usual = standardOf(call);
  const page = stored(call, version) ?? (version === 'customized' ? undefined : usual);
  if (!page) throw notFound(version, 'Page');
  return page;
}

function getPage(call: Call): Answer {
  const usual = standardOf(call);
  const self = `${call.origin}${listOf(call)}`;
  const wanted = (call.query.get('expand') ?? '').split(',');
  const known: Json = {
    default: usual,
    customized: stored(call, 'customized'),
    preview: stored(call, 'preview'),
  };
  const urls = ['customized', 'preview'].map((name) => [`${name}Url`, `${self}/${name}`]);
  const all = Object.entries({ ...known, ...Object.fromEntries(urls) });
  const embedded = all.filter(([name, value]) => wanted.includes(name) && value !== undefined);
  const links = ['default', 'customized', 'preview'].map((name) => [name, { href: `${self}/${name}` }]);
  return ok({
    ...(embedded.length > 0 ? { _embedded: Object.fromEntries(embedded) } : {}),
    _links: { self: { href: self }, ...Object.fromEntries(links) },
  });
}

function replace(call: Call, version: string): Answer {
  const usual = standardOf(call);
  if (brandOf(call).body.isDefault) throw oktaError('E0000213');
  return ok(put(call, listOf(call), version, { ...usual, ...stored(call, version), ...objectBody(call) }));
}

function put(call: Call, list: string, id: string, body: Json): Json {
  const now = call.org.clock.seconds();
  return call.org.objects.put({ id, list, created: now, lastUpdated: now, body }).body;
}

function reset(call: Call, version: string): Answer {
  standardOf(call);
  const page = call.org.objects.get(listOf(call), version);
  if (page) call.org.objects.delete(page);
  return noContent;
}

function listWidgetVersions(call: Call): Answer {
  brandOf(call);
  return ok(['*', '^1', '^2', '^3', '^4', '^5', '^6', '^7', '7.36', '7.35', '7.34']);
}

/** Where users are sent after they sign out: a page of Okta's or a URL. */
function signOut(call: Call): Json {
  const { id, list } = brandOf(call);
  return call.org.objects.get(`${list}/${id}/pages/sign-out`, 'customized')?.body ?? { type: 'OKTA_DEFAULT' };
}

function replaceSignOut(call: Call): Answer {
  const { id, list } = brandOf(call);
  const { type, url } = objectBody(call);
  return ok(put(call, `${list}/${id}/pages/sign-out`, 'customized', { type, url }));
}
