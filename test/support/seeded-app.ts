import type { Org } from './arrange.ts';

/** An app of the sandbox's seed, by its label. @throws NeedsSandbox on a real org. */
export async function seededApp(org: Org, label: string): Promise<{ id: string; label: string }> {
  await org.control('GET', '/settings');
  const [app] = await org.api('GET', `/api/v1/apps?q=${encodeURIComponent(label)}`);
  return app;
}
