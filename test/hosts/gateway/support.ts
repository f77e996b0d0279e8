import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import type { GatewayGrants } from '../../../src/hosts/gateway/grants.ts';
import { gatewayKeys } from '../../../src/hosts/gateway/keys.ts';
import { type Gateway, type GatewayOptions, openGateway } from '../../../src/hosts/gateway/open.ts';
import { openGatewayState } from '../../../src/hosts/gateway/state.ts';
import { systemClock } from '../../../src/http/clock.ts';
import { type TestOrg, useOrg } from '../../triggers/support.ts';

/** An answer of the gateway. */
export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

type Parts = { method?: string; key?: string | null; headers?: Record<string, string>; signal?: AbortSignal };

/** A gateway of one test, with its state in a file of its own. */
export interface TestGateway {
  file: string;
  gateway: Gateway;
  /** A key that may do everything. */
  key: string;
  makeKey(name: string, grants?: Partial<GatewayGrants>, expires?: Date): Promise<string>;
  /** A request; the body is sent as JSON. */
  send(path: string, body?: unknown, parts?: Parts): Promise<Answered>;
  run(action: string, input?: unknown, parts?: Parts): Promise<Answered>;
}

/** A sandbox, and gateways to it that are closed after each test. */
export function useGateway() {
  const org: TestOrg = useOrg();
  const folder = mkdtempSync(join(tmpdir(), 'okta-gateway-'));
  const open: Gateway[] = [];
  let files = 0;
  afterEach(async () => {
    for (const gateway of open.splice(0)) await gateway.close();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function start(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
    files += 1;
    const file = options.state ?? join(folder, `gateway-${files}.db`);
    const gateway = await openGateway({ client: org.connect(), ...options, state: file });
    open.push(gateway);
    const makeKey: TestGateway['makeKey'] = async (name, grants, expires) => {
      const state = await openGatewayState(file, 'beside');
      const whole = { readOnly: false, allowDestructive: false, perMinute: 1_000, ...grants };
      const { key } = gatewayKeys(state, systemClock).add(name, whole, expires);
      state.close();
      return key;
    };
    const own = await makeKey(`test-${files}-${open.length}`);
    const send: TestGateway['send'] = async (path, body, parts = {}) => {
      const { key = own, method = body === undefined ? 'GET' : 'POST', signal } = parts;
      const response = await gateway.fetch(
        new Request(`http://gateway.test${path}`, {
          ...{ method, signal, body: typeof body === 'string' ? body : JSON.stringify(body) },
          headers: {
            ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
            ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...parts.headers,
          },
        }),
      );
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return {
        status: response.status,
        headers: response.headers,
        body: isJson && text ? JSON.parse(text) : text,
      };
    };
    const run: TestGateway['run'] = (action, input = {}, parts) =>
      send(`/v1/actions/${action}`, input, parts);
    return { file, gateway, key: own, makeKey, send, run };
  }
  return { org, start, folder };
}
