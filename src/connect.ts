import { runOf, streamOf } from './actions/run.ts';
import type { Connection } from './auth/connection.ts';
import type { Client, UntypedClient } from './client.ts';
import { actionOf, connector, triggerOf } from './connector.ts';
import { directory } from './resources/directory/resource.ts';
import { checkConnection } from './session/check.ts';
import { choicesOf, profileFields } from './session/lookups.ts';
import type { ConnectOptions } from './session/options.ts';
import { openSession } from './session/session.ts';
import { follow, pollOnce, sample } from './triggers/follow.ts';
import { openHook } from './triggers/hook.ts';

const PROGRAM = `okta-connector/${connector.identity.version}`;

/** Nobody has this host: whatever would be sent after all goes nowhere. */
const NOWHERE: Connection = { orgUrl: 'https://offline.invalid', auth: { type: 'api_token', token: 'none' } };

/** A client without an org, for operations that are `offline`. */
export const connectOffline = (options: ConnectOptions = {}): Client => connect(NOWHERE, options);

/**
 * Opens a connection to an Okta org.
 * @throws InputError `invalid_connection` for a connection that cannot work; `invalid_input` for such options.
 */
export function connect(connection: Connection, options: ConnectOptions = {}): Client {
  const session = openSession(connection, options, PROGRAM);
  const { resources } = connector;
  const client: UntypedClient = {
    orgUrl: session.connection.orgUrl,
    run: async (key, input, run = {}) => runOf(session, actionOf(key), input, run),
    async *stream(key, input, run = {}) {
      yield* streamOf(session, actionOf(key), input, run);
    },
    // Loaded on first use: not every caller needs it.
    async *bulk(key, inputs, run = {}) {
      const action = actionOf(key);
      const { bulk } = await import('./bulk/bulk.ts');
      yield* bulk(session, action, inputs, run);
    },
    async *export(kind, query = {}, run = {}) {
      const { exportOf } = await import('./export/sources.ts');
      yield* exportOf(session, kind, query, run);
    },
    poll: (key, input, run) => pollOnce(session, triggerOf(key), input, run),
    follow: (key, input, run) => follow(session, triggerOf(key), input, run),
    sample: async (key, input, run = {}) => sample(session, triggerOf(key), input, run),
    async pull(key, input, run = {}) {
      const { pull } = await import('./triggers/pull.ts');
      return pull(session, triggerOf(key), input, run);
    },
    async webhook(run) {
      const { openWebhook } = await import('./triggers/webhook.ts');
      return openWebhook(session, triggerOf, run);
    },
    hook: (key, input, run) => openHook(session, triggerOf(key), input, run),
    async sync(options) {
      const { sync } = await import('./sync/run.ts');
      const context = session.reading(directory.scopes, options);
      return sync(context, options);
    },
    test: (run = {}) => checkConnection(session, connector, run),
    options: (key, query = {}, run = {}) => choicesOf(session, resources, key, query, run),
    fields: (type = 'default', of = {}) => profileFields(session, resources, type, of),
    budget: session.budget,
    close: session.close,
  };
  return client as Client;
}
