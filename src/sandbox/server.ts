import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Clock } from './clock.ts';
import { makeCredentials, type ServiceApp } from './credentials.ts';
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

/** Starts an org on a port of this machine. Nothing outlives it. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const [plant, credentials] = await Promise.all([readSeed(options.seed ?? 'small'), makeCredentials()]);
  const clock = new Clock(options.now ?? Date.now);
  const runtime = new Runtime(clock, () => plant(clock, credentials));
  const server = createAdaptorServer({
    fetch: (request, env) => runtime.fetch(request, env as never),
  }) as Server;
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
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

/** What a caller needs to know of a sandbox in order to use it, as one JSON object. */
export function describeSandbox({ close: _, ...facts }: Sandbox): Record<string, unknown> {
  return facts;
}
