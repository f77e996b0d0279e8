/** A local org and a real Node-RED with the example flows, as `npm start` makes them, and ways to drive and watch both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Editor, startEditor } from '../../examples/node-red/editor.ts';
import { exampleCredentials, exampleFlows } from '../../examples/node-red/flows.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';

/** What a debug node showed. */
export interface DebugOutput {
  /** Id of the debug node. */
  id: string;
  /** Parsed where it was JSON. */
  value: unknown;
}

export interface OrgAndEditor {
  org: Sandbox;
  /** Where Node-RED keeps everything. */
  folder: string;
  /** The Node-RED that runs now; another one after `restart`. */
  readonly editor: Editor;
  /** All that debug nodes showed, over all restarts. */
  debugs: DebugOutput[];
  /** The text under each node, by id. */
  statuses: Map<string, string>;
  /** Presses the button of an inject node. */
  press(id: string): Promise<void>;
  /** Calls the org as its administrator. @returns the parsed body. @throws for anything but 2xx. */
  // biome-ignore lint/suspicious/noExplicitAny: each path answers something else.
  api(path: string, method?: string, body?: object): Promise<any>;
  /** Steers the sandbox; the path is below /__sandbox__. */
  // biome-ignore lint/suspicious/noExplicitAny: each control answers something else.
  control(path: string, body?: object): Promise<any>;
  /** Deploys other flows, and waits until they have started; nodes that are the same go on. */
  deploy(flows: object[]): Promise<void>;
  stopEditor(): Promise<void>;
  /** Starts Node-RED again on the same folder. */
  startEditor(): Promise<void>;
  close(): Promise<void>;
}

/** Waits until `look` finds something. @throws after the time, with what `tell` says. */
export async function until<T>(
  look: () => T | Promise<T>,
  { within = 20_000, tell }: { within?: number; tell: string | (() => string) },
): Promise<NonNullable<Exclude<T, false>>> {
  for (const end = Date.now() + within; Date.now() < end; ) {
    const found = await look();
    if (found) return found as NonNullable<Exclude<T, false>>;
    await sleep(100);
  }
  throw new Error(`Waited ${within} ms: ${typeof tell === 'string' ? tell : tell()}`);
}

/**
 * The example flows with the nightly report twelve hours away: tests that run across its time would find one more.
 */
export function calmFlows(): ReturnType<typeof exampleFlows> {
  const cron = `0 ${(new Date().getHours() + 12) % 24} * * *`;
  return exampleFlows().map((node) => ('cron' in node ? { ...node, cron } : node));
}

/** Starts both; the editor may be that of Node-RED 4 or 5. */
export async function startOrgAndEditor(
  version: 4 | 5,
  { flows = calmFlows(), port = 19_000 + version * 100 }: { flows?: object[]; port?: number } = {},
): Promise<OrgAndEditor> {
  const org = await startSandbox();
  const folder = mkdtempSync(join(tmpdir(), `okta-node-red-${version}-`));
  const debugs: DebugOutput[] = [];
  const statuses = new Map<string, string>();
  let comms: WebSocket | undefined;
  let deploys = 0;

  const start = async () => {
    const editor = await startEditor({
      ...{ folder, version, port, flows, credentials: exampleCredentials },
      env: {
        ...{ OKTA_CLIENT_ORGURL: org.orgUrl, OKTA_CLIENT_TOKEN: org.apiToken },
        ...{ OKTA_SCIM_STATE: join(folder, 'people.db'), OKTA_CONNECTOR_SCIM_TOKEN: 'of-the-example' },
      },
    });
    statuses.clear();
    comms = await listen(editor.url, (topic, data) => {
      if (topic.startsWith('status/')) statuses.set(topic.slice('status/'.length), data.text ?? '');
      if (topic === 'debug') debugs.push({ id: data.id, value: parsed(data.msg) });
      if (topic === 'notification/runtime-deploy') deploys += 1;
    });
    return editor;
  };
  const stop = async () => {
    comms?.close();
    await editor.stop();
  };
  let editor = await start().catch(async (error) => {
    await org.close();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  });

  const call = async (url: string, method: string, headers: Record<string, string>, body?: object) => {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
    return /^[[{"]/.test(text) ? JSON.parse(text) : text;
  };

  return {
    ...{ org, folder },
    get editor() {
      return editor;
    },
    debugs,
    statuses,
    press: (id) => call(`${editor.url}inject/${id}`, 'POST', {}),
    api: (path, method = 'GET', body) =>
      call(org.orgUrl + path, method, { Authorization: `SSWS ${org.apiToken}` }, body),
    control: (path, body) => call(`${org.orgUrl}/__sandbox__${path}`, body ? 'POST' : 'GET', {}, body),
    async deploy(next) {
      const before = deploys;
      await call(`${editor.url}flows`, 'POST', { 'Node-RED-Deployment-Type': 'nodes' }, next);
      // The answer comes before the flows have started.
      await until(() => deploys > before, { tell: 'the flows did not start' });
    },
    stopEditor: stop,
    async startEditor() {
      editor = await start();
    },
    async close() {
      await stop();
      await org.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Listens where the editor does: what debug nodes show, and what stands under nodes. */
async function listen(
  url: string,
  // biome-ignore lint/suspicious/noExplicitAny: each topic says something else.
  hear: (topic: string, data: any) => void,
): Promise<WebSocket> {
  const comms = new WebSocket(`${url.replace('http', 'ws')}comms`);
  await new Promise((resolve, reject) => {
    comms.addEventListener('open', resolve);
    comms.addEventListener('error', reject);
  });
  comms.addEventListener('message', ({ data }) => {
    for (const one of [JSON.parse(String(data))].flat()) if (one.topic) hear(one.topic, one.data ?? {});
  });
  for (const topic of ['debug', 'status/#', 'notification/#'])
    comms.send(JSON.stringify({ subscribe: topic }));
  return comms;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}
