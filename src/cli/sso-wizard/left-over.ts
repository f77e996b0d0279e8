import { connect } from 'node:net';
import type { Client } from '../../client.ts';
import { isOktaError } from '../../errors/errors.ts';
import { note } from '../output.ts';

/** Where people come back to after a sign-in for a test; no application has this path. */
export const TEST_PATH = '/okta-connector-sso-test';

const TEST_URI = new RegExp(String.raw`^http://127\.0\.0\.1:(\d{1,5})${TEST_PATH}$`);

const HERE_MS = 1_000;

/**
 * Takes away the redirect URIs of sign-ins for a test whose wizard was killed; those of one that still runs here are left.
 * @returns a sentence for each app, which the terminal shows, too.
 */
export async function takeAwayLeftOver(client: Client): Promise<string[]> {
  const told: string[] = [];
  for await (const { id, label, settings } of client.stream('list_apps', {})) {
    const { redirect_uris: all } = (settings?.oauthClient ?? {}) as { redirect_uris?: string[] | null };
    const left: string[] = [];
    for (const uri of all ?? []) {
      const port = TEST_URI.exec(uri)?.[1];
      if (port !== undefined && !(await isRunning(Number(port)))) left.push(uri);
    }
    if (!all || left.length === 0) continue;
    const what = `the redirect URI ${left.join(' and ')} of a sign-in for a test that was interrupted`;
    const redirect_uris = all.filter((uri) => !left.includes(uri));
    const line = await client
      .run('update_app', { appId: id, settings: { oauthClient: { redirect_uris } } })
      .then(
        () => `The app ${label} still had ${what}: it was taken away.`,
        (error) => {
          if (!isOktaError(error)) throw error;
          return `The app ${label} still has ${what}. Remove it in the Admin Console: ${error.message}`;
        },
      );
    note(line);
    told.push(line);
  }
  return told;
}

/** Whether something on this machine listens there: perhaps another wizard. */
function isRunning(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Math.min(port, 65_535), timeout: HERE_MS });
    const end = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
