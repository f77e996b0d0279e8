import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ICredentialDataDecryptedObject,
  IDataObject,
  INode,
  INodeExecutionData,
  INodeParameters,
  INodeType,
  IWebhookData,
  IWorkflowExecuteAdditionalData,
  NodeExecutionHint,
} from 'n8n-workflow';
import { CREDENTIALS, PACKAGE } from '../../../src/hosts/n8n/names.ts';

// n8n's packages are CommonJS and share singletons: all of them, and the built package, come from one require.
const require = createRequire(import.meta.url);
process.env.N8N_USER_FOLDER = mkdtempSync(join(tmpdir(), 'n8n-'));
process.env.N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS = 'true';
require('reflect-metadata');
const core = require('n8n-core') as typeof import('n8n-core');
const { Workflow } = require('n8n-workflow') as typeof import('n8n-workflow');

const root = join(import.meta.dirname, '../../..');
export const folder = join(root, 'dist', PACKAGE);

/** Builds the package as it is published. */
export function buildPackage(): void {
  execFileSync('npm', ['run', '-s', 'build:n8n'], { cwd: root, stdio: 'inherit' });
}

/** A node that hands out the items of a test. */
class Start implements INodeType {
  static items: INodeExecutionData[] = [{ json: {} }];
  description = {
    ...{ displayName: 'Start', name: 'start', group: ['trigger'], version: 1, description: 'x' },
    ...{ defaults: { name: 'Start' }, inputs: [], outputs: ['main'], properties: [] },
  } as unknown as INodeType['description'];
  async execute() {
    return [Start.items];
  }
}

export interface Ran {
  items: INodeExecutionData[];
  error: (Error & { description?: string; httpCode?: string; context?: IDataObject }) | undefined;
  hints: NodeExecutionHint[];
}

/** n8n's engine with the package loaded, and one credential of each type. */
export class Engine {
  readonly nodes: Record<string, INodeType> = {};
  readonly messages: string[] = [];
  /** Renewals that n8n was asked for. */
  readonly stored: ICredentialDataDecryptedObject[] = [];
  readonly credentials: Record<string, ICredentialDataDecryptedObject>;
  staticData: IDataObject = {};
  workflowId = 'workflow1';

  private constructor(credentials: Record<string, ICredentialDataDecryptedObject>) {
    this.credentials = credentials;
  }

  /** An engine with these nodes, by their name in the package. */
  static with(
    nodes: Record<string, INodeType>,
    credentials: Record<string, ICredentialDataDecryptedObject>,
  ): Engine {
    const engine = new Engine(credentials);
    for (const [name, type] of Object.entries(nodes)) engine.nodes[`${PACKAGE}.${name}`] = type;
    engine.nodes['test.start'] = new Start();
    return engine;
  }

  /** The type that n8n's server derives from a node for agents: what runs is the node, under another name. */
  addTool(name: string): void {
    const type = this.nodes[`${PACKAGE}.${name}`] as INodeType;
    const description = { ...type.description, name: `${type.description.name}Tool` };
    this.nodes[`${PACKAGE}.${name}Tool`] = Object.create(type, { description: { value: description } });
  }

  static async load(credentials: Record<string, ICredentialDataDecryptedObject>): Promise<Engine> {
    const loader = new core.PackageDirectoryLoader(folder);
    await loader.loadAll();
    const nodes = Object.entries(loader.nodeTypes).map(([name, { type }]) => [name, type as INodeType]);
    return Engine.with(Object.fromEntries(nodes), credentials);
  }

  workflow(name: string, parameters: INodeParameters, more: Partial<INode> = {}) {
    const authentication = (parameters.authentication ?? 'token') as keyof typeof CREDENTIALS;
    const type = CREDENTIALS[authentication];
    const node: INode = {
      ...{ id: 'node1', name: 'Okta', type: `${PACKAGE}.${name}`, typeVersion: 1, position: [200, 0] },
      parameters,
      credentials: { [type]: { id: 'credential1', name: type } },
      webhookId: 'hook1',
      ...more,
    };
    const start: INode = {
      ...{ id: 'node0', name: 'Start', type: 'test.start', typeVersion: 1, position: [0, 0], parameters: {} },
    };
    const nodeTypes = {
      getByName: (one: string) => this.nodes[one] as INodeType,
      getByNameAndVersion: (one: string) => this.nodes[one] as INodeType,
      getKnownTypes: () => ({}),
    };
    const workflow = new Workflow({
      ...{ id: this.workflowId, active: false, nodeTypes, nodes: [start, node], staticData: this.staticData },
      connections: { Start: { main: [[{ node: 'Okta', type: 'main', index: 0 }]] } },
    });
    return { workflow, node: workflow.getNode(node.name) as INode };
  }

  /** What n8n's server would give the engine. */
  additionalData(more: object = {}): IWorkflowExecuteAdditionalData {
    const { credentials, stored } = this;
    return {
      credentialsHelper: {
        getParentTypes: () => [],
        getDecrypted: async (_: unknown, __: unknown, type: string) => structuredClone(credentials[type]),
        updateCredentialsOauthTokenData: async (
          _: unknown,
          type: string,
          data: ICredentialDataDecryptedObject,
        ) => {
          stored.push(data);
          credentials[type] = data;
        },
      },
      hooks: new core.ExecutionLifecycleHooks('manual', 'execution1', {
        nodes: [],
        connections: {},
      } as never),
      currentNodeParameters: undefined,
      executionId: 'execution1',
      instanceBaseUrl: 'http://127.0.0.1/',
      restApiUrl: 'http://127.0.0.1/rest',
      webhookBaseUrl: 'http://127.0.0.1/webhook',
      webhookTestBaseUrl: 'http://127.0.0.1/webhook-test',
      variables: {},
      setExecutionStatus: () => {},
      sendDataToUI: (_: string, message: { messages: string[] }) => this.messages.push(...message.messages),
      ...more,
    } as unknown as IWorkflowExecuteAdditionalData;
  }

  /** Runs the action node in a workflow. */
  async run(
    parameters: INodeParameters,
    { items = [{}], node: more }: { items?: IDataObject[]; node?: Partial<INode> } = {},
  ): Promise<Ran> {
    Start.items = items.map((json) => ({ json }));
    const { workflow } = this.workflow('oktaConnector', parameters, more);
    const execution = new core.WorkflowExecute(this.additionalData(), 'manual');
    const { data } = await execution.run(workflow, workflow.getNode('Start') as INode);
    const task = data.resultData.runData.Okta?.[0];
    return {
      items: task?.data?.main?.flatMap((one) => one ?? []) ?? [],
      error: (task?.error ?? data.resultData.error) as Ran['error'],
      hints: task?.hints ?? [],
    };
  }

  poller(parameters: INodeParameters, mode: 'trigger' | 'manual' = 'trigger') {
    const { workflow, node } = this.workflow('oktaConnectorTrigger', parameters);
    const context = new core.PollContext(workflow, node, this.additionalData(), mode, 'activate');
    const type = this.nodes[node.type] as INodeType;
    return {
      poll: async () => (await type.poll?.call(context))?.flat() ?? null,
      /** What n8n has when it saves. */
      staticData: workflow.staticData,
    };
  }

  lookups(name: string, parameters: INodeParameters) {
    const { workflow, node } = this.workflow(name, parameters);
    const context = new core.LoadOptionsContext(workflow, node, this.additionalData(), '');
    // biome-ignore lint/suspicious/noExplicitAny: methods of every shape
    return { context, methods: (this.nodes[node.type] as INodeType).methods as any };
  }

  /** The instant trigger: its hook's life, and its receiver at a URL of the test. */
  hook(
    parameters: INodeParameters,
    webhookBaseUrl: string,
    mode: 'trigger' | 'manual' = 'trigger',
    name = 'Okta',
  ) {
    const { workflow, node } = this.workflow('oktaConnectorWebhookTrigger', parameters, { name });
    const type = this.nodes[node.type] as INodeType;
    const methods = type.webhookMethods?.default;
    const additional = this.additionalData({ webhookBaseUrl, webhookTestBaseUrl: `${webhookBaseUrl}-test` });
    const webhook = { isTest: mode === 'manual' } as IWebhookData;
    const context = new core.HookContext(workflow, node, additional, mode, 'activate', webhook);
    const polling = new core.PollContext(workflow, node, additional, mode, 'activate');
    const removing = new core.HookContext(workflow, node, additional, 'internal', 'update', webhook);
    return {
      checkExists: () => methods?.checkExists.call(context),
      create: () => methods?.create.call(context),
      /** n8n does it in the same mode for test runs and live ones. */
      delete: () => methods?.delete.call(removing),
      url: context.getNodeWebhookUrl('default') as string,
      /** As n8n does every minute, and once at the activation. */
      poll: async () => (await type.poll?.call(polling))?.flat() ?? null,
      staticData: workflow.staticData,
      /** As n8n's server does with a request to the URL. */
      receive: async (name: 'setup' | 'default', request: object, response: object) => {
        const webhookData = { webhookDescription: { name } };
        return type.webhook?.call(
          new core.WebhookContext(
            workflow,
            node,
            { ...additional, httpRequest: request, httpResponse: response } as never,
            mode,
            webhookData as never,
            [],
            null,
          ),
        );
      },
    };
  }

  /** The test of a credential, as the button in n8n runs it. */
  async test(name: 'testToken' | 'testPrivateKey', data: ICredentialDataDecryptedObject) {
    const context = new core.CredentialTestContext();
    const methods = this.nodes[`${PACKAGE}.oktaConnector`]?.methods?.credentialTest;
    return methods?.[name]?.call(context, { id: '1', name: 'x', type: 'x', data });
  }
}
