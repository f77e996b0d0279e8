import type { Org } from './arrange.ts';

/** A website that may call the org. */
export async function website(org: Org, name: string) {
  return org.api('POST', '/api/v1/trustedOrigins', {
    name: `${name} ${org.run}`,
    origin: `https://${name.toLowerCase()}.acme.test`,
    scopes: [{ type: 'CORS' }],
  });
}
