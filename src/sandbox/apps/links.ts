import type { Call } from '../http.ts';
import type { Json } from '../json.ts';
import type { App } from './app-store.ts';
import { signs } from './templates.ts';

/** The policies that every app has unless others are assigned. */
const defaultPolicies = { access: 'rstSandboxAcc1Sb5d70', enrollment: 'rstSandboxPrf1Sb5d70' };

/** The links of an app in an org on Identity Engine. They follow status, sign-on mode and client authentication. */
export function appRels(call: Call, app: App): Json {
  const { origin } = call;
  const self = `${origin}/api/v1/apps/${app.id}`;
  const help = `${origin}/app/${app.name}/${app.id}/setup/help/${app.signOnMode}/instructions`;
  const isOpenId = app.signOnMode === 'OPENID_CONNECT';
  const authentication = app.client?.authentication ?? (isOpenId ? 'client_secret' : 'none');
  const credentials = authentication === 'private_key_jwt' ? 'jwks' : 'secrets';
  const active = app.status === 'ACTIVE';
  return {
    ...((app.signOnMode.startsWith('SAML_') || (isOpenId && !app.client)) && {
      help: { href: help, type: 'text/html' },
    }),
    ...(app.signOnMode === 'SAML_2_0' && {
      metadata: { href: `${self}/sso/saml/metadata`, type: 'application/xml' },
    }),
    uploadLogo: { href: `${self}/logo`, hints: { allow: ['POST'] } },
    appLinks: Object.keys(app.visibility.appLinks as Json).map((name) => ({
      ...{ name, href: tile(call, app), type: 'text/html' },
    })),
    profileEnrollment: { href: `${origin}/api/v1/policies/${defaultPolicies.enrollment}` },
    ...(!active && { activate: { href: `${self}/lifecycle/activate` } }),
    policies: { href: `${self}/policies`, hints: { allow: ['PUT'] } },
    groups: { href: `${self}/groups` },
    logo: [{ name: 'medium', href: logo(call, app), type: 'image/png' }],
    ...(authentication !== 'none' && {
      clientCredentials: [{ name: credentials, href: `${self}/credentials/${credentials}` }],
    }),
    accessPolicy: { href: `${origin}/api/v1/policies/${app.accessPolicyId ?? defaultPolicies.access}` },
    users: { href: `${self}/users` },
    ...(active && { deactivate: { href: `${self}/lifecycle/deactivate` } }),
  };
}

export function tile(call: Call, app: App): string {
  const id = signs(app.signOnMode) ? `aln${app.id.slice(3)}` : '2557';
  return `${call.origin}/home/${app.name}/${app.id}/${id}`;
}

export function logo({ origin }: Call, app: App): string {
  return `${origin}/logo/${app.name}.png`;
}
