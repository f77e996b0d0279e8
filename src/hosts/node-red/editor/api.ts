import { type EditorNode, editor } from './red.ts';

/** A connection as sent to the runtime's routes: the deployed one, or one with undeployed changes. */
export interface Draft {
  id: string;
  deployed: boolean;
  orgUrl: string;
  auth: Record<string, string>;
  secrets: Record<string, string | undefined>;
}

const NOT_ALLOWED =
  'Your Node-RED user needs the permission okta-connector.write for this, or your session has ended: log in again.';

/** Sends a request to the runtime. Rejects with an error whose message can be shown to the user. */
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

/** Placeholder of a secret that Node-RED has stored: the editor never sees its value. */
export const KEPT = '__PWRD__';

/** The secrets that were typed but not deployed yet. */
export const typedSecrets = (credentials: Record<string, string | undefined> = {}) =>
  Object.fromEntries(
    Object.entries(credentials).filter(
      ([key, value]) => key.startsWith('secret_') && value && value !== KEPT,
    ),
  );

/** The connection with this id in its current state in the editor. */
export function draftOf(id: string): Draft | undefined {
  const node: EditorNode | null = editor.nodes.node(id);
  if (!node) return undefined;
  const { orgUrl, auth, credentials, changed } = node;
  return { id, deployed: !changed, orgUrl, auth, secrets: typedSecrets(credentials) };
}
