import type { ZObject } from 'zapier-platform-core';
import type { Connection } from '../../auth/connection.ts';
import { completeSignIn, renewSignIn, startSignIn } from '../../auth/sign-in.ts';
import type { TokenStore, Tokens } from '../../auth/token-source.ts';
import { hostSignIn } from '../host-sign-in.ts';
import {
  authText,
  orgUrlField,
  scopesField,
  scopesOfForm,
  textIn,
  type ZapierAuthentication,
  type ZapierBundle,
} from './authentication.ts';
import { zapierError } from './errors.ts';

type Data = Readonly<Record<string, unknown>>;

/** Zapier calls its own address back, and checks the state itself. */
const STATE = 'checked-by-zapier';

/** A person signs in with Okta: authorization code with PKCE. Zapier keeps the tokens, and asks for new ones. */
export const signInAuthentication: ZapierAuthentication = {
  variant: 'okta-sign-in',
  title: 'Okta Connector (sign-in)',
  expired: 'RefreshAuthError',
  protocol: {
    type: 'oauth2',
    oauth2Config: {
      authorizeUrl: shown(authorizeUrl),
      getAccessToken: shown(getAccessToken),
      refreshAccessToken: shown(refreshAccessToken),
      enablePkce: true,
      autoRefresh: true,
    },
  },
  fields: (manifest, scopes) => [
    orgUrlField(manifest),
    {
      ...{ key: 'clientId', type: 'string', required: true, isNoSecret: true },
      ...authText(manifest, 'authorization_code', 'clientId'),
    },
    {
      ...{ key: 'clientSecret', type: 'password', required: false },
      ...authText(manifest, 'authorization_code', 'clientSecret'),
    },
    { ...scopesField(scopes), required: true },
  ],
  connection: (authData) => ({
    // Nothing is sent back to this address: the sign-in is over.
    connection: connectionOf(authData, 'https://zapier.invalid/callback'),
    tokens: signInOf(authData),
  }),
};

function connectionOf(data: Data, redirectUri: string): Connection {
  return {
    orgUrl: textIn(data, 'orgUrl') ?? '',
    auth: {
      ...{
        type: 'authorization_code',
        clientId: textIn(data, 'clientId') ?? '',
        scopes: scopesOfForm(data),
        redirectUri,
      },
      clientSecret: textIn(data, 'clientSecret'),
    },
  };
}

/** While a person connects, the fields are among the inputs. */
const dataOf = ({ inputData, authData }: ZapierBundle): Data => ({ ...authData, ...inputData });

async function authorizeUrl(bundle: ZapierBundle): Promise<string> {
  const data = dataOf(bundle);
  const url = new URL((await startSignIn(connectionOf(data, String(data.redirect_uri)))).url);
  url.searchParams.set('state', String(data.state));
  // Zapier makes the verifier, and adds its challenge.
  url.searchParams.delete('code_challenge');
  url.searchParams.delete('code_challenge_method');
  return url.href;
}

async function getAccessToken(bundle: ZapierBundle): Promise<object> {
  const data = dataOf(bundle);
  const callback = new URL(String(data.redirect_uri));
  callback.searchParams.set('code', String(data.code));
  callback.searchParams.set('state', STATE);
  const pending = { url: '', state: STATE, codeVerifier: String(data.code_verifier) };
  return stored(await completeSignIn(connectionOf(data, String(data.redirect_uri)), pending, callback.href));
}

async function refreshAccessToken({ authData }: ZapierBundle): Promise<object> {
  const { connection } = signInAuthentication.connection(authData);
  return stored(await renewSignIn(connection, tokensOf(authData)));
}

/** What Zapier keeps, as it names it. */
const stored = ({ accessToken, refreshToken, scope }: Tokens) => ({
  ...{ access_token: accessToken, refresh_token: refreshToken, granted: scope },
});

/** Zapier keeps no time of issue: Okta's answer says when a token has ended. */
const tokensOf = (authData: Data): Tokens => ({
  ...{
    accessToken: textIn(authData, 'access_token') ?? '',
    tokenType: 'Bearer',
    expiresAt: Number.MAX_SAFE_INTEGER,
  },
  ...{ scope: textIn(authData, 'granted') ?? '', refreshToken: textIn(authData, 'refresh_token') },
});

function signInOf(authData: Data): TokenStore {
  const tokens = tokensOf(authData);
  const isSignedIn = tokens.accessToken !== '';
  return hostSignIn(isSignedIn ? tokens : undefined, 'Connect the account again if Zapier asks for it.');
}

function shown(work: (bundle: ZapierBundle) => Promise<unknown>) {
  return async (z: ZObject, bundle: ZapierBundle) => {
    try {
      return await work(bundle);
    } catch (error) {
      // Here, renewing again does not help.
      throw zapierError(z, error, 'ExpiredAuthError');
    }
  };
}
