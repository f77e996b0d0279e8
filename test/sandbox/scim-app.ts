import type { ScimRecorder } from './scim-recorder.ts';
import { type Client, newProfile, query } from './support.ts';

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** An app of the org that pushes, with everything switched on. */
export interface PushingApp {
  id: string;
  /** Waits until nothing is left to push; the tasks that did not succeed. */
  // biome-ignore lint/suspicious/noExplicitAny: tasks are looked into freely
  settled(): Promise<any[]>;
  assign(userId: string, body?: object): Promise<void>;
  unassign(userId: string): Promise<void>;
  console(method: string, path: string, body?: unknown): ReturnType<Client['control']>;
  mapGroup(sourceGroupId: string, targetGroupName: string): Promise<string>;
}

export const bearer = { bearer: 'tok-5f1' };

/** @param kind WIZARD: made from a label, so that all is written by PUT. NETWORK: of the catalogue. */
export async function pushingApp(
  client: Client,
  { baseUrl }: Pick<ScimRecorder, 'baseUrl'>,
  kind: 'WIZARD' | 'NETWORK',
  { speed = 1000, authorization = bearer as object, ...rest } = {},
): Promise<PushingApp> {
  await client.control('PUT', '/settings', { pushSpeed: speed });
  const label = `Pushed ${kind}`;
  const name = kind === 'NETWORK' ? { name: 'acme_scim' } : {};
  const made = await client.post('/api/v1/apps', { ...name, label, signOnMode: 'SAML_2_0' });
  const { id } = made.body;
  const path = `/provisioning/apps/${id}`;
  const saved = await client.control('PUT', path, { baseUrl, authorization, ...rest });
  if (saved.status !== 200) throw new Error(`not saved: ${JSON.stringify(saved.body)}`);
  const on = { status: 'ENABLED' };
  await client.put(`/api/v1/apps/${id}/features/USER_PROVISIONING`, {
    create: { lifecycleCreate: on },
    update: { profile: on, lifecycleDeactivate: on },
  });
  const must = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    if (status > 299) throw new Error(`${status} ${JSON.stringify(body)}`);
  };
  return {
    id,
    settled: async () => (await client.control('POST', '/provisioning/flush')).body.tasks,
    assign: (userId, body = {}) => must(client.post(`/api/v1/apps/${id}/users`, { id: userId, ...body })),
    unassign: (userId) => must(client.delete(`/api/v1/apps/${id}/users/${userId}`)),
    console: (method, rest, body) => client.control(method, `${path}${rest}`, body),
    async mapGroup(sourceGroupId, targetGroupName) {
      const mapping = { sourceGroupId, targetGroupName };
      const { body, status } = await client.post(`/api/v1/apps/${id}/group-push/mappings`, mapping);
      if (status !== 200) throw new Error(JSON.stringify(body));
      return body.id;
    },
  };
}

export async function newUser(client: Client, name: string, profile: object = {}): Promise<string> {
  const credentials = { password: { value: 'Sandbox-Pass-1' } };
  const { body } = await client.post('/api/v1/users', {
    profile: { ...newProfile(name.toLowerCase()), lastName: name, ...profile },
    credentials,
  });
  if (!body.id) throw new Error(JSON.stringify(body));
  return body.id;
}

export async function newGroup(client: Client, name: string, members: string[] = []): Promise<string> {
  const { body } = await client.post('/api/v1/groups', { profile: { name } });
  for (const id of members) await client.call('PUT', `/api/v1/groups/${body.id}/users/${id}`);
  return body.id;
}

export const seeded = async (client: Client, name: string): Promise<string> =>
  (await client.get(`/api/v1/groups${query({ q: name })}`)).body[0].id;
