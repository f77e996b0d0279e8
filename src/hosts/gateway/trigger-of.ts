import type { Context } from 'hono';
import { z } from 'zod';
import { InputError } from '../../errors/errors.ts';
import { describeIssues } from '../../errors/issues.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { remoteOperations } from '../index.ts';
import { assertMayUse } from './access.ts';
import { assertRemote } from './actions.ts';
import type { GatewayDeps, GatewayEnv } from './deps.ts';
import { GatewayError } from './errors.ts';

/**
 * The trigger of this key, if the key of the request may use it with this input.
 * @throws GatewayError 404, 403; InputError for an input that names something on this machine.
 */
export function usableTrigger(
  c: Context<GatewayEnv>,
  { manifest }: Pick<GatewayDeps, 'manifest'>,
  key: string,
  input: Record<string, unknown>,
): Manifest['triggers'][number] {
  const trigger = manifest.triggers.find((one) => one.key === key);
  if (!trigger) {
    throw new GatewayError(404, 'not_found', 'There is no such trigger', {
      hint: 'See /openapi.json for what there is.',
    });
  }
  c.set('operation', trigger.key);
  assertMayUse(c, trigger);
  const { triggers } = remoteOperations(manifest);
  assertRemote(
    trigger,
    input,
    triggers.some((one) => one.key === key),
  );
  return trigger;
}

/** The input of a trigger, in a body. */
export const inputMember = z.record(z.string(), z.unknown()).default({});

/** The body of a request, as `jsonBody` reads it. @throws InputError naming what is wrong with it. */
export function checkedBody<T>(body: Record<string, unknown>, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new InputError('The body of the request is not valid', {
    causes: describeIssues(parsed.error, schema),
    hint: 'See /openapi.json for what this path takes.',
  });
}

/** Where the caller of a request reaches this gateway, without a slash at the end. */
export const baseOf = (c: Context<GatewayEnv>, { publicUrl }: Pick<GatewayDeps, 'publicUrl'>): string =>
  (publicUrl ?? new URL(c.req.url).origin).replace(/\/+$/, '');
