import { invalid, notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { found, listPath, plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { sourceGroups, sourceUsers } from './source-records.ts';

const source = '/api/v1/identity-sources/:identitySourceId';
const one = `${source}/sessions/:sessionId`;
const maximumRecords = 200;
const maximumBytes = 200 * 1024;
const maximumUploads = 50;
const importMs = 12_000;
const gapMs = 5 * 60_000;
const lifetimeMs = 24 * 3600_000;

/** Imports of an identity source: data is loaded into a session, then processed as a whole. */
export const importSessions = defineKind({
  ...{ path: `${source}/sessions`, param: 'sessionId', prefix: 'aps', type: 'ImportSession' },
  ...{ scope: 'okta.identitySources', serves: ['list', 'read'] },
  // Only the active ones are listed.
  list: { select: (call) => (session) => isActive(call.org, session) },
  view(call, session) {
    const { _links, uploads, ...members } = plainView(call, importSessions, session);
    return { ...members, status: statusOf(call.org, session) };
  },
});

const scope = 'okta.identitySources.manage';
const uploads = ['bulk-upsert', 'bulk-delete', 'bulk-groups-upsert', 'bulk-groups-delete'].concat(
  'bulk-group-memberships-upsert',
  'bulk-group-memberships-delete',
);

export const importEndpoints: Endpoint[] = [
  { method: 'POST', path: importSessions.path, scope, handle: create },
  { method: 'DELETE', path: one, scope, handle: cancel },
  { method: 'POST', path: `${one}/start-import`, scope, handle: start },
  ...uploads.map(
    (kind): Endpoint => ({
      ...{ method: 'POST', path: `${one}/${kind}`, scope },
      handle: (call) => upload(call, kind),
    }),
  ),
];

function statusOf({ clock }: Org, { body, lastUpdated }: StoredObject): unknown {
  const isExpired = body.status === 'CREATED' && clock.now() - lastUpdated > lifetimeMs;
  return isExpired ? 'EXPIRED' : body.status;
}

function isActive(org: Org, session: StoredObject): boolean {
  return ['CREATED', 'TRIGGERED'].includes(String(statusOf(org, session)));
}

function become({ objects, clock }: Org, session: StoredObject, members: Json): StoredObject {
  return objects.put({ ...session, lastUpdated: clock.seconds(), body: { ...session.body, ...members } });
}

/** A session is created without a body. */
function create(call: Call): Answer {
  const { org, params } = call;
  const { identitySourceId = '' } = params;
  if (!org.apps.get(identitySourceId)) throw notFound(identitySourceId, 'AppInstance');
  const list = listPath(call, importSessions);
  const active = [...org.objects.of(list)].filter((session) => isActive(org, session));
  const isRecent = ({ lastUpdated }: StoredObject) => org.clock.now() - lastUpdated < gapMs;
  if (active.some((session) => session.body.status === 'CREATED' || isRecent(session)))
    throw invalid('identitySourceId', 'There is an active import session for this identity source.');
  const now = org.clock.seconds();
  const body = { identitySourceId, status: 'CREATED', importType: 'INCREMENTAL', uploads: [] };
  const id = org.ids.next('aps');
  const session = org.objects.put({ id, list, created: now, lastUpdated: now, body });
  return { status: 201, body: viewOf(call, importSessions, session) };
}

/** The session of a call. @throws Refusal E0000001 unless data can be loaded into it */
function openSession(call: Call): StoredObject {
  const session = found(call, importSessions);
  if (statusOf(call.org, session) !== 'CREATED')
    throw invalid('importSessionId', 'The session is not in CREATED status.');
  return session;
}

function upload(call: Call, kind: string): Answer {
  const session = openSession(call);
  const body = objectBody(call);
  const records = body[kind.includes('memberships') ? 'memberships' : 'profiles'];
  if (/^bulk-(upsert|delete)$/.test(kind) && body.entityType !== 'USERS') throw oktaError('E0000003');
  if (!Array.isArray(records) || records.length === 0)
    throw invalid('profiles', 'profiles: The field cannot be left blank');
  if (records.length > maximumRecords || JSON.stringify(body).length > maximumBytes)
    throw invalid('profiles', `profiles: at most ${maximumRecords} records and 200 KB are possible`);
  const texts = records.flatMap((one) =>
    Object.values(isObject(one) && isObject(one.profile) ? one.profile : {}),
  );
  if (!texts.every((value) => typeof value === 'string' || value === null)) throw oktaError('E0000003');
  const before = session.body.uploads as Json[];
  if (before.length >= maximumUploads)
    throw invalid('importSessionId', `At most ${maximumUploads} requests are possible in a session.`);
  become(call.org, session, { uploads: [...before, { kind, records }] });
  return { status: 202 };
}

function cancel(call: Call): Answer {
  const session = found(call, importSessions);
  if (statusOf(call.org, session) !== 'CREATED') {
    const why = 'Only a session that is in CREATED or IN_PROGRESS status can be canceled.';
    throw invalid('importSessionId', why);
  }
  become(call.org, session, { status: 'CLOSED', uploads: [] });
  return noContent;
}

function start(call: Call): Answer {
  const session = become(call.org, openSession(call), { status: 'TRIGGERED' });
  call.org.later(importMs, () => {
    for (const { kind, records } of session.body.uploads as { kind: string; records: Json[] }[])
      for (const record of records) take(call, kind, record);
    become(call.org, session, { status: 'COMPLETED', uploads: [] });
  });
  return ok(viewOf(call, importSessions, session));
}

/** Puts an uploaded record among those of the identity source, or removes it. Members are kept by the groups' own routes. */
function take({ org, params }: Call, kind: string, { externalId, profile }: Json): void {
  if (kind.includes('memberships')) return;
  const records = kind.includes('groups') ? sourceGroups : sourceUsers;
  const list = records.path.replace(':identitySourceId', params.identitySourceId as string);
  const known = [...org.objects.of(list)].find(({ body }) => body.externalId === externalId);
  if (kind.endsWith('delete')) {
    if (known) org.objects.delete(known);
    return;
  }
  const now = org.clock.seconds();
  const { id = org.ids.next(String(records.prefix)), created = now, body = {} } = known ?? {};
  const merged = { ...(body.profile as Json | undefined), ...(profile as Json) };
  org.objects.put({ id, list, created, lastUpdated: now, body: { externalId, profile: merged } });
}
