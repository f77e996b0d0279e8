import type { ActionDefinition, Effect, InputCondition, MilderEffect } from '../define.ts';

/** What of an action, or of its entry in the manifest, says what it does to Okta. */
export type WithEffect = Pick<ActionDefinition, 'effect'> & { effectWhen?: readonly MilderEffect[] };

/** The effect for this very input, whose defaults are filled in. */
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

/** Whether an action takes away what the connector cannot bring back: whatever its input, with some inputs, or never. */
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
