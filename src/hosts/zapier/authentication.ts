import type { Bundle, ZObject } from 'zapier-platform-core';
import type { Connection } from '../../auth/connection.ts';
import type { TokenStore } from '../../auth/token-source.ts';
import type { Client } from '../../client.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { ZapierField } from './fields.ts';
import type { ZapierVariant } from './names.ts';

export type ZapierBundle = Bundle<Record<string, unknown>>;

/** The fields that a person fills in to connect. */
export type ZapierAuthField = Omit<ZapierField, 'dynamic' | 'dependsOn'> & { isNoSecret?: boolean };

/** One way to connect: what Zapier asks, and the connection that follows from it. */
export interface ZapierAuthentication {
  variant: ZapierVariant;
  title: string;
  fields(manifest: Manifest, scopes: string): ZapierAuthField[];
  /** Members of Zapier's authentication beside `test`, `fields` and `connectionLabel`. */
  protocol: { type: 'custom' | 'oauth2'; oauth2Config?: object };
  /** @throws InputError for what is missing. */
  connection(authData: Readonly<Record<string, unknown>>): { connection: Connection; tokens?: TokenStore };
  /** What Zapier shall do when Okta refuses the credential: renew the sign-in, or ask the person. */
  expired: 'RefreshAuthError' | 'ExpiredAuthError';
}

/** What runs for Zapier with a client. */
export type ZapierPerform = (client: Client, z: ZObject, bundle: ZapierBundle) => Promise<unknown>;

/** The texts of a field of a way to connect, from the manifest. */
export function authText(
  { connection }: Manifest,
  type: string,
  name: string,
): { label: string; helpText: string } {
  const fields = connection.auth.find((mode) => mode.type === type)?.fields.properties ?? {};
  const { title, description } = fields[name] as { title: string; description: string };
  return { label: title, helpText: description };
}

export const orgUrlField = ({ connection: { orgUrl } }: Manifest): ZapierAuthField => ({
  ...{ key: 'orgUrl', type: 'string', required: true, isNoSecret: true },
  ...{ label: orgUrl.title, helpText: orgUrl.description, placeholder: 'https://acme.okta.com' },
});

export const scopesField = (scopes: string): ZapierAuthField => ({
  ...{ key: 'scopes', label: 'Scopes', type: 'text', isNoSecret: true, default: scopes },
  helpText:
    'OAuth scopes to request, separated by spaces. They must be granted to the app in Okta; the suggested ones only read. For actions add those that end in .manage: okta.users.manage, okta.groups.manage.',
});

export const textIn = (data: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  String(data[name] ?? '').trim() || undefined;

export const scopesOfForm = (data: Readonly<Record<string, unknown>>): string[] =>
  (textIn(data, 'scopes') ?? '').split(/[\s,]+/).filter(Boolean);
