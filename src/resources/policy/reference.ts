import { z } from 'zod';
import type { ActionContext } from '../../define.ts';
import { InputError, isOktaError } from '../../errors/errors.ts';
import { looksLikeId, remembered } from '../by-name.ts';
import { collect } from '../collect.ts';
import { noSuch } from '../reference.ts';
import { POLICY_TYPES } from './types.ts';

const path = '/api/v1/policies';
const listed = z.object({ id: z.string(), name: z.string(), type: z.string() });

/** What Okta answers for a type that the org lacks. */
const ABSENT = ['E0000001', 'E0000015'];

/**
 * The policies of all known types, which Okta lists by type only. Types that the org lacks are left out.
 * @param q beginning of the names.
 */
export async function* policiesOfAllTypes(context: ActionContext, q?: string) {
  for (const type of POLICY_TYPES) {
    try {
      yield* context.list({ method: 'GET', path, query: { type, q }, answer: listed });
    } catch (error) {
      if (!isOktaError(error) || !ABSENT.includes(error.oktaCode ?? '')) throw error;
    }
  }
}

/**
 * The id of a policy, looked up by its exact name unless the reference is an id.
 * @throws OktaError `not_found` when no policy has the name; InputError when several have it.
 */
export async function policyIdOf(context: ActionContext, reference: string): Promise<string> {
  if (looksLikeId('(?:00p|rst)', reference)) return reference;
  return remembered(context, `policy ${reference}`, async () => {
    const named = await collect(policiesOfAllTypes(context, reference));
    const found = named.filter(({ name }) => name === reference);
    const [only, ...others] = found;
    if (!only) throw noSuch('policy', 'exact name', path, reference);
    if (others.length === 0) return only.id;
    const ids = found.map(({ id, type }) => `${id} (${type})`).join(', ');
    throw new InputError(`${found.length} policies have this name: ${ids}`, {
      hint: 'Use the id of the one you mean as policyId.',
    });
  });
}
