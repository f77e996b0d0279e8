import { z } from 'zod';

/** The answer to most changes: empty, or an object. */
export const acknowledged = z.object({}).optional();

/** Any object. */
export const identified = z.object({ id: z.string() });

const known = new WeakMap<z.ZodType, z.ZodType>();

/**
 * The minimal schema of an answer: an object with the required members of the output. Other members are not checked, so
 * that a change by Okta cannot break a flow that does not need them.
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
  // Not a loose object: that would copy all members of each list item.
  return z.object(Object.fromEntries(shape.filter(([, field]) => !field.safeParse(undefined).success)));
}
