import { type EditorNode, editor } from './red.ts';

/** A connection for the routes of the runtime: as deployed, or as it was typed since. */
export interface Draft {
  id: string;
  deployed: boolean;
  orgUrl: string;
  auth: Record<string, string>;
  secrets: Record<string, string | undefined>;
}

const NOT_ALLOWED =
  'Your Node-RED user may not do this: it needs the permission okta-connector.write. Or the session has ended: log in again.';

/** Asks the runtime. Rejects with an error whose message is for people. */
export async function ask<T>(path: string, body: object = {}): Promise<T> {
  try {
    return await $.ajax({
      url: `okta-connector/${path}`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(body),
    });
  } catch (failed) {
    const { responseJSON, status, statusText } = failed as JQuery.jqXHR;
    if (status === 401) throw new Error(NOT_ALLOWED);
    throw new Error(responseJSON?.message ?? statusText ?? 'no answer');
  }
}

/** What Node-RED keeps already is not known to the editor. */
export const KEPT = '__PWRD__';

/** The secrets that were typed and not deployed yet. */
export const typedSecrets = (credentials: Record<string, string | undefined> = {}) =>
  Object.fromEntries(
    Object.entries(credentials).filter(
      ([key, value]) => key.startsWith('secret_') && value && value !== KEPT,
    ),
  );

/** The connection with this id, as the editor holds it. */
export function draftOf(id: string): Draft | undefined {
  const node: EditorNode | null = editor.nodes.node(id);
  if (!node) return undefined;
  const { orgUrl, auth, credentials, changed } = node;
  return { id, deployed: !changed, orgUrl, auth, secrets: typedSecrets(credentials) };
}
