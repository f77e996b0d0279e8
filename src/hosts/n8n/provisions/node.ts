import {
  type ICredentialsDecrypted,
  type INodeCredentialTestResult,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
  type IWebhookDescription,
  type IWebhookFunctions,
  type IWebhookResponseData,
  NodeConnectionTypes,
} from 'n8n-workflow';
import { isOktaError } from '../../../errors/errors.ts';
import { inSentences } from '../../../errors/sentences.ts';
import { tokenCheck } from '../../../scim/protocol/token.ts';
import { SCIM_EVENT_KINDS } from '../../../scim/store/store.ts';
import { hintOf } from '../../errors.ts';
import { titleCase } from '../wording.ts';
import { answer } from './answer.ts';
import { deliver } from './deliver.ts';
import { BASE_PATH, PROVISIONS_CREDENTIAL, provisionsSettings } from './settings.ts';
import { storeToAnswer } from './stores.ts';

/**
 * Everything at a path. n8n finds a path with a parameter by the id of the node, which is the first part of the URL, but stores it
 * without: the name of the parameter keeps those of two nodes apart. The editor shows the first one, which is the base URL.
 */
const webhooks = (['', '/:resource-{{ $webhookId }}', '/:resource-{{ $webhookId }}/:id'] as const).flatMap(
  (below) =>
    (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map(
      (httpMethod): IWebhookDescription => ({
        name: 'default',
        httpMethod,
        responseMode: 'onReceived',
        path: `${below === '' ? '' : '='}${BASE_PATH.slice(1)}${below}`,
        isFullPath: below !== '',
        ndvHideMethod: true,
        ndvHideUrl: below !== '' || httpMethod !== 'GET',
      }),
    ),
);

/** A SCIM 2.0 server at the URL of a workflow, which starts once for each event. */
export class OktaProvisions implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Okta Provisions',
    name: 'oktaProvisions',
    icon: { light: 'file:../../icons/okta-connector.svg', dark: 'file:../../icons/okta-connector.dark.svg' },
    group: ['trigger'],
    version: 1,
    description: 'Okta creates, changes and deactivates people and groups here, and the workflow follows',
    eventTriggerDescription: 'Waiting for a request of Okta to the URL',
    activationMessage: 'Okta can now provision to the URL of this node.',
    defaults: { name: 'Okta Provisions' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: PROVISIONS_CREDENTIAL, required: true, testedBy: 'testProvisions' }],
    webhooks,
    properties: [
      {
        displayName:
          "In Okta, the SCIM connector base URL is the production URL above, and the authorization is the credential's token",
        name: 'notice',
        type: 'notice',
        default: '',
      },
      {
        displayName: 'Events',
        name: 'kinds',
        type: 'multiOptions',
        options: SCIM_EVENT_KINDS.map((value) => ({ name: titleCase(value.replace('.', ' ')), value })),
        default: [],
        description: 'Which events start the workflow; all if none is chosen',
      },
    ],
  };

  methods = {
    credentialTest: {
      async testProvisions({ data = {} }: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
        try {
          const { token, place } = provisionsSettings(data);
          tokenCheck(token);
          const { store, release } = await storeToAnswer(place);
          try {
            const users = await store.count('User');
            return { status: 'OK', message: `The state can be used. Users: ${users}` };
          } finally {
            await release();
          }
        } catch (error) {
          if (!isOktaError(error)) throw error;
          return { status: 'Error', message: inSentences(error.message, hintOf(error)) };
        }
      },
    },
  };

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    return deliver.call(this);
  }

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    return answer.call(this);
  }
}
