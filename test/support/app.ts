import type { Org } from './arrange.ts';

/** An app of the scenario's own, from an org that can be told what it has. @throws NeedsSandbox on a real org. */
export async function newApp(org: Org, signOnMode = 'SAML_2_0'): Promise<{ id: string; label: string }> {
  const id = `0oa1${org.run.padEnd(16, '0')}`;
  const label = `CRM ${org.run}`;
  const body = { id, name: `sandbox_${org.run}_1`, label, signOnMode, status: 'ACTIVE' };
  await org.control('PUT', '/objects', { path: `/api/v1/apps/${id}`, body });
  return { id, label };
}
