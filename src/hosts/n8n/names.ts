import type { HostField } from '../fields.ts';

/** The package, as npm and n8n know it; node types are `<package>.<node>`. */
export const PACKAGE = 'n8n-nodes-okta-connector';

/** Key of a way to authenticate in the node, to the type of its credential. n8n itself has `oktaApi`. */
export const CREDENTIALS = {
  token: 'oktaConnectorTokenApi',
  signIn: 'oktaConnectorOAuth2Api',
  privateKey: 'oktaConnectorPrivateKeyApi',
} as const;

export type Authentication = keyof typeof CREDENTIALS;

/** Collections of a node's form. */
export const ADDITIONAL = 'additionalFields';
export const OPTIONS = 'options';
/** Within a field that has several rows. */
export const ROWS = 'rows';

/** n8n reads dots in names as paths: `credentials.password.value` becomes `credentialsPasswordValue`. */
export const parameterOf = ({ name }: Pick<HostField, 'name'>): string =>
  name.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());

/** Fields that stand in the node itself; the others are in the collection of additional fields. */
export const isMain = (field: HostField): boolean => field.required || field.kind === 'attributes';

const pascal = (key: string) => key.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The methods that fill a drop-down of the connector: searched while typing, or loaded whole. */
export const searchMethod = (choices: string): string => `search${pascal(choices)}`;
export const loadMethod = (choices: string): string => `get${pascal(choices)}`;

/** Where a form may hold the kind of object that a field's attributes are of: in the node itself or among the additional fields. */
export function kindParameters({ attributesOf }: HostField): string[] {
  if (!attributesOf?.by) return [];
  const name = parameterOf({ name: attributesOf.by });
  return [`${ADDITIONAL}.${name}`];
}

/** Attributes to clear: n8n's mapper gives null for what was left empty. */
export const CLEAR = 'clearAttributes';

/** Reconciling needs a process that stays; in n8n a polling trigger beside the instant one does it. */
const NOT_IN_N8N = new Set(['reconcile']);
export const isShown = (field: HostField): boolean => !NOT_IN_N8N.has(field.name);
