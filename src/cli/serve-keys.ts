import { InputError } from '../errors/errors.ts';
import { assertGrants } from '../hosts/gateway/grants.ts';
import { type GatewayKey, gatewayKeys } from '../hosts/gateway/keys.ts';
import { openGatewayState } from '../hosts/gateway/state.ts';
import { systemClock } from '../http/clock.ts';
import { manifest } from '../manifest/manifest.ts';
import { note, printJson } from './output.ts';
import { printRows } from './table.ts';
import { UsageError } from './usage.ts';

/** Flags of `serve keys`. */
export interface KeyFlags {
  state: string;
  operations?: string;
  readOnly?: boolean;
  allowDestructive?: boolean;
  rate?: number;
  expires?: string;
  json?: boolean;
}

/** Makes, lists or revokes keys of a gateway, also while it runs. @throws InputError for a name or a grant that is none. */
export async function serveKeys(how: string, name: string | undefined, flags: KeyFlags): Promise<void> {
  if (how !== 'list' && name === undefined) throw new UsageError(`serve keys ${how} needs the name of a key`);
  const state = await openGatewayState(flags.state, 'beside');
  try {
    const keys = gatewayKeys(state, systemClock);
    if (how === 'list') return await printKeys(keys.list(), flags);
    if (how === 'revoke') {
      keys.revoke(name as string);
      return note(`Key ${name} is revoked; a running gateway refuses it from now on.`);
    }
    const operations = flags.operations?.split(/[\s,]+/).filter(Boolean);
    if (operations) assertGrants(operations, manifest());
    const grants = {
      ...(operations ? { operations } : {}),
      ...{ readOnly: flags.readOnly ?? false, allowDestructive: flags.allowDestructive ?? false },
      perMinute: flags.rate ?? 300,
    };
    const expires = flags.expires === undefined ? undefined : timeToCome(flags.expires);
    const { key } = keys.add(name as string, grants, expires);
    if (flags.json || !process.stdout.isTTY) return await printJson({ name, key });
    note(`The key is shown only now; ${flags.state} has its hash:\n`);
    process.stdout.write(`${key}\n`);
  } finally {
    state.close();
  }
}

async function printKeys(keys: GatewayKey[], { json }: KeyFlags): Promise<void> {
  if (json || !process.stdout.isTTY) return printJson(keys);
  if (keys.length === 0) return note('There are no keys. "okta-connector serve keys add NAME" makes one.');
  await printRows(
    keys.map(({ name, operations, readOnly, allowDestructive, perMinute, created, expires = 'never' }) => ({
      ...{ name, operations: operations?.join(' ') ?? 'all', readOnly, allowDestructive },
      ...{ perMinute, created, expires },
    })),
  );
}

const DAY_MS = 86_400_000;

/** `90d` from now, or a time. */
function timeToCome(text: string): Date {
  const [, days] = /^(\d{1,5})d$/.exec(text.trim()) ?? [];
  const time = new Date(days === undefined ? text : Date.now() + Number(days) * DAY_MS);
  if (!Number.isNaN(time.getTime())) return time;
  throw new InputError(`--expires ${text} is no time`, { hint: 'Write 90d, or 2027-01-31.' });
}
