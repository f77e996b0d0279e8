import type { App } from '../apps/app-store.ts';
import { appById } from '../apps/apps.ts';
import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { merged } from '../kinds/endpoints.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { type AppFeature, appFeatures, capabilitiesOf, featureList } from './capabilities.ts';

const features = '/api/v1/apps/:appId/features';

export const featureEndpoints: Endpoint[] = [
  { method: 'GET', path: features, scope: 'okta.apps.read', handle: list },
  { method: 'GET', path: `${features}/:featureName`, scope: 'okta.apps.read', handle: read },
  { method: 'PUT', path: `${features}/:featureName`, scope: 'okta.apps.manage', handle: update },
];

/** Bookmarks have no accounts, and an OpenID Connect client that the org made for itself has no connector. */
function supportsProvisioning({ signOnMode }: App): boolean {
  return signOnMode !== 'BOOKMARK' && signOnMode !== 'OPENID_CONNECT';
}

/** An app that can be provisioned. @throws Refusal E0000007, E0000001 */
export function provisionedApp(call: Call): App {
  const app = appById(call);
  if (!supportsProvisioning(app)) throw invalid('feature', 'Provisioning is not supported.');
  return app;
}

function list(call: Call): Answer {
  const app = provisionedApp(call);
  return ok((Object.keys(appFeatures) as AppFeature[]).map((name) => view(call, app, name)));
}

function read(call: Call): Answer {
  const name = nameIn(call);
  return ok(view(call, provisionedApp(call), name));
}

function update(call: Call): Answer {
  const change = objectBody(call);
  const name = nameIn(call);
  const app = provisionedApp(call);
  const now = call.org.clock.seconds();
  const body = merged(capabilitiesOf(call.org.objects, app.id, name), change);
  call.org.objects.put({ id: name, list: featureList(app.id), created: now, lastUpdated: now, body });
  record(call, 'application.lifecycle.update', { target: [appParty(app)] });
  return ok(view(call, app, name));
}

/** A name is checked before the app. */
function nameIn({ params }: Call): AppFeature {
  const name = params.featureName as string;
  if (!Object.hasOwn(appFeatures, name)) throw notFound(name, 'PublicAppFeatureSetName');
  return name as AppFeature;
}

function view(call: Call, app: App, name: AppFeature): Json {
  const href = `${call.origin}${featureList(app.id)}/${name}`;
  return {
    name,
    status: call.org.objects.get(featureList(app.id), name) ? 'ENABLED' : 'DISABLED',
    description: appFeatures[name].description,
    capabilities: capabilitiesOf(call.org.objects, app.id, name),
    _links: { self: { href, hints: { allow: ['GET', 'PUT'] } } },
  };
}
