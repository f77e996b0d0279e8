import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { InputError } from '../errors/errors.ts';
import { OrgClock } from './clock.ts';
import { type Credentials, makeCredentials, type ServiceApp } from './credentials.ts';
import { Runtime } from './runtime.ts';
import { readSeed } from './seed/seed.ts';

export interface SandboxOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** A built-in org, or the path of a JSON file. */
  seed?: 'small' | 'large' | (string & {});
  /** The clock that the org's own time follows. */
  now?: () => number;
}

/** A local Okta org, and the credentials to use it with. */
export interface Sandbox {
  orgUrl: string;
  apiToken: string;
  /** Takes a token with or without DPoP. */
  serviceApp: ServiceApp;
  /** Gets no token without DPoP. */
  dpopServiceApp: ServiceApp;
  webApp: { clientId: string; clientSecret: string; redirectUris: string[] };
  nativeApp: { clientId: string; redirectUris: string[] };
  admin: { id: string; login: string };
  close(): Promise<void>;
}

const host = '127.0.0.1';
const keepAliveMs = 60_000;

/**
 * Starts an org on a port of this machine. Nothing outlives it.
 * @throws InputError when the port is taken or the seed cannot be used.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const credentials = await makeCredentials();
  const clock = new OrgClock(options.now ?? Date.now);
  const runtime = await plantOrg(clock, credentials, options.seed ?? 'small');
  const server = createAdaptorServer({
    fetch: (request, env) => runtime.fetch(request, env as never),
  }) as Server;
  server.keepAliveTimeout = keepAliveMs;
  await listen(server, options.port ?? 0);
  const { org } = runtime;
  return {
    orgUrl: `http://${host}:${(server.address() as AddressInfo).port}`,
    apiToken: credentials.apiToken,
    serviceApp: credentials.serviceApp,
    dpopServiceApp: credentials.dpopServiceApp,
    webApp: credentials.webApp,
    nativeApp: credentials.nativeApp,
    admin: { id: org.adminId, login: String(org.users.get(org.adminId)?.profile.login) },
    close: () =>
      new Promise((resolve) => {
        runtime.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function plantOrg(clock: OrgClock, credentials: Credentials, seed: string): Promise<Runtime> {
  try {
    const plant = await readSeed(seed);
    return new Runtime(clock, () => plant(clock, credentials));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Those of the reader begin with "seed FILE:".
    const text = code ? `Cannot read the seed ${seed} (${code})` : `Cannot use ${message}`;
    throw new InputError(text, {
      hint: 'Give small, large, or a JSON file with users, groups, apps and events.',
    });
  }
}

async function listen(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new InputError(
      `The sandbox cannot listen at ${host}:${port} (${(error as { code?: string }).code})`,
      {
        hint: 'Choose another port, or 0 for a free one.',
      },
    );
  }
}

/** What a caller needs to know of a sandbox in order to use it, as one JSON object. */
export function describeSandbox({ close: _, ...facts }: Sandbox): Record<string, unknown> {
  return facts;
}
