import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { InputError } from '../errors/errors.ts';
import type { CertifiedKey } from './apps/key-pairs.ts';
import { OrgClock } from './clock.ts';
import { type Credentials, makeCredentials, type ServiceApp } from './credentials.ts';
import { Runtime } from './runtime.ts';
import { readSeed } from './seed/seed.ts';

export interface SandboxOptions {
  /** The default, 0, picks a free port. */
  port?: number;
  /** The name of a built-in org, or the path of a JSON file. */
  seed?: 'small' | 'large' | (string & {});
  /** The host clock in epoch milliseconds; the org's time follows it. */
  now?: () => number;
  /** What all apps sign with at first, so that applications that trust it go on doing so. New for each sandbox by default. */
  signing?: CertifiedKey;
}

/** A local Okta org and the credentials for it. */
export interface Sandbox {
  orgUrl: string;
  apiToken: string;
  /** May use DPoP, but need not. */
  serviceApp: ServiceApp;
  /** Must use DPoP to get a token. */
  dpopServiceApp: ServiceApp;
  webApp: { clientId: string; clientSecret: string; redirectUris: string[] };
  nativeApp: { clientId: string; redirectUris: string[] };
  admin: { id: string; login: string };
  close(): Promise<void>;
}

const host = '127.0.0.1';
const keepAliveMs = 60_000;

/**
 * Starts an org on a local port. It keeps everything in memory.
 * @throws InputError when the port is in use or the seed is invalid.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const credentials = await makeCredentials(options.signing);
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
    // Messages of the seed reader start with "seed FILE:".
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

/** What a caller needs to use a sandbox, as one JSON object. */
export function describeSandbox({ close: _, ...facts }: Sandbox): Record<string, unknown> {
  return facts;
}
