import type { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { apiActions } from './actions/api/index.ts';
import { appActions } from './actions/app/index.ts';
import { authorizationServerActions } from './actions/authorization-server/index.ts';
import { deviceActions } from './actions/device/index.ts';
import { directoryActions } from './actions/directory/index.ts';
import { factorActions } from './actions/factor/index.ts';
import { governanceActions } from './actions/governance/index.ts';
import { groupActions } from './actions/group/index.ts';
import { hookActions } from './actions/hook/index.ts';
import { identityProviderActions } from './actions/identity-provider/index.ts';
import { logActions } from './actions/log/index.ts';
import { orgActions } from './actions/org/index.ts';
import { policyActions } from './actions/policy/index.ts';
import { realmActions } from './actions/realm/index.ts';
import { roleActions } from './actions/role/index.ts';
import { schemaActions } from './actions/schema/index.ts';
import { scimActions } from './actions/scim/index.ts';
import { ssoActions } from './actions/sso/index.ts';
import { userActions } from './actions/user/index.ts';
import { zoneActions } from './actions/zone/index.ts';
import { apiTokenAuth, authorizationCodeAuth, clientCredentialsAuth } from './auth/connection.ts';
import type { ActionDefinition, Job, ResourceDefinition, TriggerDefinition } from './define.ts';
import { nearest } from './errors/did-you-mean.ts';
import { InputError } from './errors/errors.ts';
import { carriedIn } from './resources/reference.ts';
import { agentTriggers } from './triggers/agent/index.ts';
import { appTriggers } from './triggers/app/index.ts';
import { deviceTriggers } from './triggers/device/index.ts';
import { directoryTriggers } from './triggers/directory/index.ts';
import { governanceTriggers } from './triggers/governance/index.ts';
import { groupTriggers } from './triggers/group/index.ts';
import { hookTriggers } from './triggers/hook/index.ts';
import { identityProviderTriggers } from './triggers/identity-provider/index.ts';
import { logTriggers } from './triggers/log/index.ts';
import { policyTriggers } from './triggers/policy/index.ts';
import { roleTriggers } from './triggers/role/index.ts';
import { scimTriggers } from './triggers/scim/index.ts';
import { userTriggers } from './triggers/user/index.ts';
import { zoneTriggers } from './triggers/zone/index.ts';

const actions = [
  ...userActions,
  ...groupActions,
  ...directoryActions,
  ...appActions,
  ...scimActions,
  ...ssoActions,
  ...factorActions,
  ...roleActions,
  ...zoneActions,
  ...schemaActions,
  ...policyActions,
  ...deviceActions,
  ...hookActions,
  ...authorizationServerActions,
  ...identityProviderActions,
  ...orgActions,
  ...realmActions,
  ...governanceActions,
  ...logActions,
  ...apiActions,
] as const;
const triggers = [
  ...logTriggers,
  ...userTriggers,
  ...groupTriggers,
  ...appTriggers,
  ...policyTriggers,
  ...zoneTriggers,
  ...identityProviderTriggers,
  ...hookTriggers,
  ...roleTriggers,
  ...deviceTriggers,
  ...governanceTriggers,
  ...agentTriggers,
  ...directoryTriggers,
  ...scimTriggers,
] as const;

interface Operation {
  key: string;
  input: z.ZodType;
  output: z.ZodType;
}

/** Input and output types by key. */
type Typed<D extends Operation> = {
  [K in D['key']]: {
    input: z.input<Extract<D, { key: K }>['input']>;
    output: z.output<Extract<D, { key: K }>['output']>;
  };
};

/** Input and output of each action, by its key. */
export type Actions = Typed<(typeof actions)[number]>;

/** Input and item of each trigger, by its key. */
export type Triggers = Typed<(typeof triggers)[number]>;

/** Keys of the actions whose output is a list. */
export type ListActions = {
  [K in keyof Actions]: Actions[K]['output'] extends readonly unknown[] ? K : never;
}[keyof Actions];

const all = {
  actions: actions as unknown as readonly ActionDefinition[],
  triggers: triggers as unknown as readonly TriggerDefinition[],
};

/** Every resource that an operation or one of its inputs refers to. */
function resourcesOf(operations: readonly (ActionDefinition | TriggerDefinition)[]): ResourceDefinition[] {
  const found = operations.flatMap(({ resource, input }) => [
    resource,
    ...Object.values(carriedIn(input))
      .flatMap(({ names, attributesOf }) => [names ?? [], attributesOf ?? []])
      .flat(),
  ]);
  return [...new Set(found)];
}

const CATEGORIES: Record<Job, string> = {
  join: 'Somebody joins',
  leave: 'Somebody leaves',
  help: 'Somebody cannot sign in',
  incident: 'Something looks wrong',
  people: 'Keep people up to date',
  groups: 'Put people into groups',
  apps: 'Give people apps, and run the apps',
  admins: 'Decide who administers',
  rules: 'Set the rules of signing in',
  governance: 'Request and review access',
  org: 'Look after the org',
  events: 'React to what happens',
};

/** Our own drawing, a ring with a plug: Okta's logo is a trademark. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60" width="60" height="60">
  <rect width="60" height="60" rx="12" fill="#ffffff"/>
  <circle cx="30" cy="30" r="17" fill="none" stroke="#1f2937" stroke-width="7"/>
  <path d="M30 20v-8M24 12h12" stroke="#1f2937" stroke-width="4" stroke-linecap="round"/>
  <circle cx="30" cy="30" r="5" fill="#2563eb"/>
</svg>
`;

/** The registry, from which everything else (manifest, docs, command line, hosts, contract tests) is derived. */
export const connector = {
  identity: {
    key: 'okta',
    title: 'Okta',
    description: 'Users, groups, apps and events of an Okta org.',
    docsUrl: 'https://developer.okta.com/docs/api/',
    version: packageJson.version,
    icon: ICON,
    /** Of the icon and, lighter or darker, of what hosts colour. */
    color: '#2563eb',
  },
  categories: Object.entries(CATEGORIES).map(([key, title]) => ({ key: key as Job, title })),
  authModes: [apiTokenAuth, authorizationCodeAuth, clientCredentialsAuth],
  ...all,
  resources: resourcesOf([...all.actions, ...all.triggers]),
};

/** The action with this key. @throws InputError `unknown_operation`, naming the nearest. */
export const actionOf = (key: string): ActionDefinition => find('action', connector.actions, key);

/** The trigger with this key. @throws InputError `unknown_operation`, naming the nearest. */
export const triggerOf = (key: string): TriggerDefinition => find('trigger', connector.triggers, key);

function find<T extends { key: string }>(what: string, all: readonly T[], key: string): T {
  const found = all.find((one) => one.key === key);
  if (found) return found;
  const near = nearest(
    key,
    all.map((one) => one.key),
  );
  throw new InputError(`There is no ${what} ${key}`, {
    code: 'unknown_operation',
    hint: near ? `Did you mean ${near}?` : `Choose one of the existing ("okta-connector ${what}s").`,
  });
}
