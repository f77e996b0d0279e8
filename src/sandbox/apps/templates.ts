import { invalid } from '../errors.ts';
import type { Json } from '../json.ts';

/** The sign-on modes of Okta's own templates, by name. */
const templates: Readonly<Record<string, string>> = {
  bookmark: 'BOOKMARK',
  oidc_client: 'OPENID_CONNECT',
  template_basic_auth: 'BASIC_AUTH',
  template_sps: 'SECURE_PASSWORD_STORE',
  template_swa: 'BROWSER_PLUGIN',
  template_swa3field: 'BROWSER_PLUGIN',
  template_wsfed: 'WS_FEDERATION',
};

/** Modes whose apps need no template: their name is made from the label. */
const nameless = new Set(['SAML_2_0', 'SAML_1_1', 'AUTO_LOGIN']);

/**
 * The name of a new app: that of its template or catalogue entry, in lower case, or one made from the label.
 * @throws Refusal E0000001
 */
export function newName({ name, label, signOnMode }: Json, number: number): string {
  if (typeof name === 'string' && name !== '') return name.toLowerCase();
  if (!nameless.has(String(signOnMode)))
    throw invalid('name', 'name: The app of this sign-on mode needs the name of its template');
  const word = String(label)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return `sandbox_${word}_${number}`;
}

/** Whether the name of an app was made from its label. */
export const isOwnName = (name: string): boolean => /_\d+$/.test(name);

/** The sign-on mode of an app. Okta's browser plugin signs in to the apps of the catalogue that are asked to do so themselves. */
export function modeOf(name: string, asked: unknown): string {
  const mode = templates[name] ?? (asked === 'AUTO_LOGIN' && !isOwnName(name) ? 'BROWSER_PLUGIN' : asked);
  if (typeof mode !== 'string') throw invalid('signOnMode', 'signOnMode: The field cannot be left blank');
  return mode;
}

/** Whether apps of a sign-on mode sign what they send, and so have a key. */
export function signs(signOnMode: string): boolean {
  return signOnMode === 'OPENID_CONNECT' || signOnMode.startsWith('SAML_');
}

/** The name of an app's tile: its own for apps with a key or a name of their own, `login` for the templates of Okta. */
export function tileName(name: string, signOnMode: string): string {
  return signs(signOnMode) || isOwnName(name) ? `${name}_link` : 'login';
}
