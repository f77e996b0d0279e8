import type { ActionDefinition, Effect, InputCondition, MilderEffect } from '../define.ts';

/** The effect of an action, from its definition or from its entry in the manifest. */
export type WithEffect = Pick<ActionDefinition, 'effect'> & { effectWhen?: readonly MilderEffect[] };

/** The effect for a specific input, with defaults filled in. */
export function effectFor({ effect, effectWhen }: WithEffect, input: unknown): Effect {
  if (!effectWhen) return effect;
  const values = input as Record<string, unknown>;
  const milder = effectWhen.filter(({ when }) =>
    Object.entries(when).every(
      ([name, condition]) => condition === undefined || holds(condition, values[name]),
    ),
  );
  return Object.assign({}, effect, ...milder.map((one) => one.effect));
}

/** Whether an action is destructive for every input, for some inputs, or never. */
export function destructiveness({ effect, effectWhen = [] }: WithEffect): 'always' | 'sometimes' | 'never' {
  if (!effect.destructive) return 'never';
  return effectWhen.some((one) => one.effect.destructive === false) ? 'sometimes' : 'always';
}

function holds(condition: InputCondition, value: unknown): boolean {
  if ('is' in condition) return condition.is.includes(value as string);
  if ('absent' in condition) return value === undefined;
  if ('given' in condition) return value !== undefined;
  if (typeof value !== 'string') return false;
  return 'matches' in condition
    ? new RegExp(condition.matches).test(value)
    : !new RegExp(condition.matchesNot).test(value);
}
