import { notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { brandOf } from './brands.ts';

const pages = '/api/v1/brands/:brandId/pages';
const read = 'okta.brands.read';
const manage = 'okta.brands.manage';

/** The sign-in page and the error page of a brand: Okta's own, the customized one and its preview. */
export const pageEndpoints: Endpoint[] = [
  { method: 'GET', path: `${pages}/sign-in/widget-versions`, scope: read, handle: listWidgetVersions },
  { method: 'GET', path: `${pages}/sign-out/customized`, scope: read, handle: (call) => ok(signOut(call)) },
  { method: 'PUT', path: `${pages}/sign-out/customized`, scope: manage, handle: replaceSignOut },
  ...['sign-in', 'error'].flatMap(endpointsOf),
];

function endpointsOf(name: string): Endpoint[] {
  const path = `${pages}/${name}`;
  const of = (handle: (call: Call, version: string) => Answer, version = '') => {
    return (call: Call) => handle({ ...call, params: { ...call.params, page: name } }, version);
  };
  return [
    { method: 'GET', path, scope: read, handle: of(getPage) },
    { method: 'GET', path: `${path}/default`, scope: read, handle: of((call) => ok(standardOf(call))) },
    ...['customized', 'preview'].flatMap((version): Endpoint[] => [
      { method: 'GET', path: `${path}/${version}`, scope: read, handle: of(shown, version) },
      { method: 'PUT', path: `${path}/${version}`, scope: manage, handle: of(replace, version) },
      { method: 'DELETE', path: `${path}/${version}`, scope: manage, handle: of(reset, version) },
    ]),
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

function standardOf(call: Call): Json {
  brandOf(call);
  return standard[call.params.page as string] as Json;
}

function stored(call: Call, version: string): Json | undefined {
  return call.org.objects.get(listOf(call), version)?.body;
}

/** A preview begins as Okta's own page. */
function shown(call: Call, version: string): Answer {
  const usual = standardOf(call);
  const page = stored(call, version) ?? (version === 'customized' ? undefined : usual);
  if (!page) throw notFound(version, 'Page');
  return ok(page);
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
