import { notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import type { IdFactory } from '../random.ts';

/** The features that an administrator of the org can turn on and off. */
export const featureKind = defineKind({
  path: '/api/v1/features',
  param: 'featureId',
  prefix: 'ftr',
  type: 'Feature',
  scope: 'okta.features',
  serves: ['list', 'read'],
  view: featureView,
});

export const featureEndpoints: Endpoint[] = [
  ...['dependencies', 'dependents'].map(
    (name): Endpoint => ({
      method: 'GET',
      path: `/api/v1/features/:featureId/${name}`,
      scope: 'okta.features.read',
      handle: noOthers,
    }),
  ),
  {
    method: 'POST',
    path: '/api/v1/features/:featureId/:lifecycle',
    scope: 'okta.features.manage',
    handle: switchFeature,
  },
];

export function seedFeatures(org: Org, ids: IdFactory): void {
  const features = [
    { name: 'Android Device Trust', stage: { value: 'EA' } },
    { name: 'Event hook filters', stage: { value: 'EA' } },
    { name: 'Unified claims generation', stage: { value: 'BETA', state: 'OPEN' } },
  ];
  for (const { name, stage } of features)
    org.objects.put({
      id: ids.next('ftr'),
      list: featureKind.path,
      created: org.created,
      lastUpdated: org.created,
      body: { type: 'self-service', status: 'DISABLED', name, description: `${name} for this org`, stage },
    });
}

function featureView(call: Call, { id, body }: StoredObject): Json {
  const self = `${call.origin}${featureKind.path}/${id}`;
  const other = body.status === 'ENABLED' ? 'disable' : 'enable';
  return {
    id,
    ...body,
    _links: {
      [other]: { href: `${self}/${other}`, hints: { allow: ['POST'] } },
      self: { href: self },
      dependents: { href: `${self}/dependents` },
      dependencies: { href: `${self}/dependencies` },
    },
  };
}

/** Features of the sandbox depend on no others. */
function noOthers(call: Call): Answer {
  found(call, featureKind);
  return ok([]);
}

/** The name of the transition is not case sensitive, and `mode` changes nothing. */
function switchFeature(call: Call): Answer {
  const feature = found(call, featureKind);
  const lifecycle = String(call.params.lifecycle).toUpperCase();
  if (lifecycle !== 'ENABLE' && lifecycle !== 'DISABLE') throw notFound(lifecycle, 'FeatureLifecycle');
  const body = { ...feature.body, status: `${lifecycle}D` };
  return ok(viewOf(call, featureKind, call.org.objects.put({ ...feature, body })));
}
