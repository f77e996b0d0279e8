import { unreadableAnswer } from '../hosts/gateway/errors.ts';
import { openGateway } from '../hosts/gateway/open.ts';
import { type ConnectionFlags, openClient } from './client.ts';
import { serveHttp, warnIfReadable } from './http-server.ts';
import { logLinesTo } from './log-lines.ts';
import { note, printJson } from './output.ts';
import { type KeyFlags, serveKeys } from './serve-keys.ts';
import { onInterrupt } from './signals.ts';
import { holdHeapSmall } from './small-heap.ts';
import { assertNone, UsageError } from './usage.ts';

interface ServeFlags extends ConnectionFlags, KeyFlags {
  port: number;
  host: string;
  publicUrl?: string;
  allowPrivateTargets?: boolean;
}

/** `serve`, or `serve keys add NAME`. @throws InputError for a state or an address that cannot be used. */
export async function serve(
  what: 'keys' | undefined,
  how: string | undefined,
  name: string | undefined,
  flags: ServeFlags,
): Promise<void> {
  if (how !== 'add') assertNone(flags, OF_KEYS, 'belongs to "serve keys add"');
  if (what === undefined) return serveGateway(flags);
  if (how === undefined) throw new UsageError('serve keys needs one of add, list and revoke');
  return serveKeys(how, name, flags);
}

/** What a key may do; a server that was given them would seem to be limited by them. */
const OF_KEYS = ['operations', 'allowDestructive', 'rate', 'expires'] as const;

/** Serves until a signal arrives. */
async function serveGateway(flags: ServeFlags): Promise<void> {
  const signal = onInterrupt();
  holdHeapSmall();
  const log = flags.log ? logLinesTo(flags.log) : undefined;
  const client = await openClient(flags, { requestLog: log, progress: undefined });
  try {
    const gateway = await openGateway({
      ...{ client, log, notice: note, state: flags.state },
      ...{ readOnly: flags.readOnly, publicUrl: flags.publicUrl, logPersonalData: flags.logPersonalData },
      allowPrivateTargets: flags.allowPrivateTargets,
    });
    try {
      const server = await serveHttp(gateway.fetch, { ...flags, unreadable: unreadableAnswer });
      await tellGateway(server.url, flags);
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await server.stop();
    } finally {
      await gateway.close();
    }
  } finally {
    client.close();
  }
}

async function tellGateway(url: string, { json, publicUrl, state }: ServeFlags): Promise<void> {
  const base = (publicUrl ?? url).replace(/\/+$/, '');
  const descriptions = { openapi: `${base}/openapi.json`, swagger: `${base}/swagger.json` };
  if (json) await printJson({ url: publicUrl ?? url, ...descriptions }, { line: true });
  else {
    note(`Gateway at ${publicUrl ?? url}; Ctrl-C ends it. Make a key: okta-connector serve keys add NAME --state ${state}
OpenAPI 3.1:                ${descriptions.openapi}
Swagger 2 (Power Automate): ${descriptions.swagger}`);
  }
  warnIfReadable(url, publicUrl);
}
