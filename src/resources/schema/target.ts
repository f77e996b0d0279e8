import { z } from 'zod';
import type { ActionContext, ApiCall, CallName } from '../../define.ts';
import { InputError } from '../../errors/errors.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { needsOf } from '../answers.ts';
import { appIdOf } from '../app/reference.ts';
import { app } from '../app/resource.ts';
import { ref } from '../reference.ts';
import { userType } from '../user-type/resource.ts';
import { schemaDocument } from './resource.ts';

const USER = '/api/v1/meta/schemas/user/{schemaId}';
const GROUP = '/api/v1/meta/schemas/group/default';
const APP = '/api/v1/meta/schemas/apps/{appId}/default';
const TYPE = '/api/v1/meta/types/user/{typeId}';

/** Inputs that name a schema. */
export const schemaInput = {
  kind: field(
    labelled(z.enum(['user', 'group', 'app']), { app: 'App user' }).default('user'),
    'Profile of',
    'Users, groups, or the users of an app.',
    'user',
  ),
  userTypeId: ref(userType, {
    description: 'Id or name of the user type; if omitted, the default type.',
  }).optional(),
  appId: ref(app, { description: 'Id or exact label of the app; only for the users of an app.' }).optional(),
};

type Input = z.output<z.ZodObject<typeof schemaInput>>;

/** The path of a schema, and what an answer of it is. */
export type SchemaTarget = Pick<ApiCall<z.output<typeof schemaDocument>>, 'path' | 'params' | 'answer'>;

/** The requests that find and read a schema. */
export const SCHEMA_READS: readonly CallName[] = [`GET ${TYPE}`, `GET ${USER}`, `GET ${GROUP}`, `GET ${APP}`];

/** The requests that change one. */
export const SCHEMA_WRITES: readonly CallName[] = [`POST ${USER}`, `POST ${GROUP}`, `POST ${APP}`];

/**
 * Where the schema of an input is.
 * @throws InputError for inputs that do not fit together.
 */
export async function schemaTarget(
  context: ActionContext,
  { kind, userTypeId, appId }: Input,
): Promise<SchemaTarget> {
  const answer = needsOf(schemaDocument);
  if ((kind === 'app') !== (appId !== undefined)) {
    throw new InputError('appId belongs to kind app, and kind app needs it', {
      hint: 'Give both, or neither.',
    });
  }
  if (userTypeId !== undefined && kind !== 'user') {
    throw new InputError('userTypeId belongs to kind user', { hint: 'Remove it, or set kind to user.' });
  }
  if (kind === 'group') return { path: GROUP, params: {}, answer };
  if (appId !== undefined) return { path: APP, params: { appId: await appIdOf(context, appId) }, answer };
  return { path: USER, params: { schemaId: await schemaIdOf(context, userTypeId) }, answer };
}

const linked = z.object({ _links: z.object({ schema: z.object({ href: z.string() }) }) });

async function schemaIdOf(context: ActionContext, reference = 'default'): Promise<string> {
  if (reference === 'default') return reference;
  const typeId = (await userType.names?.resolve(context, reference)) ?? reference;
  const { json } = await context.call({ method: 'GET', path: TYPE, params: { typeId }, answer: linked });
  return json._links.schema.href.split('/').pop() as string;
}
