import type { Org } from './arrange.ts';

interface MadeApp {
  id: string;
  label: string;
}

/** Creates an app: a bookmark, unless the body says otherwise. @throws NeedsSandbox on a real org, which would keep it. */
export async function makeApp(org: Org, name: string, body: object = {}, query = ''): Promise<MadeApp> {
  await org.control('GET', '/settings');
  const label = `${org.run} ${name}`;
  const bookmark = {
    ...{ name: 'bookmark', signOnMode: 'BOOKMARK' },
    settings: { app: { url: 'https://wiki.acme.test/' } },
  };
  const { id } = await org.api('POST', `/api/v1/apps${query}`, { ...bookmark, label, ...body });
  return { id, label };
}

/** Creates an OpenID Connect app, which has attributes for its users. */
export const makeWebApp = (org: Org, name: string): Promise<MadeApp> =>
  makeApp(org, name, {
    ...{ name: 'oidc_client', signOnMode: 'OPENID_CONNECT' },
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    settings: {
      oauthClient: {
        ...{ application_type: 'web', response_types: ['id_token'], grant_types: ['implicit'] },
        redirect_uris: ['https://crm.acme.test/callback'],
      },
    },
  });

/** Assigns a user, or a group, to an app. */
export const assignUser = (org: Org, app: { id: string }, user: { id: string }) =>
  org.api('POST', `/api/v1/apps/${app.id}/users`, { id: user.id });
export const assignGroup = (org: Org, app: { id: string }, group: { id: string }) =>
  org.api('PUT', `/api/v1/apps/${app.id}/groups/${group.id}`, {});
