import type { InputError } from '../../../errors/errors.ts';
import { nextRun } from '../../../triggers/cron.ts';
import type { AuthMode, NodeOperation } from '../node-types.ts';
import type { StoredValue, StoredValues } from '../values.ts';

/** Words of the editor's language. */
export type Say = (key: string, values?: Record<string, string>) => string;

/** What Node-RED puts something else in for when the node starts. */
export const isVariable = (value: string): boolean => /^\$\{[^}]+\}$/.test(value.trim());

/** Why what was typed cannot be read; undefined when it can. */
export function problemOf({ type, value, rows = [] }: StoredValue, say: Say): string | undefined {
  for (const row of rows) {
    const found = Object.values(row).map((one) => problemOf(one, say));
    const first = found.find((text) => text !== undefined);
    if (first) return first;
  }
  if (isVariable(value)) return undefined;
  if (type === 'num' && !Number.isFinite(Number(value))) return say('problem.number');
  if (type !== 'json') return undefined;
  try {
    JSON.parse(value);
    return undefined;
  } catch (error) {
    return `${say('problem.json')} ${(error as Error).message}`;
  }
}

/** Everything that keeps an operation from running, one sentence each. */
export function problemsOf(
  operation: NodeOperation | undefined,
  stored: StoredValues = {},
  say: Say,
): string[] {
  if (!operation) return [say('problem.operation')];
  const titles = new Map(
    operation.fields
      .flatMap((field) => [field, ...(field.fields ?? [])])
      .map((field) => [field.name, field.title]),
  );
  const unreadable = Object.entries(stored).flatMap(([name, value]) => {
    const problem = problemOf(value, say);
    return problem ? [`${titles.get(name) ?? name}: ${problem}`] : [];
  });
  const isSet = (name: string) => stored[name] !== undefined;
  const missing = operation.fields
    .filter((field) => field.required && !isSet(field.name))
    .flatMap((field) => {
      const parts = (field.fields ?? []).filter((one) => one.required);
      return parts.length > 0 ? parts.filter((one) => !isSet(one.name)) : [field];
    });
  return [...unreadable, ...missing.map(({ title }) => `${title}: ${say('problem.missing')}`)];
}

/** Why a schedule never comes; undefined when it does. */
export function scheduleProblem(cron: string, timeZone: string | undefined): string | undefined {
  if (isVariable(cron) || isVariable(timeZone ?? '')) return undefined;
  try {
    nextRun(cron, timeZone?.trim() || undefined);
    return undefined;
  } catch (error) {
    const { message, hint } = error as InputError;
    return `${message}. ${hint ?? ''}`.trim();
  }
}

/** Why a way to connect cannot work; secrets, which the editor does not know, are left out. */
export function authProblems(mode: AuthMode | undefined, auth: Record<string, unknown>, say: Say): string[] {
  return (mode?.fields ?? []).flatMap(({ name, title, required, secret, choices, kind }) => {
    const value = String(auth[name] ?? '');
    if (secret || isVariable(value)) return [];
    if (value === '') return required ? [`${title}: ${say('problem.missing')}`] : [];
    const allowed = choices ?? (kind === 'boolean' ? ['true', 'false'] : undefined);
    return !allowed || allowed.includes(value)
      ? []
      : [`${title}: ${say('problem.choice', { choices: allowed.join(', ') })}`];
  });
}
