import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { version as zapierVersion } from 'zapier-platform-core';
import { isList } from '../../src/actions/run.ts';
import { connect } from '../../src/connect.ts';
import { actionOf } from '../../src/connector.ts';
import { actionForm } from '../../src/hosts/activepieces/actions.ts';
import { okta as piece } from '../../src/hosts/activepieces/index.ts';
import { gatewayKeys } from '../../src/hosts/gateway/keys.ts';
import { openGateway } from '../../src/hosts/gateway/open.ts';
import { openGatewayState } from '../../src/hosts/gateway/state.ts';
import registerNodeRed from '../../src/hosts/node-red/index.ts';
import { nodeTypes } from '../../src/hosts/node-red/node-types.ts';
import { scriptFields } from '../../src/hosts/windmill/fields.ts';
import { runScript } from '../../src/hosts/windmill/index.ts';
import { zapierApp } from '../../src/hosts/zapier/app.ts';
import { keysAuthentication } from '../../src/hosts/zapier/keys-authentication.ts';
import { systemClock } from '../../src/http/clock.ts';
import { manifest } from '../../src/manifest/manifest.ts';
import { NodeRed } from '../compatibility/node-red.ts';
import type { Client as Org } from '../sandbox/support.ts';
import { expectNewHire, orgBeforeNewHire, type RunOperation, tellNewHire } from '../support/new-hire.ts';
import { filledIn as formFilledIn, stepContext } from './activepieces/form.ts';
import { tokenAuth } from './activepieces/scenarios.ts';
import { called, connectionOf, inProcess, yes } from './mcp/support.ts';
import { buildPackage, Engine } from './n8n/engine.ts';
import { filledIn } from './n8n/form.ts';
import { argumentsFor } from './windmill/form.ts';
import { zapierWith } from './zapier/core.ts';
import { zapFilledIn } from './zapier/form.ts';

/** A host under test: its way to run an action, and what is to be cleared away. */
interface Host {
  run: RunOperation;
  close?(): unknown;
}

/** Each host with what makes it; the command line and the gateway's process have the story in test/e2e. */
const HOSTS: Record<string, (org: Org) => Host | Promise<Host>> = {
  library({ sandbox: { orgUrl, apiToken } }) {
    const client = connect({ orgUrl, auth: { type: 'api_token', token: apiToken } });
    return { run: (key, input) => client.run(key as string, input), close: () => client.close() };
  },

  'Node-RED'({ sandbox: { orgUrl, apiToken } }) {
    const folder = mkdtempSync(join(tmpdir(), 'node-red-'));
    const RED = new NodeRed(registerNodeRed, folder, { connection: { secret_token: apiToken } });
    const auth = { type: 'api_token' };
    const connection = RED.deploy({ id: 'connection', type: 'okta-connection', name: '', orgUrl, auth });
    const types = nodeTypes(manifest());
    return {
      run: (key, input) =>
        new Promise((resolve, reject) => {
          const type = types.find(
            ({ kind, operations }) => kind === 'action' && operations.some((one) => one.key === key),
          )?.type;
          const node = RED.deploy({
            ...{ id: key, type: String(type), name: '', connection: 'connection', operation: key },
            ...{
              output: 'whole',
              fields: Object.fromEntries(
                Object.keys(input).map((name) => [name, { type: 'msg', value: `payload.${name}` }]),
              ),
            },
          });
          let payload: unknown;
          node.emit(
            'input',
            { payload: input },
            (message: { payload: unknown }) => {
              payload = message.payload;
            },
            (error?: Error) => (error ? reject(error) : resolve(payload)),
          );
        }),
      close: () => new Promise<void>((resolve) => connection.emit('close', false, resolve)),
    };
  },

  async n8n({ sandbox: { orgUrl, apiToken } }) {
    buildPackage();
    const engine = await Engine.load({ oktaConnectorTokenApi: { orgUrl, token: apiToken } });
    return {
      async run(key, input) {
        const { items, error } = await engine.run(filledIn(key, input));
        if (error) throw error;
        const results = items.map(({ json }) => json);
        return isList(actionOf(key)) ? results : results[0];
      },
    };
  },

  async MCP({ sandbox }) {
    const { client, close } = await inProcess(connectionOf(sandbox), { answer: yes });
    return {
      async run(key, input) {
        const { isError, answer } = await called(client, key, input);
        if (isError) throw new Error(JSON.stringify(answer));
        return answer.result ?? answer.items;
      },
      close,
    };
  },

  Zapier({ sandbox: { orgUrl, apiToken: token } }) {
    const app = zapierApp(manifest(), keysAuthentication, zapierVersion);
    const zapier = zapierWith(app, { orgUrl, method: 'api_token', token });
    return {
      run: (key, input) =>
        zapier.run(
          `${key in app.searches ? 'searches' : 'creates'}.${key}.operation.perform`,
          zapFilledIn(actionInManifest(key), input),
        ),
    };
  },

  Activepieces: ({ sandbox }) => ({
    run: (key, input) =>
      piece
        .getAction(key)!
        .run(stepContext(tokenAuth(sandbox), formFilledIn(actionForm(actionInManifest(key)), input))),
  }),

  async gateway({ sandbox }) {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    const file = join(folder, 'gateway.db');
    const client = connect(connectionOf(sandbox));
    const gateway = await openGateway({ client, state: file });
    const state = await openGatewayState(file, 'beside');
    const grants = { readOnly: false, allowDestructive: false, perMinute: 100 };
    const { key: bearer } = gatewayKeys(state, systemClock).add('story', grants);
    state.close();
    return {
      async run(key, input) {
        const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
        const sent = { method: 'POST', headers, body: JSON.stringify(input) };
        const response = await gateway.fetch(new Request(`http://gateway.test/v1/actions/${key}`, sent));
        const answer = (await response.json()) as { result: unknown };
        if (!response.ok) throw new Error(JSON.stringify(answer));
        return answer.result;
      },
      async close() {
        await gateway.close();
        client.close();
        rmSync(folder, { recursive: true });
      },
    };
  },

  Windmill: ({ sandbox: { orgUrl, apiToken: token } }) => ({
    run: (key, input) =>
      runScript({ orgUrl, token }, key, argumentsFor(scriptFields(actionInManifest(key)), input)),
  }),
};

const actionInManifest = (key: string) =>
  manifest().actions.find((one) => one.key === key) ?? expect.fail(`no action ${key}`);

describe('L a new hire, the same through the library and seven hosts', () => {
  it.each(Object.keys(HOSTS))(
    '%s: created, in the group, with the app, and the mail is on its way',
    async (name) => {
      const org = await orgBeforeNewHire();
      const host = await HOSTS[name]?.(org);
      if (!host) throw new Error(`no host ${name}`);
      try {
        await tellNewHire(host.run);
        await expectNewHire(org);
      } finally {
        await host.close?.();
        await org.sandbox.close();
      }
    },
    60_000,
  );
});
