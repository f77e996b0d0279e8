import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect } from '../../../src/connect.ts';
import { isOktaError, OktaError } from '../../../src/errors/errors.ts';
import type { Change } from '../../../src/sync/change.ts';
import type { SyncOptions } from '../../../src/sync/sync.ts';
import type { ChangeRefusal, Target } from '../../../src/sync/targets/target.ts';
import type { Mirror } from '../../sync/support/mirror.ts';
import type { Random } from '../random.ts';
import type { TravelClock } from './clock.ts';
import type { State } from './state.ts';
import type { Tap } from './tap.ts';

const CLI = join(import.meta.dirname, '../../../dist/cli.js');
const PRELOAD = pathToFileURL(join(import.meta.dirname, 'time-travel.ts')).href;

/** What one run is asked for, and what happens to it. */
export interface Ask extends Pick<SyncOptions, 'mapping' | 'full' | 'maxLeavers' | 'confirmHeld'> {
  /** Killed before this request is answered. */
  killAt?: number;
  /** Killed when this batch is out, before that is saved. */
  killAfterBatch?: number;
  /** The target cannot be used from this batch on. */
  failAtBatch?: number;
  /** The share of the changes that the target refuses for now. */
  refuses?: number;
  /** Largest batch of the target. */
  batch: number;
  /** Happens before this request is passed on. */
  interrupt?: { at: number; work: () => Promise<void> };
}

export interface Ended {
  /** `killed`, or the code of the error; undefined: done. */
  end: string | undefined;
  message?: string;
  mode?: 'full' | 'delta';
  /** Rows that the report names as failed. */
  failed: number;
  state: State;
}

export interface Scene {
  tap: Tap;
  clock: TravelClock;
  random: Random;
  credential: { clientId: string; privateKey: string; keyId: string; scopes: string[] };
  mirror: Mirror;
  /** Takes each change that leaves. */
  tell: (change: Change) => void;
}

/** A run in this process. It is killed by going on with what it left behind, deaf to what it still does. */
export async function runHere(scene: Scene, ask: Ask, state: State): Promise<Ended> {
  const { tap, clock, random, credential, mirror, tell } = scene;
  const stop = new AbortController();
  let left: State | undefined;
  const kill = () => {
    left ??= state.copy();
    stop.abort();
  };
  tap.watch(async (number) => {
    if (number === ask.killAt) kill();
    if (number === ask.interrupt?.at) await ask.interrupt.work();
  });
  let batches = 0;
  const target: Target = {
    batch: ask.batch,
    async apply(changes) {
      if (left) return [];
      batches += 1;
      if (batches === ask.failAtBatch) throw unusable();
      const refused = new Set<Change>();
      const refusals: ChangeRefusal[] = [];
      for (const change of changes) {
        const mayNot = lacksBase(change, refused) || random.next() < (ask.refuses ?? 0);
        // What it has taken before it does not refuse.
        if (mayNot && !mirror.knows(change.id)) {
          refused.add(change);
          mirror.refuse(change);
          refusals.push(refusalOf(change));
        } else tell(change);
      }
      if (batches === ask.killAfterBatch) kill();
      return refusals;
    },
  };
  const client = connect(
    { orgUrl: tap.url, auth: { type: 'client_credentials', ...credential } },
    { clock, maxRetries: 2, progress: () => {} },
  );
  const { mapping, full, maxLeavers, confirmHeld } = ask;
  try {
    const { place } = state;
    const options = { mapping, full, maxLeavers, confirmHeld, state: place, target, signal: stop.signal };
    const { mode, failed } = await client.sync(options);
    return { end: left && 'killed', mode, failed: failed.count, state: left ?? state };
  } catch (error) {
    if (left) return { end: 'killed', failed: 0, state: left };
    if (!isOktaError(error)) throw error;
    return { end: error.code, message: error.message, failed: 0, state };
  } finally {
    client.close();
  }
}

/** Who could not be created gets nothing; who still has something does not go. */
function lacksBase({ kind, key }: Change, refused: ReadonlySet<Change>): boolean {
  if (!kind.startsWith('assignment') && kind !== 'user.deleted') return false;
  const userId = 'userId' in key && key.userId;
  return [...refused].some(
    (one) =>
      'userId' in one.key &&
      one.key.userId === userId &&
      (one.kind === 'user.created' || (kind === 'user.deleted' && one.kind === 'assignment.removed')),
  );
}

const unusable = () =>
  new OktaError('The target cannot be used', {
    code: 'network_error',
    actor: 'caller',
    retryable: true,
    hint: '',
  });

const refusalOf = ({ id }: Change): ChangeRefusal => ({
  ...{ id, message: 'not now', code: 'target_refused', retryable: true },
});

/** A run of the command line, as built, killed with SIGKILL. @param file with the mapping */
export async function runCommand(scene: Scene, ask: Ask, state: State, file: string): Promise<Ended> {
  const { tap, clock, credential, tell } = scene;
  const flags = [
    ...['--state', String(state.place), '--mapping', file, '--max-leavers', String(ask.maxLeavers)],
    ...(ask.full ? ['--full'] : []),
    ...(ask.confirmHeld ? ['--confirm-held'] : []),
  ];
  const child = spawn(process.execPath, ['--import', PRELOAD, CLI, 'sync', ...flags], {
    env: {
      ...process.env,
      AHEAD_MS: String(clock.ahead),
      OKTA_CLIENT_ORGURL: tap.url,
      OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
      OKTA_CLIENT_CLIENTID: credential.clientId,
      OKTA_CLIENT_PRIVATEKEY: credential.privateKey,
      OKTA_CLIENT_KEYID: credential.keyId,
      OKTA_CLIENT_SCOPES: credential.scopes.join(' '),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  tap.watch(async (number) => {
    if (number === ask.killAt) child.kill('SIGKILL');
    if (number === ask.interrupt?.at) await ask.interrupt.work();
  });
  let [rest, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (ask.killAfterBatch !== undefined) child.kill('SIGKILL');
    const lines = (rest + text).split('\n');
    // What a kill cut off is no line.
    rest = lines.pop() as string;
    for (const line of lines) tell(JSON.parse(line));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await closed;
  // The lock of a killed process holds for some time; a copy has none.
  if (child.signalCode === 'SIGKILL') return { end: 'killed', failed: 0, state: state.copy() };
  if (child.exitCode === 0) return { end: undefined, failed: 0, state };
  const [, code = 'unknown'] = /\b(sync_held|rows_failed)\b/.exec(stderr) ?? [];
  return { end: code, message: stderr.trim().slice(-600), failed: code === 'rows_failed' ? 1 : 0, state };
}
