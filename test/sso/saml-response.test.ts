import { it, expect } from 'vitest';
import { fixtureClient, instantClock } from '../support/replay.ts';
import * as idp from '../support/saml-idp.ts';
const now = Date.parse('2026-11-21T12:00:00Z');
it('works', async () => {
  const client = fixtureClient({ clock: instantClock(now) });
  const out = await client.run('verify_saml_response', { samlResponse: idp.postedResponse({ now }), idpMetadataXml: idp.idpMetadata(idp.OTHER_KEY, idp.IDP_KEY), audience: idp.AUDIENCE, acsUrl: idp.ACS, requestId: idp.REQUEST });
  console.log(JSON.stringify(out, null, 1));
});
