import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { brandOf } from './brands.ts';

const path = '/api/v1/brands/:brandId/pages/:page';
const read = 'okta.brands.read';
const manage = 'okta.brands.manage';

/** The sign-in page and the error page of a brand: Okta's own, the customized one and its preview. */
export const pageEndpoints: Endpoint[] = ['default', 'customized', 'preview'].flatMap((version) => {
  const at = { path: `${path}/${version}` };
  const endpoints: Endpoint[] = [
    { ...at, method: 'GET', scope: read, handle: (call) => ok(contentOf(call, version)) },
  ];
  if (version === 'default') return endpoints;
  return [
    ...endpoints,
    { ...at, method: 'PUT', scope: manage, handle: (call) => replace(call, version) },
    { ...at, method: 'DELETE', scope: manage, handle: (call) => reset(call, version) },
  ];
});

const standard = {
  pageContent: '<!DOCTYPE html>\n<html><body><div id="okta-login-container"></div></body></html>',
  contentSecurityPolicySetting: { mode: 'report_only', reportUri: '', srcList: [] },
};

/** What only the sign-in page has. */
const signIn = { widgetVersion: '^7', widgetCustomizations: { widgetGeneration: 'G2' } };

const listOf = ({ params }: Call) => `/api/v1/brands/${params.brandId}/pages/${params.page}`;

function contentOf(call: Call, version: string): Json {
  brandOf(call);
  const stored = call.org.objects.get(listOf(call), version);
  const usual = call.params.page === 'sign-in' ? { ...standard, ...signIn } : standard;
  return stored?.body ?? usual;
}

function replace(call: Call, version: string): Answer {
  if (brandOf(call).body.isDefault) throw oktaError('E0000213');
  const now = call.org.clock.seconds();
  const body = { ...contentOf(call, version), ...objectBody(call) };
  call.org.objects.put({ id: version, list: listOf(call), created: now, lastUpdated: now, body });
  return ok(body);
}

function reset(call: Call, version: string): Answer {
  brandOf(call);
  const stored = call.org.objects.get(listOf(call), version);
  if (stored) call.org.objects.delete(stored);
  return noContent;
}
