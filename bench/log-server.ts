/** A System Log of N events that costs nothing to serve: pages of 1,000, rendered once, ids counted up in place. */
import { createServer } from 'node:http';

const total = Number(process.argv[2] ?? 1_000_000);
const PAGE = 1_000;
const RATE = { 'X-Rate-Limit-Limit': '1000000', 'X-Rate-Limit-Remaining': '999999' };

const event = (id: string) => ({
  uuid: id,
  published: '2026-02-03T10:11:12.345Z',
  eventType: 'user.session.start',
  version: '0',
  severity: 'INFO',
  legacyEventType: 'core.user_auth.login_success',
  displayMessage: 'User login to Okta',
  actor: {
    id: '00u1abcdefghijklmnop',
    type: 'User',
    alternateId: 'ana.ruiz@acme.test',
    displayName: 'Ana Ruiz',
    detailEntry: null,
  },
  client: {
    ipAddress: '203.0.113.9',
    zone: 'OFF_NETWORK',
    device: 'Computer',
    id: null,
    userAgent: {
      rawUserAgent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
      os: 'Mac OS X',
      browser: 'CHROME',
    },
    geographicalContext: {
      city: 'Rome',
      state: 'Lazio',
      country: 'Italy',
      postalCode: '00184',
      geolocation: { lat: 41.9, lon: 12.5 },
    },
  },
  outcome: { result: 'SUCCESS', reason: null },
  target: [
    {
      id: '00u1abcdefghijklmnop',
      type: 'User',
      alternateId: 'ana.ruiz@acme.test',
      displayName: 'Ana Ruiz',
      detailEntry: null,
    },
  ],
  authenticationContext: { externalSessionId: '102x', authenticationStep: 0, rootSessionId: '102x' },
  securityContext: {
    asNumber: 1234,
    asOrg: 'example',
    isp: 'example',
    domain: 'example.test',
    isProxy: false,
  },
  request: { ipChain: [{ ip: '203.0.113.9', version: 'V4', source: null, geographicalContext: {} }] },
  transaction: { type: 'WEB', id: 'abc', detail: {} },
  debugContext: { debugData: { requestUri: '/idp/idx/identify' } },
});

const pad = (n: number) => String(n).padStart(12, '0');
const idOf = (at: number) => `5b1f2c3d-0000-11f1-8000-${pad(at)}`;
const page = Buffer.from(JSON.stringify(Array.from({ length: PAGE }, (_, at) => event(idOf(at)))));
// Where the ids stand in the rendered page.
const places: number[] = [];
for (let at = 0, from = 0; at < PAGE; at++) {
  const place = page.indexOf(idOf(at), from);
  places.push(place + idOf(0).length - 12);
  from = place + 1;
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const after = Number(url.searchParams.get('after') ?? 0);
  const isLast = after >= total;
  if (!isLast) for (const [at, place] of places.entries()) page.write(pad(after + at), place, 'latin1');
  const next = `${url.origin}/api/v1/logs?after=${Math.min(after + PAGE, total)}&limit=${PAGE}`;
  response.writeHead(200, {
    'Content-Type': 'application/json',
    ...RATE,
    'X-Rate-Limit-Reset': String(Math.ceil(Date.now() / 1000) + 60),
    Link: [`<${url.href}>; rel="self"`, `<${next}>; rel="next"`],
  });
  response.end(isLast ? '[]' : page);
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port));
