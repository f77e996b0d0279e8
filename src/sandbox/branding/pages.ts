import { oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { brandOf } from './brands.ts';

const read = 'okta.brands.read';
const manage = 'okta.brands.manage';

/** The sign-in page and the error page of a brand: Okta's own, the customized one and its preview. */
export const pageEndpoints: Endpoint[] = ['sign-in', 'error'].flatMap((page) =>
  ['default', 'customized', 'preview'].flatMap((version) => {
    const at = { path: `/api/v1/brands/:brandId/pages/${page}/${version}` };
    const readable: Endpoint = {
      ...at,
      ...{ method: 'GET', scope: read, handle: (call) => ok(contentOf(call, page, version)) },
    };
    if (version === 'default') return [readable];
    const changeable: Endpoint[] = [
      { ...at, method: 'PUT', scope: manage, handle: (call) => replace(call, page, version) },
      { ...at, method: 'DELETE', scope: manage, handle: (call) => reset(call, page, version) },
    ];
    return [readable, ...changeable];
  }),
);

const standard = {
  pageContent: '<!DOCTYPE html>\n<html><body><div id="okta-login-container"></div></body></html>',
  contentSecurityPolicySetting: { mode: 'report_only', reportUri: '', srcList: [] },
};

/** What only the sign-in page has. */
const signIn = { widgetVersion: '^7', widgetCustomizations: { widgetGeneration: 'G2' } };

const listOf = ({ params }: Call, page: string) => `/api/v1/brands/${params.brandId}/pages/${page}`;

function contentOf(call: Call, page: string, version: string): Json {
  brandOf(call);
  const stored = call.org.objects.get(listOf(call, page), version);
  const usual = page === 'sign-in' ? { ...standard, ...signIn } : standard;
  return stored?.body ?? usual;
}

function replace(call: Call, page: string, version: string): Answer {
  if (brandOf(call).body.isDefault) throw oktaError('E0000213');
  const now = call.org.clock.seconds();
  const body = { ...contentOf(call, page, version), ...objectBody(call) };
  call.org.objects.put({ id: version, list: listOf(call, page), created: now, lastUpdated: now, body });
  return ok(body);
}

function reset(call: Call, page: string, version: string): Answer {
  brandOf(call);
  const stored = call.org.objects.get(listOf(call, page), version);
  if (stored) call.org.objects.delete(stored);
  return noContent;
}
