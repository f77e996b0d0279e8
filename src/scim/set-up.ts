import { InputError } from '../errors/errors.ts';
import { parseUrl } from '../text/url.ts';

/** A field of Okta's console, and what to enter. */
export interface ConsoleField {
  field: string;
  value: string;
}

/** The kinds of app: one that the app wizard made (custom SAML or SWA), or one of Okta's network, such as "SCIM 2.0 Test App". */
export const SCIM_APP_KINDS = ['wizard', 'network'] as const;
export type ScimAppKind = (typeof SCIM_APP_KINDS)[number];

/** What Okta is to do, as its console names it. */
const ACTIONS = 'Import New Users and Profile Updates, Push New Users, Push Profile Updates, Push Groups';

/**
 * The fields of the page "Provisioning, Integration" with their values.
 * @param token what to show for the token.
 */
export function consoleFields(baseUrl: string, token: string, kind: ScimAppKind = 'wizard'): ConsoleField[] {
  const isWizard = kind === 'wizard';
  return [
    { field: isWizard ? 'SCIM connector base URL' : 'Base URL', value: baseUrl },
    {
      field: 'Unique identifier field for users',
      value: isWizard ? 'userName' : 'userName (the app has it set)',
    },
    {
      field: 'Supported provisioning actions',
      value: isWizard ? ACTIONS : `${ACTIONS} (the app has them set)`,
    },
    {
      field: 'Authentication mode',
      value: isWizard ? 'HTTP Header' : 'Header (the variant of the app decides)',
    },
    { field: isWizard ? 'HTTP Header, Authorization' : 'API Token', value: token },
  ];
}

/** @throws InputError for a URL at which Okta cannot reach a SCIM server. */
export function assertReachable(baseUrl: string): void {
  const url = parseUrl(baseUrl);
  const wrong =
    url?.protocol !== 'https:'
      ? 'Okta calls https URLs only'
      : baseUrl.includes('_')
        ? 'Okta takes no URL with "_" in it'
        : /^(localhost|127\.|\[::1\])/.test(url.hostname)
          ? 'Okta cannot reach this machine by that name'
          : undefined;
  if (wrong === undefined) return;
  throw new InputError(`The public URL cannot be used: ${wrong}`, {
    hint: 'Give the https URL of a reverse proxy or tunnel in front of the server, like https://scim.acme.test.',
  });
}
