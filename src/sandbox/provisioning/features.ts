import type { App } from '../apps/app-store.ts';
import { appById } from '../apps/apps.ts';
import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { merged } from '../kinds/endpoints.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';

const features = '/api/v1/apps/:appId/features';

export const featureEndpoints: Endpoint[] = [
  { method: 'GET', path: features, scope: 'okta.apps.read', handle: list },
  { method: 'GET', path: `${features}/:featureName`, scope: 'okta.apps.read', handle: read },
  { method: 'PUT', path: `${features}/:featureName`, scope: 'okta.apps.manage', handle: update },
];

const disabled = { status: 'DISABLED' };

/** What each feature does, and what it can do before anybody has changed it. */
const initial = {
  USER_PROVISIONING: {
    description: 'User provisioning settings from Okta to a downstream application',
    capabilities: {
      create: { lifecycleCreate: disabled },
      update: {
        profile: disabled,
        lifecycleDeactivate: disabled,
        password: { ...disabled, seed: 'RANDOM', change: 'KEEP_EXISTING' },
      },
    },
  },
  INBOUND_PROVISIONING: {
    description: 'In-bound provisioning settings from an application to Okta',
    capabilities: {
      importSettings: {
        username: { usernameFormat: 'EMAIL' },
        schedule: { status: 'DISABLED' },
      },
      importRules: {
        userCreateAndMatch: {
          exactMatchCriteria: 'USERNAME',
          allowPartialMatch: false,
          autoConfirmPartialMatch: false,
          autoConfirmExactMatch: false,
          autoConfirmNewUsers: false,
          autoActivateNewUsers: false,
        },
      },
    },
  },
} as const;

type FeatureName = keyof typeof initial;

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
  return ok((Object.keys(initial) as FeatureName[]).map((name) => view(call, app, name)));
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
  const body = merged(capabilitiesOf(call, app, name), change);
  call.org.objects.put({ id: name, list: listOf(app), created: now, lastUpdated: now, body });
  record(call, 'application.lifecycle.update', { target: [appParty(app)] });
  return ok(view(call, app, name));
}

/** A name is checked before the app. */
function nameIn({ params }: Call): FeatureName {
  const name = params.featureName as string;
  if (!Object.hasOwn(initial, name)) throw notFound(name, 'PublicAppFeatureSetName');
  return name as FeatureName;
}

const listOf = ({ id }: App) => `/api/v1/apps/${id}/features`;

function capabilitiesOf({ org }: Call, app: App, name: FeatureName): Json {
  return org.objects.get(listOf(app), name)?.body ?? initial[name].capabilities;
}

function view(call: Call, app: App, name: FeatureName): Json {
  const href = `${call.origin}${listOf(app)}/${name}`;
  return {
    name,
    status: call.org.objects.get(listOf(app), name) ? 'ENABLED' : 'DISABLED',
    description: initial[name].description,
    capabilities: capabilitiesOf(call, app, name),
    _links: { self: { href, hints: { allow: ['GET', 'PUT'] } } },
  };
}
