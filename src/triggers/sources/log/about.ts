import type { ResourceDefinition } from '../../../define.ts';
import { app } from '../../../resources/app/resource.ts';
import { device } from '../../../resources/device/resource.ts';
import { group } from '../../../resources/group/resource.ts';
import { groupRule } from '../../../resources/group-rule/resource.ts';
import { identityProvider } from '../../../resources/identity-provider/resource.ts';
import { policy } from '../../../resources/policy/resource.ts';
import { ref } from '../../../resources/reference.ts';
import { user } from '../../../resources/user/resource.ts';
import { zone } from '../../../resources/zone/resource.ts';
import type { Concerned, UserPlace } from './concerned.ts';

/** The objects of an event by which it can be chosen, by the name of the input. */
const ABOUT = { user, group, app, policy, zone, identityProvider, device, groupRule };

export type About = keyof typeof ABOUT;

const NAMES = Object.keys(ABOUT) as About[];

const about = (resource: ResourceDefinition) =>
  ref(resource, {
    description: `Only events about this ${resource.title.toLowerCase()}: ${resource.names?.words ?? 'Id'}.`,
  }).optional();

/** An input for each of these kinds of object. */
export const aboutFields = (names: readonly About[]) =>
  Object.fromEntries(names.map((name) => [name, about(ABOUT[name])])) as {
    [name in About]?: ReturnType<typeof about>;
  };

/** Ids of the objects that events must be about. */
export type AboutInput = { [name in About]?: string };

/**
 * The ids in an input, which the event must have among its targets, and the rest of the input.
 * @param place where the events name their user besides the targets.
 */
export function targetsAsked<I extends AboutInput>(
  input: I,
  place?: UserPlace,
): { targets: string[]; concerned?: Concerned; rest: Omit<I, keyof AboutInput> } {
  const rest = { ...input };
  for (const name of NAMES) delete rest[name];
  const { user: id } = input;
  const isElsewhere = place !== undefined && id !== undefined;
  return {
    targets: NAMES.flatMap((name) => (isElsewhere && name === 'user' ? [] : (input[name] ?? []))),
    ...(isElsewhere ? { concerned: { id, place } } : {}),
    rest,
  };
}
