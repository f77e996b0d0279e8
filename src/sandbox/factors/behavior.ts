import { invalid } from '../errors.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

const types = ['ANOMALOUS_ASN', 'ANOMALOUS_DEVICE', 'ANOMALOUS_IP', 'ANOMALOUS_LOCATION', 'VELOCITY'];

/** What counts as unusual at a sign-in: a new place, device, address. */
export const behaviorKind = defineKind({
  path: '/api/v1/behaviors',
  param: 'behaviorId',
  prefix: 'beh',
  type: 'BehaviorRule',
  scope: 'okta.behaviors',
  make(_, body) {
    if (typeof body.name !== 'string' || body.name === '') throw invalid('name', 'name: is required');
    if (!types.includes(String(body.type)))
      throw invalid('type', `type: one of ${types.join(', ')} is expected`);
    return { status: 'ACTIVE', settings: {}, ...body };
  },
  view(call, behavior) {
    const { _links, ...members } = plainView(call, behaviorKind, behavior);
    const { self } = _links as Json;
    const times = { created: written(behavior.created), lastUpdated: written(behavior.lastUpdated) };
    return { ...members, ...times, _link: { self } };
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'security.behavior.settings.update' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'security.behavior.settings.update' },
  },
  events: {
    create: 'security.behavior.settings.create',
    update: 'security.behavior.settings.update',
    delete: 'security.behavior.settings.delete',
  },
});

/** `2026-01-02 03:04:05.0`, as only behaviors have it. */
const written = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '.0');
