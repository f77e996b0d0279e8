import { type IHttpRequestOptions, type INode, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { describe, expect, it } from 'vitest';
import { connector } from '../../../src/connector.ts';
import { parameterOf } from '../../../src/hosts/n8n/names.ts';
import { checkHook, createHook, deleteHook } from '../../../src/hosts/n8n/runtime/hook.ts';
import * as lookups from '../../../src/hosts/n8n/runtime/lookups.ts';
import { FIXTURE_ORG } from '../../support/fixture.ts';
import { everyday, type Given, nameOf, WITHIN, WRONG_ANSWERS } from '../../support/wrong-answers.ts';

/** What is repeated is the business of the layers below, and takes time here. */
const AT_ONCE = Object.entries(WRONG_ANSWERS).filter(
  ([, { status, text }]) =>
    ![206, 429, 500].includes(status) && !text.includes('"E0000009"') && !text.includes('E9999999'),
);

let contexts = 0;

/** What n8n gives its functions, as far as these take it; the org answers well, save to one kind of request. */
function contextOf(parameters: Record<string, unknown>, victim?: string, wrong?: Given) {
  const requests = new Set<string>();
  const staticData = {};
  contexts += 1;
  const token = `not-a-real-token-${contexts}`;
  const node = {
    id: 'node1',
    name: 'Okta',
    type: 'okta',
    typeVersion: 1,
    position: [0, 0],
    parameters,
  } as unknown as INode;
  const context = {
    getNode: () => node,
    getMode: () => 'trigger',
    getTimezone: () => 'UTC',
    getWorkflow: () => ({ id: `workflow${contexts}` }),
    getNodeWebhookUrl: () => 'https://hooks.acme.test/',
    getNodeParameter: (name: string, otherwise?: unknown) => parameters[name] ?? otherwise,
    getWorkflowStaticData: () => staticData,
    getCredentials: async () => ({ orgUrl: FIXTURE_ORG, token }),
    logger: { warn: () => {} },
    helpers: {
      async httpRequest({ method = 'GET', url }: IHttpRequestOptions) {
        const name = nameOf({ method, url });
        requests.add(name);
        const { status, headers, text } = name === victim && wrong ? wrong : everyday({ method, url });
        return { statusCode: status, headers, body: text };
      },
    },
  };
  // biome-ignore lint/suspicious/noExplicitAny: each function has a context type of its own
  return { context: context as any, requests };
}

const hookParameters = { event: 'user_created', eventTypes: ['user.lifecycle.create'] };

/** The fields on which drop-downs depend, filled in. */
const DEPENDED_ON = Object.fromEntries(
  connector.resources.flatMap(({ choices }) =>
    (choices?.within ?? []).map((name) => [parameterOf({ name }), WITHIN[name]]),
  ),
);

// biome-ignore lint/suspicious/noExplicitAny: see above
const OPERATIONS: [string, Record<string, unknown>, (context: any) => Promise<unknown>][] = [
  ...Object.entries(lookups.listSearch).map(
    // biome-ignore lint/suspicious/noExplicitAny: see above
    ([name, search]): [string, Record<string, unknown>, (context: any) => Promise<unknown>] => [
      name,
      DEPENDED_ON,
      (context) => search.call(context, 'a'),
    ],
  ),
  ...Object.entries(lookups.loadOptions).map(
    // biome-ignore lint/suspicious/noExplicitAny: see above
    ([name, load]): [string, Record<string, unknown>, (context: any) => Promise<unknown>] => [
      name,
      DEPENDED_ON,
      (context) => load.call(context),
    ],
  ),
  ['getClearableAttributes', {}, (context) => lookups.getClearableAttributes.call(context)],
  [
    'getProfileAttributes of every type',
    { operation: 'update_user' },
    (context) => lookups.getProfileAttributes.call(context),
  ],
  [
    'createHook, checkHook, deleteHook',
    { ...hookParameters, event: 'new_event_instant' },
    async (context) => {
      try {
        await createHook.call(context);
        return await checkHook.call(context);
      } finally {
        await deleteHook.call(context);
      }
    },
  ],
];

describe('F1.10 whatever is answered to n8n in the place of an answer', () => {
  it.each(OPERATIONS)('%s ends well or with an error of ours', async (_, parameters, run) => {
    const { context, requests } = contextOf(parameters);
    await run(context);
    const found: string[] = [];
    for (const victim of requests) {
      for (const [what, wrong] of AT_ONCE) {
        await run(contextOf(parameters, victim, wrong).context).catch((error: Error) => {
          // A NodeOperationError keeps a raw error as its cause.
          const typed =
            error instanceof NodeApiError ||
            (error instanceof NodeOperationError && !(error.cause instanceof Error));
          if (!typed) found.push(`${victim} answered with ${what}: ${error.stack}`);
        });
      }
    }
    expect(found).toEqual([]);
  });
});
