import type { ScimStore } from './store/store.ts';

/** What a server leaves in its state for those who look into it. */
export interface AboutScim {
  /** Where Okta reaches the server. */
  baseUrl?: string;
  /** Its own schemas. */
  schemas: readonly unknown[];
  /** When the button "Test Connector Configuration" of Okta last reached it, ISO 8601. */
  testedAt?: string;
}

/** Writes down where the server is, if it knows, and which schemas it has. */
export async function tellScimState(
  store: ScimStore,
  { baseUrl, schemas }: Pick<AboutScim, 'baseUrl' | 'schemas'>,
): Promise<void> {
  if (baseUrl !== undefined) await store.setValue('baseUrl', baseUrl);
  await store.setValue('schemas', JSON.stringify(schemas));
}

export async function readScimState(store: ScimStore): Promise<AboutScim> {
  const [baseUrl, schemas, testedAt] = await Promise.all(
    ['baseUrl', 'schemas', 'testedAt'].map((name) => store.getValue(name)),
  );
  return { baseUrl, schemas: JSON.parse(schemas ?? '[]') as unknown[], testedAt };
}

/** The one request of Okta's test button, and of Save. */
export const isTestOfOkta = ({ startIndex, count, filter }: Record<string, unknown>): boolean =>
  filter === undefined && startIndex === '1' && count === '2';
