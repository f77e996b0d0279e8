import type { Connection } from '../../auth/connection.ts';
import type { TokenStore } from '../../auth/token-source.ts';
import type { Client } from '../../client.ts';
import { connect } from '../../connect.ts';
import { isRecord } from '../../schema/record.ts';
import { connectionOfForm, scopesIn } from '../connection-form.ts';
import { hostSignIn } from '../host-sign-in.ts';
import { keptClients } from '../kept-clients.ts';
import { PIECE } from './names.ts';

/** A step of a flow ends after ten minutes; people wait in front of most of them. */
const clientFor = keptClients();

/** The longest wait for a rate limit outside steps: Activepieces ends triggers after a minute, and people look at forms. */
export const BRIEF_WAIT_MS = 10_000;

/**
 * The client for the value of a connection.
 * @param maxWaitMs for a rate limit; as the connector has it when left out.
 * @throws InputError for a connection that cannot work.
 */
export function pieceClient(auth: unknown, maxWaitMs?: number): Client {
  const { connection, tokens } = connectionOfPiece(auth);
  const { access_token: token } = isRecord(auth) ? auth : {};
  return clientFor([connection, token, maxWaitMs], () =>
    connect(connection, { userAgent: PIECE, tokens, maxWaitMs }),
  );
}

/** The connection as Activepieces stores it; before it is stored, the value is the form alone. */
export function connectionOfPiece(auth: unknown): { connection: Connection; tokens?: TokenStore } {
  const value = isRecord(auth) ? auth : {};
  const props = isRecord(value.props) ? value.props : value;
  if (typeof value.access_token !== 'string') return { connection: connectionOfForm(props) };
  const orgUrl = String(props.orgUrl ?? '').trim();
  const scope =
    typeof value.scope === 'string' && value.scope !== '' ? value.scope : String(props.scopes ?? '');
  const clientId = typeof value.client_id === 'string' ? value.client_id : 'of-activepieces';
  // Never used: the sign-in is over.
  const redirectUri = 'https://activepieces.invalid/redirect';
  return {
    connection: {
      orgUrl,
      auth: { type: 'authorization_code', clientId, redirectUri, scopes: scopesIn(scope) },
    },
    tokens: hostSignIn(
      { accessToken: value.access_token, tokenType: 'Bearer', expiresAt: Number.MAX_SAFE_INTEGER, scope },
      'Open the connection in Activepieces and connect again.',
    ),
  };
}
