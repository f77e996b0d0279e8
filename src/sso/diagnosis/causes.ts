/** Who can mend a cause: an administrator of Okta or of the application, the person who signs in, or who develops the application. */
export const MENDERS = ['okta_admin', 'app_admin', 'user', 'developer'] as const;

/** One cause of sign-ins that do not work. */
interface CauseRow {
  cause: string;
  fix: string;
  who: (typeof MENDERS)[number];
  /** Texts that name it: what a person saw, or the type, result and reason of a System Log event. */
  says?: readonly RegExp[];
  /** Texts that several causes have. */
  mayBe?: readonly RegExp[];
}

const INVALID_CLIENT = [/\binvalid_client\b/i, /client authentication failed/i];

/**
 * Everything that is known to keep people from signing in, in the order in which it is told where nothing else decides. The
 * documentation, the codes of the output and what a text points to are derived from it.
 */
export const CAUSES = {
  api_token_invalid: {
    cause: 'The credential of the connection is invalid, or the person who made it is deactivated.',
    fix: 'Make a new credential for the connection, with an account that stays.',
    who: 'okta_admin',
    says: [/E0000011\b/, /invalid token provided/i],
  },
  permission_missing: {
    cause: 'The credential may not do what was tried: a role or a scope is missing.',
    fix: 'Give the account or the service app the role or the scope that the message names.',
    who: 'okta_admin',
    says: [
      /E0000006\b/,
      /do not have permission to (perform|access)(?! the feature)/i,
      /\binsufficient_scope\b/i,
    ],
  },
  admin_host: {
    cause: 'The address was copied from the Admin Console: nobody signs in at a host with -admin.',
    fix: 'Remove -admin from the host in the settings of the application.',
    who: 'app_admin',
  },
  host_typo: {
    cause: 'The host of the address has its ending twice.',
    fix: 'Correct the host in the settings of the application.',
    who: 'app_admin',
  },
  wrong_host: {
    cause: 'The address is not one on which Okta signs people in, so it answers 404 or not at all.',
    fix: 'Enter the address of the org or its custom domain, exactly as set_up_oidc_sso returns the endpoints.',
    who: 'app_admin',
    says: [/\b404\b/, /page (was )?not found/i, /page (does not|doesn.t) exist/i],
  },
  issuer_slash: {
    cause: 'The issuer ends in a slash or an address has two slashes: that is another issuer, or no page.',
    fix: 'Enter the issuer without a slash at its end.',
    who: 'app_admin',
    says: [/[^:]\/\/\.well-known/],
  },
  issuer_mismatch: {
    cause: 'The application expects another issuer than the tokens and the metadata name.',
    fix: 'Enter the issuer exactly as the metadata name it, or change the issuer mode of the app or the Issuer setting of the authorization server to the custom domain.',
    who: 'app_admin',
    says: [
      /\biss(uer)?\b[^.]{0,60}(did|does|do) not match/i,
      /\bissuer mismatch/i,
      /unexpected (JWT )?"iss"/i,
      /"issuer" property does not match/i,
      /not issued by expected OpenID provider/i,
      /invalid issuer/i,
    ],
  },
  two_sessions: {
    cause: 'The custom domain and the address of the org have separate sessions, and this app uses both.',
    fix: 'Give all addresses of the application and the issuer mode of the app the same domain.',
    who: 'okta_admin',
  },
  api_access_management_missing: {
    cause:
      'The org has no API Access Management, so it has no custom authorization servers, not even default.',
    fix: 'Use the authorization server of the org: /oauth2/v1 in all endpoints.',
    who: 'app_admin',
    says: [/E0000015\b/, /API Access Management/i],
  },
  server_unavailable: {
    cause: 'The authorization server of the address does not exist, or is inactive.',
    fix: 'Correct its id in the settings of the application, activate it, or use the server of the org.',
    who: 'app_admin',
  },
  issuer_mode_without_domain: {
    cause: 'The app names the custom domain as its issuer, and the org has no verified custom domain.',
    fix: 'Verify a custom domain, or set the issuer mode of the app to ORG_URL.',
    who: 'okta_admin',
    says: [/issuerMode: can ?not be set/i],
  },
  app_inactive: {
    cause: 'The app is inactive.',
    fix: 'Activate it.',
    who: 'okta_admin',
    says: [/\bclient_inactive\b/],
  },
  client_unknown: {
    cause: 'The org has no app with the client ID that the application sends.',
    fix: 'Enter the client ID of the app; set_up_oidc_sso returns it.',
    who: 'app_admin',
    says: [/invalid value for 'client_id'/i, /\binvalid_client_id\b/],
  },
  redirect_uri_mismatch: {
    cause: 'The application sends a redirect URI that is not registered, character by character.',
    fix: 'Register the URI that the application shows as its own, or correct it there.',
    who: 'okta_admin',
    says: [
      /redirect_uri'? parameter must be a Login redirect URI/i,
      /\billegal_redirect_uri\b/,
      /\bredirect_uri_mismatch\b/i,
      /does not match the redirection URI used/i,
    ],
  },
  client_secret_inactive: {
    cause: 'The application uses a client secret that is switched off.',
    fix: 'Give the application the active secret, or switch this one on again. Okta lets no secret expire: somebody switched it off.',
    who: 'app_admin',
  },
  client_secret_wrong: {
    cause:
      'The application uses a client secret that the app does not have: it was rotated or copied wrongly.',
    fix: 'Make a new secret and enter it in the application. Afterwards, delete the old one.',
    who: 'app_admin',
    says: [/client secret supplied[^.]{0,60}invalid/i, /\binvalid_client_secret\b/],
    mayBe: INVALID_CLIENT,
  },
  client_auth_method: {
    cause: 'The application sends the client secret in another way than the app expects, or in two ways.',
    fix: 'Let the application use the token_endpoint_auth_method of the app, or change that.',
    who: 'app_admin',
    says: [
      /cannot supply multiple client credentials/i,
      /no client credentials found/i,
      /\binvalid_token_endpoint_auth_method\b/,
    ],
    mayBe: INVALID_CLIENT,
  },
  no_matching_policy: {
    cause: 'No policy of the custom authorization server gives this client a token.',
    fix: 'Add the client to an access policy of the server, with a rule for its grants, scopes and people.',
    who: 'okta_admin',
    says: [/policy evaluation failed for this request/i, /\bno_matching_policy\b/],
  },
  scope_unknown: {
    cause: 'The application asks for a scope that the authorization server does not have or allow.',
    fix: 'Ask only for scopes among scopes_supported in the metadata of the server: groups is one of the org, own scopes are of custom servers.',
    who: 'app_admin',
    says: [
      /scopes are not configured/i,
      /custom scopes are not allowed/i,
      /requested scopes were (rejected|denied)/i,
      /\b(no_matching_scope|illegal_custom_scope|no_scope_allowed|scope_denied)\b/,
      /\binvalid_scope\b/,
    ],
  },
  pkce_required: {
    cause: 'The app requires PKCE, and the application sent none.',
    fix: 'Switch PKCE (S256) on in the application; if it knows none, as passport-openidconnect, let the app not require it.',
    who: 'app_admin',
    says: [/\bPKCE\b/],
  },
  grant_not_allowed: {
    cause: 'The application asks for a response type or grant that the app does not allow.',
    fix: 'Allow it in the app, such as implicit for HaloITSM, or use the authorization code in the application.',
    who: 'okta_admin',
    says: [
      /\bunauthorized_client\b/,
      /\bunsupported_response_type\b/,
      /response type is not supported/i,
      /not authorized to use the provided grant type/i,
    ],
  },
  state_invalid: {
    cause: 'The application sends no state, or one with characters that Okta does not take.',
    fix: 'Send a state of letters, digits and , . _ - alone: base64url or hexadecimal.',
    who: 'developer',
    says: [/invalid 'state' parameter/i, /missing_state\b/],
  },
  initiated_by_tile: {
    cause:
      'The sign-in began at the tile in Okta: it opens the application with iss, without state and code.',
    fix: 'Let the application begin a sign-in of its own at initiate_login_uri, for issuers that it knows.',
    who: 'developer',
    says: [/target_link_uri/, /\bidp_initated_flow_disabled\b/, /\bmissing_initiate_login_uri\b/],
    mayBe: [/state (is )?missing|missing ["']?state/i],
  },
  state_lost: {
    cause:
      'The application no longer knew the sign-in: its cookie was lost, or a second tab began another one.',
    fix: 'Try again in one tab. If it stays, let the cookie of the application survive the way back (SameSite, Secure, one host name).',
    who: 'developer',
    says: [
      /unable to verify authorization request state/i,
      /invalid authorization request state/i,
      /unexpected "state" response parameter/i,
      /state cookie/i,
      /state mismatch/i,
      /state from cookie does not match/i,
      /does not match the (URL )?hostname/i,
    ],
    mayBe: [/state (is )?missing|missing ["']?state/i],
  },
  user_unknown: {
    cause: 'The org has no such user.',
    fix: 'Create the user, or sign in with the login that the org knows.',
    who: 'okta_admin',
  },
  user_inactive: {
    cause: 'The account of the user is not active.',
    fix: 'Bring it into the status ACTIVE.',
    who: 'okta_admin',
    says: [
      /\b(LOCKED_OUT|PASSWORD_EXPIRED)\b/,
      /\b(invalid_user_status_error|password_expired)\b/,
      /account is (locked|suspended|deactivated|inactive|not active)/i,
    ],
    mayBe: [/\bVERIFICATION_ERROR\b/],
  },
  password_wrong: {
    cause: 'The user entered a wrong password or login.',
    fix: 'Sign in again with the right one, or reset the password.',
    who: 'user',
    says: [/\bINVALID_CREDENTIALS\b/, /E0000004\b/],
    mayBe: [/\bVERIFICATION_ERROR\b/],
  },
  user_not_assigned: {
    cause: 'The user does not have the app, neither directly nor through a group.',
    fix: 'Assign it, or add the user to a group that has it.',
    who: 'okta_admin',
    says: [
      /user is not assigned/i,
      /\buser_not_assigned\b/,
      /\bapp\.generic\.unauth_app_access_attempt\b/,
      /not allowed to access this app/i,
    ],
  },
  other_session: {
    cause: 'Another person was still signed in to Okta in this browser and was used without a question.',
    fix: 'Sign out of Okta, or use a private window; the application can send prompt=login.',
    who: 'user',
  },
  sign_on_policy_denies: {
    cause: 'A sign-on policy denies this user or the circumstances of this sign-in.',
    fix: 'Look at the rules of the policy (list_policy_rules, run_policy_simulation): add a rule before the one that denies, or sign in as it asks.',
    who: 'okta_admin',
    says: [/\bapplication\.policy\.sign_on\.deny_access\b/, /\bpolicy\.evaluate_sign_on DENY\b/],
    mayBe: [/denied by (the |a )?(sign-on |authentication |access )?policy/i, /policy evaluation failed/i],
  },
  too_many_groups: {
    cause: 'More than 100 groups of the user match the groups claim, and Okta then gives no token.',
    fix: 'Narrow the filter of the groups claim.',
    who: 'okta_admin',
    says: [/\btoo_many_groups_in_groups_claim\b/, /too many groups/i],
  },
  claim_expression: {
    cause: 'The expression of a claim fails for this user.',
    fix: 'Correct the expression: it must also work for users whose attribute is empty.',
    who: 'okta_admin',
    says: [
      /claim could not be evaluated/i,
      /\b(user|system)_claim_evaluation_failure\b/,
      /\bapp\.oauth2\.as\.evaluate\.claim FAILURE\b/,
    ],
  },
  claim_missing: {
    cause:
      'The ID token lacks a claim: it is thin if an access token comes with it, and has only what the scopes ask for.',
    fix: 'Ask for the scopes email and profile (groups), and read userinfo: skipUserProfile: false in passport-openidconnect.',
    who: 'app_admin',
    says: [
      /remote user could not be set/i,
      /claim[^.]{0,40}(is |was )?(missing|not found|absent)/i,
      /missing[^.]{0,30}claim/i,
    ],
    mayBe: [/AuthenticationError: Unauthorized/],
  },
  account_not_listed: {
    cause: 'The application has no account for this person.',
    fix: 'Add the person there, under the value that it compares: preferred_username in Node-RED.',
    who: 'app_admin',
    mayBe: [/AuthenticationError: Unauthorized/],
  },
  email_taken: {
    cause:
      'The e-mail address already belongs to another account of the application: of a customer, or made by provisioning.',
    fix: 'Give one of the two accounts another address, or link them; use one matching rule for sign-on and provisioning.',
    who: 'app_admin',
    says: [/(user|account|e-?mail)[^.]{0,40}(already|in use)[^.]{0,20}(exists?|taken|used|use|registered)/i],
  },
  keys_rotated: {
    cause: 'The application does not know the key with which the token is signed: Okta rotates its keys.',
    fix: 'Let the application read the keys from jwks_uri, and again when a key is unknown.',
    who: 'developer',
    says: [
      /no applicable key found/i,
      /(signing key|\bkid\b|key id)[^.]{0,80}(not found|unknown|no match|could not be found)/i,
      /unable to find a[^.]{0,20} key/i,
      /could not verify signature against any/i,
      /JWT signature (verification failed|could not be validated)/i,
    ],
  },
  clock_skew: {
    cause: 'The clock of the application differs from that of Okta.',
    fix: 'Set the clock of its server by NTP, and let it tolerate two minutes.',
    who: 'app_admin',
    says: [
      /not yet valid/i,
      /(issued|was) in the future/i,
      /used too early/i,
      /clocks? skew/i,
      /NotOnOrAfter in \w+ was in the past/i,
      /ERR_SUBJECT_UNCONFIRMED/,
      /timestamp claim value|"(exp|nbf|iat)" (claim|validation failure)/i,
    ],
    mayBe: [/(token|assertion|response) (has )?expired/i],
  },
  plain_http: {
    cause: 'The library of the application refuses plain http.',
    fix: 'Use https, or on this machine allow it: { execute: [allowInsecureRequests] } in openid-client.',
    who: 'developer',
    says: [/OAUTH_HTTP_REQUEST_FORBIDDEN/],
  },
  saml_issuer: {
    cause: 'The application expects the entity ID of another identity provider.',
    fix: 'Give the application the metadata of this app again.',
    who: 'app_admin',
    says: [/unknown SAML issuer/i],
  },
  saml_audience: {
    cause: 'The audience of the assertions is not the entity ID of the application, character by character.',
    fix: 'Copy the audience from the metadata of the application.',
    who: 'okta_admin',
    says: [/audience[^.]{0,30}(mismatch|invalid|incorrect|not match)/i, /invalid audience/i],
  },
  saml_acs: {
    cause: 'Okta sends the assertions to, or for, another address than the application takes them at.',
    fix: 'Copy the ACS URL from the metadata of the application: it is recipient and destination, too.',
    who: 'okta_admin',
    says: [
      /(destination|recipient)[^.]{0,60}(mismatch|invalid|incorrect|wrong|not match|does not)/i,
      /(invalid|wrong) (destination|recipient)/i,
    ],
  },
  certificate_changed: {
    cause: 'The application checks signatures with another certificate than the app signs with now.',
    fix: 'Give the application the metadata or the certificate of the app as they are now.',
    who: 'app_admin',
    says: [
      /invalid (document )?signature/i,
      /(?<!JWT )signature[^.]{0,40}(invalid|not valid|failed|could not be verified|mismatch)/i,
      /failed to verify signature/i,
      /certificate[^.]{0,40}(mismatch|not match|changed)/i,
    ],
  },
  signature_missing: {
    cause: 'The app signs only the response or only the assertion, and the application wants both.',
    fix: 'Let the app sign both.',
    who: 'okta_admin',
    mayBe: [/invalid (document )?signature/i],
  },
  certificate_expired: {
    cause:
      'The certificate with which the app signs has expired or soon will. Most applications go on taking it.',
    fix: 'Rotate it, and give the application the new one before it is used.',
    who: 'okta_admin',
    says: [/certificate[^.]{0,30}expired/i],
  },
  nameid_format: {
    cause: 'The NameID has another format than the application wants.',
    fix: 'Set the NameID format of the app to one that the application takes, or e-mail.',
    who: 'okta_admin',
    says: [/InvalidNameIDPolicy/, /NameID[^.]{0,20} format/i, /NameID ?Policy/i],
  },
  nameid_value: {
    cause: 'The NameID is not the value by which the application knows the person.',
    fix: 'Send the same value in the NameID and in the e-mail attribute: user name of the app in Okta, or matching in the application.',
    who: 'okta_admin',
  },
  nameid_case: {
    cause:
      'The NameID is written with other capital letters than the account: many applications compare exactly.',
    fix: 'Let the application compare without case, or send it in lower case; two accounts that differ in case alone are a conflict.',
    who: 'app_admin',
  },
  attribute_case: {
    cause: 'An attribute is sent with other capital letters than the application asks for.',
    fix: 'Name the attribute in the app exactly as the application does.',
    who: 'okta_admin',
  },
  attribute_missing: {
    cause: 'An attribute that the application asks for is not sent.',
    fix: 'Add it to the attribute statements of the app.',
    who: 'okta_admin',
    says: [/attribute[^.]{0,40}(missing|not found|required)/i, /missing[^.]{0,30}attribute/i],
  },
  unsolicited_response: {
    cause:
      'The application did not find the request that the response answers: its cookie was lost on the way, or Okta began the sign-in.',
    fix: 'Keep requests on the server or set the cookie with SameSite=None and Secure; allow IdP-initiated sign-ins if the tile is used.',
    who: 'developer',
    says: [/InResponseTo/i],
  },
  saml_status: {
    cause: 'Okta answered the SAML request with an error instead of an assertion.',
    fix: 'Read the status: a request for another NameID format, a passive request without a session, or an authentication context that Okta does not offer.',
    who: 'app_admin',
    says: [/status:(Requester|Responder|NoPassive|AuthnFailed|NoAuthnContext)/],
  },
  text_hides_cause: {
    cause: 'The text hides the cause: this application writes it to its error log alone.',
    fix: 'Look for the time of the sign-in in the error log of the web server, and run the diagnosis with that line as error.',
    who: 'app_admin',
    mayBe: [/error in handling response type/i, /^\W*(400 )?bad request\W*$/i],
  },
} as const satisfies Record<string, CauseRow>;

export type CauseCode = keyof typeof CAUSES;

/** The codes, in the order of the table. */
export const CAUSE_CODES = Object.keys(CAUSES) as [CauseCode, ...CauseCode[]];

/** The row of a cause. */
export const causeRow = (code: CauseCode): CauseRow => CAUSES[code];

/** What a text points to: `says` names the cause, `mayBe` only fits it. */
export function causesIn(text: string): { code: CauseCode; by: 'says' | 'mayBe' }[] {
  const found: { code: CauseCode; by: 'says' | 'mayBe' }[] = [];
  for (const code of CAUSE_CODES) {
    const row = causeRow(code);
    const by = (['says', 'mayBe'] as const).find((one) => row[one]?.some((pattern) => pattern.test(text)));
    if (by) found.push({ code, by });
  }
  return found;
}
