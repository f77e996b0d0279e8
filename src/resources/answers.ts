import { z } from 'zod';

/** What most changes answer: nothing, or an object. */
export const acknowledged = z.object({}).optional();

/** Any object of Okta's. */
export const identified = z.object({ id: z.string() });

const known = new WeakMap<z.ZodType, z.ZodType>();

/**
 * What an answer must be so that an output can be made of it: an object with the required members of the output. The
 * others are not looked at: a member that Okta changes must not break a flow that does not need it.
 * @param output of an action, or of an item of a list.
 */
export function needsOf<T extends z.ZodType>(output: T): z.ZodType<z.output<T>> {
  const needs = known.get(output) ?? requiredOf(output);
  known.set(output, needs);
  return needs as z.ZodType<z.output<T>>;
}

function requiredOf(output: z.ZodType): z.ZodType {
  if (output instanceof z.ZodArray) return needsOf(output.element as z.ZodType);
  if (!(output instanceof z.ZodObject)) return output;
  const shape = Object.entries(output.shape as Record<string, z.ZodType>);
  // Not loose: that would copy all members of each item of a list.
  return z.object(Object.fromEntries(shape.filter(([, field]) => !field.safeParse(undefined).success)));
}
