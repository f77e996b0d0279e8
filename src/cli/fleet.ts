import { counted } from '../errors/sentences.ts';
import { openFleet, type RunningWorker, type TriggerStatus } from '../fleet/index.ts';
import type { FLEET_WORDS } from './fleet-words.ts';
import { serveHttp } from './http-server.ts';
import { note, printableJson, printJson, writeOut } from './output.ts';
import { onInterrupt } from './signals.ts';
import { holdHeapSmall } from './small-heap.ts';
import { UsageError } from './usage.ts';

interface FleetFlags {
  redis?: string;
  prefix: string;
  prune?: boolean;
  concurrency: number;
  keepSockets?: boolean;
  log: 'json' | 'text';
  metricsPort?: number;
  confirmHeld?: boolean;
  listen?: { host: string; port: number };
  publicUrl?: string;
  host: string;
  allowUnsafeRedis?: boolean;
  json?: boolean;
}

/** `fleet apply FILE`, `fleet worker`, `fleet status`, `fleet pause|resume|remove CONNECTION[/TRIGGER]`. */
export async function fleetCommand(
  what: (typeof FLEET_WORDS)[number],
  target: string | undefined,
  flags: FleetFlags,
): Promise<void> {
  const url = flags.redis ?? (process.env.OKTA_FLEET_REDIS || undefined);
  if (url === undefined) throw new UsageError('--redis URL is needed, or OKTA_FLEET_REDIS');
  const takesTarget = what !== 'worker' && what !== 'status';
  if (takesTarget && target === undefined)
    throw new UsageError(
      `fleet ${what} needs ${what === 'apply' ? 'FILE' : 'CONNECTION or CONNECTION/TRIGGER'}`,
    );
  if (!takesTarget && target !== undefined) throw new UsageError(`fleet ${what} takes nothing more`);
  if (what === 'worker' && (flags.listen === undefined) !== (flags.publicUrl === undefined))
    throw new UsageError('--listen and --public-url belong together');
  const signal = what === 'worker' ? onInterrupt() : undefined;
  const { prefix, allowUnsafeRedis } = flags;
  const fleet = await openFleet({ redis: url, prefix, allowUnsafeRedis, waits: what === 'worker' });
  try {
    if (signal) return await work(fleet, flags, signal);
    if (what === 'status') return await printStatus(await fleet.status(), flags.json);
    if (what === 'apply') {
      const { hint, ...report } = await fleet.apply(String(target), { prune: flags.prune });
      if (hint) note(hint);
      return await printJson(report);
    }
    const verb = what as 'pause' | 'resume' | 'remove';
    const { confirmHeld } = flags;
    await printJson({ [PAST[verb]]: await fleet[verb](String(target), { confirmHeld }) });
  } finally {
    await fleet.close();
  }
}

const PAST = { pause: 'paused', resume: 'resumed', remove: 'removed' };

type OpenFleet = Awaited<ReturnType<typeof openFleet>>;

async function work(fleet: OpenFleet, flags: FleetFlags, signal: AbortSignal): Promise<void> {
  holdHeapSmall();
  const log = flags.log === 'json' ? jsonLog : textLog;
  const { concurrency, keepSockets, metricsPort, host, listen, publicUrl } = flags;
  const metrics = metricsPort !== undefined;
  const worker = await fleet.work({ concurrency, keepSockets, log, metrics, publicUrl });
  const receiver = listen && (await serveHttp((request) => worker.receive(request), listen));
  if (receiver)
    log({ level: 'info', message: `Listening at ${receiver.url} for ${publicUrl}`, url: receiver.url });
  const server =
    metricsPort === undefined
      ? undefined
      : await serveHttp((request) => answerOperator(worker, new URL(request.url).pathname), {
          ...{ port: metricsPort, host },
        });
  if (server) log({ level: 'info', message: `Metrics at ${server.url}/metrics`, url: server.url });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  log({ level: 'info', message: 'Stopping: what runs ends first' });
  await receiver?.stop();
  await worker.stop();
  await server?.stop();
}

/** `/metrics` and `/healthz`. */
async function answerOperator(worker: RunningWorker, path: string): Promise<Response> {
  if (path === '/metrics') {
    const { text, contentType } = await worker.metrics();
    return new Response(text, { headers: { 'Content-Type': contentType } });
  }
  if (path !== '/healthz') return Response.json({ ok: false }, { status: 404 });
  const ok = await worker.isHealthy();
  return Response.json({ ok }, { status: ok ? 200 : 503 });
}

type Log = NonNullable<NonNullable<Parameters<OpenFleet['work']>[0]>['log']>;

const jsonLog: Log = (entry) => note(printableJson({ time: new Date().toISOString(), ...entry }, true));

const textLog: Log = ({ level, message, connection, trigger }) => {
  const where = connection ? ` ${connection}${trigger ? `/${trigger}` : ''}:` : '';
  note(`${new Date().toISOString()} ${level}${where} ${message}`);
};

async function printStatus(
  { each, ...counts }: Awaited<ReturnType<OpenFleet['status']>>,
  asJson: boolean | undefined,
): Promise<void> {
  if (asJson) return printJson({ ...counts, each });
  const { connections, triggers, syncs, active, failing, parked, paused, leaving, late, workers } = counts;
  const lines = [
    `${connections} connections, ${triggers} triggers, ${syncs} syncs: ${active} active, ${failing} failing, ${parked} parked, ${paused} paused`,
    `${workers} workers; ${late} triggers are late`,
    ...(leaving > 0 ? [`${leaving} removed triggers wait for a worker to delete their event hook`] : []),
    ...each.filter(({ state }) => state !== 'active').map(lineOf),
    ...each.flatMap(({ id, setAside }) =>
      setAside ? [`set aside ${id}: ${counted(setAside, 'item')}`] : [],
    ),
    ...each.flatMap(({ id, hook }) =>
      hook?.isRegistered === false
        ? [`no event hook ${id}: ${hook.problem ?? 'no worker has tried yet'}`]
        : [],
    ),
  ];
  await writeOut(`${lines.join('\n')}\n`);
}

const lineOf = ({ id, state, problem }: TriggerStatus): string =>
  `${state} ${id}${problem ? `: ${problem.message} (${problem.at})` : ''}`;
