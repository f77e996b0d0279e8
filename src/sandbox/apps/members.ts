import { invalid } from '../errors.ts';
import { isObject, type Json } from '../json.ts';
import { merged } from '../kinds/endpoints.ts';
import type { AppMembers } from './app-store.ts';
import { settingsOf } from './settings.ts';
import { modeOf, signs, tileName } from './templates.ts';

const withPassword = new Set(['AUTO_LOGIN', 'BASIC_AUTH', 'BROWSER_PLUGIN', 'SECURE_PASSWORD_STORE']);

// The key of the org with which its apps sign; the same id for all of them, as in a new org.
export const signingKeyId = 'SandboxSigningKey1SandboxSigningKey1Sandbox';

/** The members of an app as a request gives them, checked and completed. @throws Refusal E0000001 */
export function appMembers(name: string, body: Json): AppMembers {
  const { label, profile } = body;
  if (typeof label !== 'string' || label === '')
    throw invalid('label', 'label: The field cannot be left blank');
  const signOnMode = modeOf(name, body.signOnMode);
  const given = (member: string): Json => (isObject(body[member]) ? body[member] : {});
  const isHidden = signOnMode === 'OPENID_CONNECT';
  return {
    label,
    signOnMode,
    accessibility: {
      ...{ selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
      ...given('accessibility'),
    },
    visibility: merged(
      {
        ...{ autoLaunch: false, autoSubmitToolbar: false, hide: { iOS: isHidden, web: isHidden } },
        appLinks: { [tileName(name, signOnMode)]: true },
      },
      given('visibility'),
    ),
    credentials: credentialsOf(name, signOnMode, given('credentials')),
    settings: settingsOf(name, signOnMode, given('settings')),
    ...(isObject(profile) ? { profile } : {}),
  };
}

function credentialsOf(name: string, mode: string, given: Json): Json {
  const { userNameTemplate, signing, oauthClient, scheme, userName, password, revealPassword } = given;
  const hasPassword = withPassword.has(mode);
  const shares = hasPassword && scheme === 'SHARED_USERNAME_AND_PASSWORD';
  return {
    ...(hasPassword && { scheme: scheme ?? 'EDIT_USERNAME_AND_PASSWORD' }),
    userNameTemplate: merged({ template: `\${source.login}`, type: 'BUILT_IN' }, objectOf(userNameTemplate)),
    ...(shares && { userName: userName ?? null, ...(password ? { password: {} } : {}) }),
    ...(hasPassword && { revealPassword: revealPassword ?? false }),
    signing: signs(mode) ? { kid: signingKeyId, ...objectOf(signing) } : {},
    ...(name === 'oidc_client' && { oauthClient: objectOf(oauthClient) }),
  };
}

function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}
