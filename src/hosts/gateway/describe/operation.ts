import type { Manifest } from '../../../manifest/manifest.ts';
import type { RawSchema } from '../../../manifest/shared-schemas.ts';

export interface GatewayParameter {
  in: 'path' | 'query' | 'header';
  name: string;
  title: string;
  description: string;
  required?: true;
  schema: RawSchema;
  /** Key of the drop-down that offers values. */
  options?: string;
  /** Filled in by the platform, hidden from people. */
  internal?: true;
}

/** One route of the gateway, in no notation yet. */
export interface GatewayOperation {
  /** Unique, PascalCase. */
  id: string;
  method: 'get' | 'post' | 'delete';
  path: string;
  title: string;
  /** At most 300 characters. */
  description: string;
  /** Title of a category. */
  tag: string;
  parameters: GatewayParameter[];
  body?: RawSchema;
  /** Status of success, and the schema of its body. Every other answer is an error. */
  status: number;
  /** Left out when the answer has no body. */
  answer?: RawSchema;
  /** It changes something in Okta. */
  writes: boolean;
  /** The action or trigger that it runs; its input is the whole body, or the member `input`. */
  of?: Manifest['actions'][number] | Manifest['triggers'][number];
  /** How Power Automate uses a trigger: polls it for a batch, or has single items pushed to a URL. */
  trigger?: { use: 'batch' | 'single'; item: RawSchema };
  /** Not for people who build a flow. */
  internal?: true;
}

export const stringOf = (more: RawSchema = {}): RawSchema => ({ type: 'string', ...more });

/** An object with these members; those that end with "?" may be missing. */
export function objectOf(members: Record<string, RawSchema>, more: RawSchema = {}): RawSchema {
  const named = Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ''), schema] as const);
  const required = Object.keys(members).filter((name) => !name.endsWith('?'));
  return {
    type: 'object',
    ...more,
    properties: Object.fromEntries(named),
    ...(required.length > 0 ? { required } : {}),
  };
}

export const arrayOf = (items: RawSchema, more: RawSchema = {}): RawSchema => ({
  type: 'array',
  items,
  ...more,
});
