import { destructiveness } from '../../actions/effect.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { hostFields } from '../fields.ts';
import type { Documentation } from './documentation.ts';
import { Code, sourceOf } from './literal.ts';
import { CREDENTIALS, PACKAGE } from './names.ts';
import { ACTION_BEHAVIOUR, BEHAVIOUR, type Form, propertiesOf } from './properties.ts';
import { schemaParameters, triggerSchemas } from './schemas.ts';
import { plainTitle, sentences, titleCase } from './wording.ts';

/** What people type who look for the nodes, besides what these are about. */
const ALIAS = [
  'okta',
  'identity',
  'sso',
  'user',
  'group',
  'app',
  'mfa',
  'unlock',
  'onboarding',
  'system log',
];

type Action = Manifest['actions'][number];
type Trigger = Manifest['triggers'][number];

const ICON = {
  light: 'file:../../icons/okta-connector.svg',
  dark: 'file:../../icons/okta-connector.dark.svg',
};

const AUTHENTICATION = {
  displayName: 'Authentication',
  name: 'authentication',
  type: 'options',
  noDataExpression: true,
  options: [
    { name: 'API Token', value: 'token' },
    { name: 'OAuth2 (Sign-In)', value: 'signIn' },
    { name: 'Service App (Private Key)', value: 'privateKey' },
  ],
  default: 'token',
};

/** When n8n polls. It is asked for of every node that has `poll`, and shown only of those that say `polling`. */
const EVERY_MINUTE = {
  displayName: 'Poll Times',
  name: 'pollTimes',
  type: 'hidden',
  default: { item: [{ mode: 'everyMinute' }] },
};

const TESTED_BY: Record<string, string> = { token: 'testToken', privateKey: 'testPrivateKey' };

const credentials = Object.entries(CREDENTIALS).map(([value, name]) => ({
  name,
  required: true,
  displayOptions: { show: { authentication: [value] } },
  ...(TESTED_BY[value] ? { testedBy: TESTED_BY[value] } : {}),
}));

/** Sources of all nodes, keyed by their path in the package. */
export function nodeSources(connector: Manifest, pages: Documentation): Record<string, string> {
  const polled = connector.triggers.filter((trigger) => trigger.kind !== 'webhook');
  // n8n reads bodies itself, and has no state yet while it activates a workflow: a stream could not be verified.
  const pushed = connector.triggers.filter((trigger) => trigger.instant && !trigger.signed);
  return {
    ...file('OktaConnector', actionNode(connector), pages.actions, connector.actions),
    ...file('OktaConnectorTrigger', pollingNode(polled, connector.options), pages.triggers, polled),
    ...file(
      'OktaConnectorWebhookTrigger',
      webhookNode(pushed, connector.options),
      pages.instantTriggers,
      pushed,
    ),
    ...triggerSchemas('OktaConnectorTrigger', polled),
    ...triggerSchemas('OktaConnectorWebhookTrigger', pushed),
  };
}

/** @param operations of the node: it is found by what they are about. */
function file(
  name: string,
  source: string,
  page: string,
  operations: readonly { noun: string }[],
): Record<string, string> {
  const codex = {
    node: `${PACKAGE}.${name[0]?.toLowerCase()}${name.slice(1)}`,
    nodeVersion: '1.0',
    codexVersion: '1.0',
    categories: ['Development', 'Developer Tools'],
    alias: [...new Set([...ALIAS, ...operations.map(({ noun }) => noun.toLowerCase())])],
    resources: { primaryDocumentation: [{ url: page }] },
  };
  return {
    [`nodes/${name}/${name}.node.ts`]: source,
    [`nodes/${name}/${name}.node.json`]: `${JSON.stringify(codex, undefined, '\t')}\n`,
  };
}

/** @param hidden inputs that do not apply to this node. */
const formOf = ({ key, ...operation }: Action | Trigger, hidden?: 'instant' | 'polling'): Form => ({
  key,
  fields: hostFields(operation).filter(({ only }) => only === undefined || only !== hidden),
});

const NOTICES = {
  always: 'This operation cannot be undone',
  sometimes: 'With some settings, this operation cannot be undone',
  never: undefined,
};

/** Where 0.1.0 began: n8n does not save what is left at its default, so these stay. */
const DEFAULTS: Record<string, string> = {
  user: 'activate_user',
  group: 'add_user_to_group',
  app: 'list_user_apps',
};

/** Other resources begin with an operation that changes nothing, if they have one. */
const defaultOperation = (resource: string, actions: readonly Action[]): string | undefined =>
  DEFAULTS[resource] ??
  actions.find((action) => action.resource === resource && action.effect.kind === 'read')?.key;

const UNDO = {
  always: 'Cannot be undone.',
  sometimes: 'With some settings, this cannot be undone.',
  never: undefined,
};

function actionNode({ actions, resources: known, options: choices }: Manifest): string {
  const forms = actions.map((action) => ({
    ...formOf(action),
    resource: action.resource,
    list: action.list,
    notice: NOTICES[destructiveness(action)],
  }));
  const resources = [...new Set(actions.map((action) => action.resource))];
  const operations = resources.map((resource) => {
    const options = actions
      .filter((action) => action.resource === resource)
      .map((action) => ({
        name: titleCase(plainTitle(action.title)),
        value: action.key,
        description: sentences([action.description, UNDO[destructiveness(action)]].filter(Boolean).join(' ')),
        // The name in the list of nodes, and all that an agent is told of a tool. In sentence case, n8n's lint knows no marks.
        action: `${plainTitle(action.title).replaceAll('-', ' ')}${destructiveness(action) === 'always' ? ' irreversibly' : ''}`,
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
    return {
      displayName: 'Operation',
      name: 'operation',
      type: 'options',
      noDataExpression: true,
      displayOptions: { show: { resource: [resource] } },
      options,
      default: defaultOperation(resource, actions) ?? options[0]?.value,
    };
  });
  const description = {
    displayName: 'Okta Connector',
    name: 'oktaConnector',
    icon: ICON,
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"].replace(/_/g, " ") }}',
    description: 'Users, groups, apps and events of an Okta org, within its rate limits',
    defaults: { name: 'Okta Connector' },
    usableAsTool: true,
    inputs: [new Code('NodeConnectionTypes.Main')],
    outputs: [new Code('NodeConnectionTypes.Main')],
    credentials,
    properties: [
      AUTHENTICATION,
      {
        displayName: 'Resource',
        name: 'resource',
        type: 'options',
        noDataExpression: true,
        options: resources
          .map((value) => ({
            name: titleCase(known.find(({ key }) => key === value)?.title ?? value),
            value,
          }))
          .sort((a, b) => a.name.localeCompare(b.name)),
        default: resources[0],
      },
      ...operations,
      ...propertiesOf(forms, 'operation', choices),
      ACTION_BEHAVIOUR,
    ],
  };
  return `${header(['IExecuteFunctions', 'INodeExecutionData'])}
import {
	execute,
	getClearableAttributes,
	getProfileAttributes,
	listSearch,
	loadOptions,
	testPrivateKey,
	testToken,
} from '../../runtime/index';

export class OktaConnector implements INodeType {
	description: INodeTypeDescription = ${sourceOf(description, 1)};

	methods = {
		listSearch,
		loadOptions: { ...loadOptions, getClearableAttributes },
		resourceMapping: { getProfileAttributes },
		credentialTest: { testPrivateKey, testToken },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute.call(this);
	}
}
`;
}

function eventProperty(triggers: readonly Trigger[], first = triggers[0]) {
  const options = triggers
    .map(({ key, title, description }) => ({
      name: titleCase(title),
      value: key,
      description: sentences(description),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
  return {
    displayName: 'Event',
    name: 'event',
    type: 'options',
    noDataExpression: true,
    options,
    default: first?.key,
  };
}

function pollingNode(triggers: readonly Trigger[], choices: Manifest['options']): string {
  const description = {
    displayName: 'Okta Connector Trigger',
    name: 'oktaConnectorTrigger',
    icon: ICON,
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["event"].replace(/_/g, " ") }}',
    description: 'Starts the workflow once per event of an Okta org, or with scheduled searches',
    defaults: { name: 'Okta Connector Trigger' },
    polling: true,
    inputs: [],
    outputs: [new Code('NodeConnectionTypes.Main')],
    credentials,
    properties: [
      AUTHENTICATION,
      eventProperty(triggers),
      ...schemaParameters(triggers),
      ...propertiesOf(
        triggers.map((trigger) => formOf(trigger, 'instant')),
        'event',
        choices,
      ),
      BEHAVIOUR,
    ],
  };
  return `${header(['INodeExecutionData', 'IPollFunctions'])}
import { listSearch, loadOptions, poll, testPrivateKey, testToken } from '../../runtime/index';

export class OktaConnectorTrigger implements INodeType {
	description: INodeTypeDescription = ${sourceOf(description, 1)};

	methods = {
		listSearch,
		loadOptions,
		credentialTest: { testPrivateKey, testToken },
	};

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll.call(this);
	}
}
`;
}

function webhookNode(triggers: readonly Trigger[], choices: Manifest['options']): string {
  const description = {
    displayName: 'Okta Connector Instant Trigger',
    name: 'oktaConnectorWebhookTrigger',
    icon: ICON,
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["event"].replace(/_/g, " ") }}',
    description: 'Starts the workflow when Okta calls about an event, through an Okta event hook',
    defaults: { name: 'Okta Connector Instant Trigger' },
    inputs: [],
    outputs: [new Code('NodeConnectionTypes.Main')],
    credentials,
    // The verification comes first: Okta sends it while the hook is being created.
    webhooks: [
      { name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: 'webhook' },
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' },
    ],
    properties: [
      AUTHENTICATION,
      EVERY_MINUTE,
      eventProperty(
        triggers,
        triggers.find(({ kind }) => kind === 'webhook'),
      ),
      ...schemaParameters(triggers),
      ...propertiesOf(
        triggers.map((trigger) => formOf(trigger, 'polling')),
        'event',
        choices,
      ),
      BEHAVIOUR,
    ],
  };
  return `${header([
    ...['IHookFunctions', 'INodeExecutionData', 'IPollFunctions'],
    ...['IWebhookFunctions', 'IWebhookResponseData'],
  ])}
import {
	callForCatchUp,
	checkHook,
	createHook,
	deleteHook,
	getInstantEventTypes,
	listSearch,
	loadOptions,
	receive,
	testPrivateKey,
	testToken,
} from '../../runtime/index';

export class OktaConnectorWebhookTrigger implements INodeType {
	description: INodeTypeDescription = ${sourceOf(description, 1)};

	methods = {
		listSearch,
		loadOptions: { ...loadOptions, getEventTypes: getInstantEventTypes },
		credentialTest: { testPrivateKey, testToken },
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await checkHook.call(this);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await createHook.call(this);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await deleteHook.call(this);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive.call(this);
	}

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await callForCatchUp.call(this);
	}
}
`;
}

const header = (
  types: string[],
) => `// Generated from the manifest of okta-connector: edit the manifest, not this file.
import {
	NodeConnectionTypes,
${[...types, 'INodeType', 'INodeTypeDescription']
  .sort()
  .map((type) => `\ttype ${type},\n`)
  .join('')}} from 'n8n-workflow';`;
