import { iso } from '../clock.ts';
import type { Json } from '../json.ts';
import type { StoredHook } from './hook-store.ts';

// Hooks from before have no member for it. The month is not known.
const described = Date.UTC(2022, 0);

/** A hook as the API returns it: with its custom headers, but never the secret of `authScheme`. */
export function hookView(origin: string, hook: StoredHook): Json {
  const { id, status, verified, name, description, created, createdBy, lastUpdated } = hook;
  const { uri, headers, auth } = hook;
  return {
    id,
    status,
    verificationStatus: verified ? 'VERIFIED' : 'UNVERIFIED',
    name,
    ...(created < described ? {} : { description }),
    created: iso(created),
    createdBy,
    lastUpdated: iso(lastUpdated),
    events: { type: 'EVENT_TYPE', items: hook.items, filter: null },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: { uri, headers, method: 'POST', authScheme: auth ? { type: 'HEADER', key: auth.key } : null },
    },
    _links: links(`${origin}/api/v1/eventHooks/${id}`, status),
  };
}

function links(self: string, status: StoredHook['status']): Json {
  const post = (name: string) => ({ href: `${self}/lifecycle/${name}`, hints: { allow: ['POST'] } });
  if (status === 'ACTIVE')
    return { self: { href: self }, verify: post('verify'), deactivate: post('deactivate') };
  return {
    self: { href: self },
    activate: post('activate'),
    delete: { href: self, hints: { allow: ['DELETE'] } },
  };
}
