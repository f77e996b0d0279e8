import { readdirSync } from 'node:fs';
import type { Connection } from '../../src/auth/connection.ts';
import type { Actions } from '../../src/connector.ts';
import { type ArrangeOptions, type Org, orgAt } from './arrange.ts';

/** One use of an action on a live org. It stands alone: it relies on no other scenario and on no order. */
export interface Scenario<I = Record<string, unknown>, O = unknown, W = unknown> {
  name: string;
  action: string;
  /** Creates what the action needs and gives what input and check have to know about it. */
  arrange(org: Org): Promise<W>;
  input(world: W): I;
  /** @throws AssertionError for an unexpected output. */
  check(output: O, world: W): void;
}

/** Types a scenario by the key of its action. */
export function scenario<K extends keyof Actions, W>(
  action: K,
  given: Omit<Scenario<Actions[K]['input'], Actions[K]['output'], W>, 'action'>,
): Scenario {
  return { ...given, action } as unknown as Scenario;
}

const folder = new URL('../scenarios/', import.meta.url);

/** The scenarios of one action, from the file with its name. */
export async function scenariosOf(key: string): Promise<Scenario[]> {
  const file = new URL(`${key.replaceAll('_', '-')}.ts`, folder);
  return ((await import(/* @vite-ignore */ file.href)) as { default: Scenario[] }).default;
}

/** The scenarios of all actions. */
export async function allScenarios(): Promise<Scenario[]> {
  const keys = readdirSync(folder).map((file) => file.replace('.ts', '').replaceAll('-', '_'));
  return (await Promise.all(keys.sort().map(scenariosOf))).flat();
}

/** Arranges a scenario on an org, hands its input and its check to `work`, and cleans up. */
export async function arranged<T>(
  { arrange, input, check }: Scenario,
  { connection, ...options }: ArrangeOptions & { connection: Connection },
  work: (input: Record<string, unknown>, check: (output: unknown) => void) => Promise<T>,
): Promise<T> {
  const org = orgAt(connection, options);
  let failed = true;
  try {
    const world = await arrange(org);
    const done = await work(input(world), (output) => check(output, world));
    failed = false;
    return done;
  } finally {
    // Report the first failure, not that of cleaning up after it.
    await org.cleanUp().catch((error: unknown) => {
      if (!failed) throw error;
    });
    org.close();
  }
}
