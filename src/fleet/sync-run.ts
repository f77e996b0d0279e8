import { hash } from 'node:crypto';
import { connect } from '../connect.ts';
import { InputError } from '../errors/errors.ts';
import type { ConnectOptions } from '../session/options.ts';
import { isPostgres } from '../state/place.ts';
import type { LeaverLimit, SyncReport } from '../sync/sync.ts';
import { openTarget } from '../sync/targets/open.ts';
import type { DeclaredConnection } from './file-schema.ts';
import { connectionWithSecret, secretValue } from './secret-value.ts';
import type { DeclaredSync } from './sync-schema.ts';

export interface SyncRun {
  /** Of the sync. */
  id: string;
  /** As it was declared, JSON. */
  connection: string;
  declared: DeclaredSync;
  /** An operator confirmed what was held back. */
  confirmHeld: boolean;
  options: ConnectOptions;
  stopping: AbortSignal;
}

/**
 * One run of a directory sync. Its snapshot is locked in Postgres: should another worker run it as well, one of them waits.
 * @throws InputError for a state that is not in Postgres, and what `client.sync` throws.
 */
export async function syncOnce(run: SyncRun): Promise<SyncReport> {
  const { mapping, to, maxLeavers } = run.declared.sync;
  const state = schemaOf(await secretValue(run.declared.state), run.id);
  const connection = await connectionWithSecret(JSON.parse(run.connection) as DeclaredConnection);
  const secret = await secretValue(to.type === 'scim' ? to.token : to.secret);
  const target = await openTarget(to.type, to.url, {
    env: { OKTA_CONNECTOR_SCIM_TARGET_TOKEN: secret, OKTA_CONNECTOR_WEBHOOK_SECRET: secret },
    match: mapping.match,
  });
  const client = connect(connection, run.options);
  try {
    return await client.sync({
      ...{ mapping, state, target, maxLeavers: maxLeavers as LeaverLimit },
      ...{ confirmHeld: run.confirmHeld, signal: run.stopping },
    });
  } finally {
    await target.close?.();
    client.close();
  }
}

/** The database with a schema for this sync alone, whose name begins with words that people know. */
function schemaOf(database: string, id: string): string {
  if (!isPostgres(database)) {
    throw new InputError('The state of the syncs is a file, which only one machine has', {
      hint: 'Let it lead to postgres://…, which all workers reach.',
    });
  }
  if (!URL.canParse(database)) return database;
  const url = new URL(database);
  const words = id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 40);
  const own = hash('sha256', `${url.searchParams.get('schema') ?? ''} ${id}`, 'hex').slice(0, 10);
  url.searchParams.set('schema', `okta_${words}_${own}`);
  return url.href;
}
