import type { Org } from './arrange.ts';

const config = {
  uri: 'https://hooks.acme.test/in',
  headers: [{ key: 'X-Team', value: 'team-9c41' }],
  authScheme: { type: 'HEADER', key: 'X-Hook-Key', value: 'key-5d72' },
};

/** An active event hook. Nothing cleans it up on a real org. @throws NeedsSandbox there. */
export async function eventHook(org: Org, name: string): Promise<{ id: string; name: string }> {
  await org.control('GET', '/settings');
  return org.api('POST', '/api/v1/eventHooks', {
    name: org.named(name),
    events: { type: 'EVENT_TYPE', items: ['user.lifecycle.deactivate'] },
    channel: { type: 'HTTP', version: '1.0.0', config },
  });
}

/** An active inline hook. Nothing cleans it up on a real org. @throws NeedsSandbox there. */
export async function inlineHook(org: Org, name: string, type: string): Promise<{ id: string }> {
  await org.control('GET', '/settings');
  return org.api('POST', '/api/v1/inlineHooks', {
    ...{ name: org.named(name), type, version: '1.0.0' },
    channel: { type: 'HTTP', version: '1.0.0', config },
  });
}
