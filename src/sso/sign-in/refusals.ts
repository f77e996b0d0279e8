import * as oauth from 'oauth4webapi';
import { type ErrorActor, isOktaError, OktaError } from '../../errors/errors.ts';
import { inSentences } from '../../errors/sentences.ts';
import { isRecord } from '../../schema/record.ts';

/** A sign-in that is refused, by the other side or by a check. */
export const refusal = (
  message: string,
  hint: string,
  more: { actor?: ErrorActor; oktaCode?: string; status?: number; causes?: string[] } = {},
): OktaError => new OktaError(message, { code: 'sign_in_refused', actor: 'caller', hint, ...more });

/** What an error of OAuth means, told apart by its text where one error has several causes. */
interface Meaning {
  error: RegExp;
  says?: RegExp;
  cause: string;
  hint: string;
  actor?: ErrorActor;
}

const AGAIN = 'Begin the sign-in again';

const MEANINGS: readonly Meaning[] = [
  {
    ...{ error: /./, says: /claim could not be evaluated/i, actor: 'admin' },
    cause: 'An expression of a claim fails for this person',
    hint: 'Check the claims of the authorization server or app, and whether the person has the attributes that they use',
  },
  {
    ...{ error: /^access_denied$/, says: /not assigned/i, actor: 'admin' },
    cause: 'The person is not assigned to the app',
    hint: 'Assign the person or a group (assign_user_to_app). If they are assigned, Okta used the session of somebody else in this browser without asking: begin again with prompt=login',
  },
  {
    ...{ error: /^access_denied$/, says: /policy evaluation failed/i, actor: 'admin' },
    cause: 'No access policy of the authorization server lets this client in',
    hint: 'Add a rule for the client to a policy of the server, or use the org as the issuer. Assigning people does not help',
  },
  {
    error: /^access_denied$/,
    cause: 'The person was not let in, or refused',
    hint: 'Check the sign-on policy of the app, and look for the sign-in in the System Log: diagnose_sso does both',
  },
  {
    ...{ error: /^invalid_scope$/ },
    cause: 'The server does not know one of the scopes for this client',
    hint: 'The org has groups but no scopes of your own; a custom server has those that were added to it, which groups is not by itself. Ask for scopes that its metadata name',
  },
  {
    error: /^(login|interaction|consent|account_selection)_required$/,
    cause: 'The person has no session, and prompt=none allows no question',
    hint: 'Begin again without prompt',
  },
  {
    ...{ error: /^invalid_request$/, says: /pkce|code_?challenge/i },
    cause: 'The app wants PKCE',
    hint: 'Begin with pkce=true',
  },
  {
    ...{ error: /^invalid_client$/, actor: 'admin' },
    cause: 'The client is not accepted',
    hint: 'The secret may be wrong, switched off or rotated, or the app is registered for another method: authMethod must be its token_endpoint_auth_method (get_app)',
  },
  {
    error: /^invalid_grant$/,
    cause:
      'The code has been used or has expired, or was given for another client, redirect URI or code verifier',
    hint: `${AGAIN}: each code works once and for some minutes, and only with the signIn that it belongs to`,
  },
  {
    ...{ error: /^(unauthorized_client|unsupported_response_type|unsupported_grant_type)$/, actor: 'admin' },
    cause: 'The app may not use the authorization code',
    hint: 'Allow the grant type authorization_code in the app',
  },
  {
    ...{ error: /^(server_error|temporarily_unavailable)$/, actor: 'okta' },
    cause: 'The server failed',
    hint: 'Begin the sign-in again later',
  },
];

/** Texts of others may be of any length. */
const cut = (text: string) => text.slice(0, 500);

/** The error that another side named, with cause and fix. */
export function namedRefusal(error: string, description = '', status?: number): OktaError {
  const said = cut(inSentences(description) || error);
  const meaning = MEANINGS.find((one) => one.error.test(error) && (one.says?.test(description) ?? true));
  return refusal(
    meaning ? `${meaning.cause}: ${said}` : `The sign-in was refused: ${said}`,
    inSentences(meaning?.hint ?? 'Look for the sign-in in the System Log (diagnose_sso)'),
    { actor: meaning?.actor ?? 'caller', oktaCode: cut(error), status },
  );
}

/** What to do about a claim that is not as it must be. */
const CLAIM_HINTS: Readonly<Record<string, string>> = {
  iss: 'The token is of another issuer: compare the issuer setting of the authorization server with the issuer given here.',
  aud: 'The token is for another client: give the clientId of the app that signs people in.',
  azp: 'The token was given to another client.',
  nonce: 'The token belongs to another sign-in: it may have been injected. Begin the sign-in again.',
  auth_time:
    'The person signed in longer ago than maxAgeSeconds allows. Begin the sign-in again with prompt=login.',
};

interface Around {
  signal: AbortSignal | undefined;
  /** How far the clocks are apart, in words. */
  clock?: () => string | undefined;
  /** What must not be in an error, even if the other side repeats it. */
  secrets?: readonly (string | undefined)[];
}

/**
 * Does some work with the library for OAuth. Its errors become ours.
 * @throws OktaError; the reason of the signal.
 */
export async function inOwnWords<T>(
  { signal, clock, secrets = [] }: Around,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    const own = isOktaError(error) ? error : ownWords(error as Error, clock?.());
    throw own.with({ secrets: secrets.filter((one) => one !== undefined) });
  }
}

function ownWords(error: Error & { code?: string }, clock: string | undefined): OktaError {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    const { error: name, error_description: description } = error;
    return namedRefusal(name, description, 'status' in error ? error.status : undefined);
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return refusal(`The issuer refused the token or client (${error.status})`, `${AGAIN}.`, {
      status: error.status,
    });
  }
  const claim = isRecord(error.cause) && typeof error.cause.claim === 'string' ? error.cause.claim : '';
  const causes = [cut(error.message)];
  switch (error.code) {
    case oauth.JWT_TIMESTAMP_CHECK:
      return claim === 'auth_time'
        ? refusal('The person did not sign in recently enough', CLAIM_HINTS.auth_time as string, { causes })
        : outOfTime(claim, clock, causes);
    case oauth.JWT_CLAIM_COMPARISON:
      return refusal(
        `The ID token is not for this sign-in: ${claim} is another one`,
        CLAIM_HINTS[claim] ?? `${AGAIN}.`,
        { causes },
      );
    case oauth.KEY_SELECTION:
      return refusal(
        'The ID token is signed with a key that the issuer does not publish',
        'Keys change several times a year: they were read again, but not twice within a minute. Try again then.',
        { causes },
      );
    case oauth.JSON_ATTRIBUTE_COMPARISON:
      return refusal(
        'The userinfo are those of another person than the ID token',
        'Do not let anybody in. Tell the operator of the issuer.',
        { causes },
      );
    default: {
      const status = error.cause instanceof Response ? error.cause.status : undefined;
      const what = `The answer of the issuer${status === undefined ? '' : ` (${status})`}`;
      return refusal(`${what} does not pass the checks of a sign-in`, `${AGAIN}.`, { causes, status });
    }
  }
}

/** A token whose time is not now. @param clock how far the clocks are apart, in words. */
export const outOfTime = (claim: string, clock: string | undefined, causes: string[]): OktaError =>
  refusal(
    `The ID token is ${claim === 'exp' ? 'no longer' : 'not yet'} valid by the clock of this machine`,
    inSentences(clock, 'Set the clock by a time server, or allow more with allowedSkewSeconds'),
    { causes },
  );
