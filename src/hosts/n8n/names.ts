import type { HostField } from '../fields.ts';

/** Name of the package in npm and n8n; node types are `<package>.<node>`. */
export const PACKAGE = 'n8n-nodes-okta-connector';

/** Credential type per authentication mode of the node. The name `oktaApi` is taken by n8n itself. */
export const CREDENTIALS = {
  token: 'oktaConnectorTokenApi',
  signIn: 'oktaConnectorOAuth2Api',
  privateKey: 'oktaConnectorPrivateKeyApi',
} as const;

export type Authentication = keyof typeof CREDENTIALS;

/** Collections of a node's form. */
export const ADDITIONAL = 'additionalFields';
export const OPTIONS = 'options';
/** The option of a tool that lets agents do what cannot be undone, and its label. */
export const AGENT_OPTION = 'agentMayDestroy';
export const AGENT_MAY = 'Let an Agent Do What Cannot Be Undone';
/** Name of the list inside a field with several rows. */
export const ROWS = 'rows';

/** n8n reads dots in names as paths: `credentials.password.value` becomes `credentialsPasswordValue`. */
export const parameterOf = ({ name }: Pick<HostField, 'name'>): string =>
  name.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());

/** Fields shown directly in the node; all others are in the collection of additional fields. */
export const isMain = (field: HostField): boolean => field.required || field.kind === 'attributes';

const pascal = (key: string) => key.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The methods that fill a drop-down of the connector: searched while typing, or loaded completely. */
export const searchMethod = (choices: string): string => `search${pascal(choices)}`;
export const loadMethod = (choices: string): string => `get${pascal(choices)}`;

/** Where a field can be, for drop-downs that depend on it: n8n compares texts, so the value of a locator has a path. */
export const locationsOf = (name: string): string[] =>
  [parameterOf({ name }), `${ADDITIONAL}.${parameterOf({ name })}`].flatMap((at) => [at, `${at}.value`]);

/** Attributes to clear; needed because n8n's mapper returns null for every empty field. */
export const CLEAR = 'clearAttributes';
