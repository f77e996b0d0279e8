import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, cursorOf, type Endpoint, noContent, objectBody, ok, page } from '../http.ts';
import type { EventType } from '../system-log/event-types.ts';
import { hookParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { listens, maximumListening, type StoredHook } from './hook-store.ts';
import { readHook } from './read-hook.ts';
import { challenge } from './verify.ts';
import { hookView } from './view.ts';

const read = 'okta.eventHooks.read';
const manage = 'okta.eventHooks.manage';
const hooks = '/api/v1/eventHooks';

export const hookEndpoints: Endpoint[] = [
  { method: 'GET', path: hooks, scope: read, handle: listHooks },
  { method: 'POST', path: hooks, scope: manage, handle: createHook },
  { method: 'GET', path: `${hooks}/:id`, scope: read, handle: (call) => answer(call, hookById(call)) },
  { method: 'PUT', path: `${hooks}/:id`, scope: manage, handle: replaceHook },
  { method: 'DELETE', path: `${hooks}/:id`, scope: manage, handle: deleteHook },
  { method: 'POST', path: `${hooks}/:id/lifecycle/activate`, scope: manage, handle: activate },
  { method: 'POST', path: `${hooks}/:id/lifecycle/deactivate`, scope: manage, handle: deactivate },
  { method: 'POST', path: `${hooks}/:id/lifecycle/verify`, scope: manage, handle: verify },
];

/** The list has no pages, unless a test caps all pages. */
function listHooks(call: Call): Answer {
  const { org, origin } = call;
  const render = (hook: StoredHook) => hookView(origin, hook);
  const { maxPageSize } = org.settings;
  const after = cursorOf(call, 'who', () => false) ?? '';
  const hooks = [...org.hooks].filter(({ id }) => id > after);
  return maxPageSize
    ? page(call, hooks, maxPageSize, { render, cursor: ({ id }) => id })
    : ok(hooks.map(render));
}

function createHook(call: Call): Answer {
  const { org, origin, principal } = call;
  const now = org.clock.seconds();
  const hook = org.hooks.put({
    ...readHook(call),
    id: org.ids.next('who'),
    status: 'ACTIVE',
    verified: false,
    created: now,
    createdBy: principal.actor.id,
    lastUpdated: now,
    origin,
  });
  note(call, 'event_hook.created', hook);
  return answer(call, hook);
}

/** A changed URI must be verified again. The status can be set here too, although the documentation says otherwise. */
function replaceHook(call: Call): Answer {
  const hook = hookById(call);
  const { auth: _, ...kept } = hook;
  const spec = readHook(call, hook);
  const { status } = objectBody(call);
  const saved = save(call, {
    ...kept,
    ...spec,
    status: status === 'ACTIVE' || status === 'INACTIVE' ? status : hook.status,
    verified: hook.verified && spec.uri === hook.uri,
  });
  note(call, 'event_hook.updated', saved);
  if (saved.status !== hook.status) noteStatus(call, saved);
  return answer(call, saved);
}

function deleteHook(call: Call): Answer {
  const hook = hookById(call);
  if (hook.status === 'ACTIVE') throw invalid('eventHook', 'An active event hook cannot be deleted');
  call.org.hooks.delete(hook.id);
  note(call, 'event_hook.deleted', hook);
  return noContent;
}

function activate(call: Call): Answer {
  return setStatus(call, 'ACTIVE');
}

function deactivate(call: Call): Answer {
  return setStatus(call, 'INACTIVE');
}

function setStatus(call: Call, status: StoredHook['status']): Answer {
  const hook = hookById(call);
  if (hook.status === status) return answer(call, hook);
  const saved = save(call, { ...hook, status });
  noteStatus(call, saved);
  return answer(call, saved);
}

async function verify(call: Call): Promise<Answer> {
  const { org } = call;
  const asked = hookById(call);
  if (asked.status !== 'ACTIVE') throw invalid('eventHook', 'An inactive event hook cannot be verified');
  checkLimit(call, { ...asked, verified: true });
  const problem = await challenge(asked, org.settings.hookTimeoutMs, org.deliveries.signal);
  // It may have been changed or deleted in the meantime.
  const hook = hookById(call);
  if (problem || hook.uri !== asked.uri) {
    const reason = problem ?? 'the endpoint has changed';
    note(call, 'event_hook.verified', hook, reason);
    throw invalid('eventHook', `Unable to verify event hook ${hook.id}: ${reason}`);
  }
  const saved = save(call, { ...hook, verified: true });
  note(call, 'event_hook.verified', saved);
  return answer(call, saved);
}

function hookById(call: Call): StoredHook {
  const id = call.params.id as string;
  const hook = call.org.hooks.get(id);
  if (!hook) throw notFound(id, 'EventHook');
  return hook;
}

function save(call: Call, hook: StoredHook): StoredHook {
  checkLimit(call, hook);
  return call.org.hooks.put({ ...hook, lastUpdated: call.org.clock.seconds() });
}

/** Refuses a hook that would exceed the maximum of active, verified hooks. */
function checkLimit({ org }: Call, hook: StoredHook): void {
  const others = org.hooks.listening.filter(({ id }) => id !== hook.id);
  if (listens(hook) && others.length >= maximumListening)
    throw invalid('eventHook', `At most ${maximumListening} event hooks can be active and verified`);
}

function answer(call: Call, hook: StoredHook): Answer {
  return ok(hookView(call.origin, hook));
}

function noteStatus(call: Call, hook: StoredHook): void {
  note(call, hook.status === 'ACTIVE' ? 'event_hook.activated' : 'event_hook.deactivated', hook);
}

function note(call: Call, event: EventType, hook: StoredHook, failure?: string): void {
  const outcome = failure === undefined ? undefined : { result: 'FAILURE', reason: failure };
  record(call, event, { target: [hookParty(hook)], outcome });
}
