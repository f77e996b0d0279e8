import { PACKAGE } from '../../src/hosts/n8n/names.ts';
import { PROVISIONS_PACKAGE } from '../../src/hosts/n8n/provisions/package.ts';

export interface Credential {
  id: string;
  name: string;
  type: string;
}

let count = 0;

const node = (name: string, type: string, typeVersion: number, parameters: object, more: object = {}) => ({
  ...{ id: `node-${count++}`, name, type, typeVersion, parameters },
  position: [count * 200, 0],
  ...more,
});

const chain = (...names: string[]) =>
  Object.fromEntries(
    names.slice(1).map((to, at) => [names[at], { main: [[{ node: to, type: 'main', index: 0 }]] }]),
  );

/** A node of the package. */
export const okta = (name: string, parameters: object, credential: Credential, more: object = {}) =>
  node('Okta', `${PACKAGE}.${name}`, 1, parameters, {
    credentials: { [credential.type]: { id: credential.id, name: credential.name } },
    ...more,
  });

/** The node to which Okta provisions; its URL begins with the id. */
export const provisions = (credential: Credential, webhookId: string, parameters: object = {}) =>
  node('Provisions', `${PROVISIONS_PACKAGE}.oktaProvisions`, 1, parameters, {
    credentials: { [credential.type]: { id: credential.id, name: credential.name } },
    webhookId,
  });

/** A workflow that runs a node when its URL is called, and answers with what the node gave. */
export function called(path: string, action: { name: string }) {
  const hook = node(
    'Called',
    'n8n-nodes-base.webhook',
    2,
    { path, responseMode: 'lastNode', responseData: 'allEntries', options: {} },
    { webhookId: path },
  );
  return { nodes: [hook, action], connections: chain('Called', action.name) };
}

/** A workflow that sends each item of a trigger to a URL. */
export function sending(trigger: { name: string }, url: string) {
  const send = node('Send', 'n8n-nodes-base.httpRequest', 4.2, {
    ...{ method: 'POST', url, sendBody: true, specifyBody: 'json' },
    jsonBody: '={{ JSON.stringify($json) }}',
    options: {},
  });
  return { nodes: [trigger, send], connections: chain(trigger.name, 'Send') };
}

/** n8n's own Okta node. */
export const builtIn = (parameters: object, credential: Credential) =>
  node('Okta', 'n8n-nodes-base.okta', 1, parameters, {
    credentials: { [credential.type]: { id: credential.id, name: credential.name } },
  });
