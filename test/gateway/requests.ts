import fc from 'fast-check';
import { manifest } from '../../src/manifest/manifest.ts';

/** A request that somebody could send, sensible or not. */
export interface FuzzRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

const { actions, triggers, options } = manifest();

const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: odd });

type Headers = Record<string, string>;

const keys = (key: string): fc.Arbitrary<Headers> =>
  mostly(
    fc.constantFrom<Headers[]>({ authorization: `Bearer ${key}` }, { 'x-api-key': key }),
    fc.constantFrom<Headers[]>(
      {},
      { authorization: 'Bearer ' },
      { authorization: 'Basic YTpi' },
      { 'x-api-key': `${key}x` },
    ),
  );

const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.constantFrom<Record<string, string>[]>(
  ...[
    {},
    {},
    {},
    { 'x-confirm': 'destructive' },
    { 'x-confirm': 'yes' },
    { 'idempotency-key': 'k'.repeat(5_000) },
  ],
  ...[
    { 'idempotency-key': '' },
    { accept: 'text/html' },
    { 'if-none-match': '*' },
    { origin: 'https://evil.example' },
  ],
  ...[
    { 'x-http-method-override': 'DELETE' },
    { 'x-forwarded-host': 'evil.example' },
    { 'x-request-id': 'a\tb' },
  ],
  ...[{ 'content-encoding': 'gzip' }, { 'accept-encoding': 'br' }, { cookie: 'a=b' }, { range: 'bytes=0-1' }],
);

const contentType = mostly(
  fc.constant('application/json'),
  fc.constantFrom(
    'text/plain',
    'application/json; charset=latin1',
    'application/x-www-form-urlencoded',
    '',
    ';;',
  ),
);

const json = fc.jsonValue({ maxDepth: 4 });

/** An input as the sample has it, with a member lost, added or of another type. */
const inputOf = (sample: unknown) => {
  const whole = sample as Record<string, unknown>;
  return fc.oneof(
    fc.constant(whole),
    fc.record(
      {
        ...Object.fromEntries(
          Object.keys(whole).map((name) => [name, mostly(fc.constant(whole[name]), json)]),
        ),
      },
      { requiredKeys: [] },
    ),
    fc
      .tuple(fc.constantFrom('limit', 'type', '__proto__', 'constructor', 'toString', 'x'), json)
      .map(([name, value]) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`)),
    json,
  );
};

const bodyOf = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string | Uint8Array> =>
  fc.oneof(
    { weight: 30, arbitrary: value.map((one) => JSON.stringify(one) ?? '') },
    { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 64 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '',
        '{',
        '[[['.repeat(3_000),
        `{"a":${'1'.repeat(400)}}`,
        '{"a":"\\ud800"}',
        '\ufeff{}',
      ),
    },
    { weight: 1, arbitrary: fc.nat(20).map((at) => (at === 0 ? `"${'x'.repeat(1_100_000)}"` : '{}')) },
  );

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom('..', '%00', '%ff', '%E0%A4%A', 'x'.repeat(3_000)),
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'search',
        'cursor',
        'userId',
        'type',
        'limit',
        'operations',
        'category',
        'read_only',
        'since',
        'x',
      ),
      word,
    ),
    { maxLength: 4 },
  )
  .map((pairs) => {
    const text = pairs
      .map(([name, value]) => `${name}=${encodeURIComponent(value.replaceAll(/[\ud800-\udfff]/g, ''))}`)
      .join('&');
    return text === '' ? '' : `?${text}`;
  });
const pathPart = (known: readonly string[]) =>
  mostly(
    fc.constantFrom(...known),
    word.map((one) => encodeURIComponent(one.replaceAll(/[\ud800-\udfff]/g, ''))),
  );

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const url = mostly(
  fc.constant('https://receiver.invalid/x'),
  fc.constantFrom<unknown[]>('http://127.0.0.1/', 'https://10.0.0.1/', 'file:///etc/passwd', 7),
);

/**
 * Requests to every route of the gateway.
 * @param subscriptions ids of some that there are.
 */
export function fuzzRequests(key: string, subscriptions: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const post = (path: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) =>
    fc
      .record({ path, body: bodyOf(value), key: keys(key), odd: oddHeaders, type: contentType })
      .map(({ path, body, key, odd, type }) => ({
        method: 'POST',
        path,
        body,
        headers: { ...key, ...odd, 'content-type': type },
      }));
  const get = (path: fc.Arbitrary<string>, asked: fc.Arbitrary<string> = query) =>
    fc.record({ path, query: asked, key: keys(key), odd: oddHeaders }).map(({ path, query, key, odd }) => ({
      method: 'GET',
      path: path + query,
      headers: { ...key, ...odd },
    }));
  const action = fc
    .constantFrom(...actions)
    .chain((one) => post(fc.constant(`/v1/actions/${one.key}`), inputOf(one.sample.input)));
  const anyTrigger = fc.constantFrom(...triggers);
  const rare = { freq: 8 };
  const trigger = anyTrigger.chain((one) => {
    const input = inputOf(one.sample.input);
    const cursor = fc.option(mostly(fc.constant(''), json), rare);
    const limit = mostly(fc.integer({ min: 1, max: 25 }), json);
    const at = (use: string, body: fc.Arbitrary<unknown>) =>
      post(fc.constant(`/v1/triggers/${one.key}/${use}`), body);
    return fc.oneof(
      at('pull', fc.record({ input, cursor, limit }, { requiredKeys: [] })),
      at('sample', fc.record({ input, limit }, { requiredKeys: [] })),
      at('subscribe', fc.record({ input, url }, { requiredKeys: ['url'] })),
      at('subscribe', json),
    );
  });
  const poll = pathPart(triggers.map((one) => one.key)).map((one) => `/v1/triggers/${one}/poll`);
  const seconds = mostly(fc.integer({ min: 5, max: 86_400 }), json);
  const subscribe = fc.record(
    {
      trigger: fc.constantFrom(...triggers.map((one) => one.key)),
      url,
      interval: seconds,
      secret: mostly(fc.constant(SECRET), json),
    },
    { requiredKeys: ['trigger', 'url'] },
  );
  const subscription = pathPart(subscriptions).map((id) => `/v1/subscriptions/${id}`);
  const trips = fc.oneof(
    { weight: 12, arbitrary: action },
    { weight: 3, arbitrary: trigger },
    {
      weight: 2,
      arbitrary: get(pathPart(options.map((one) => one.key)).map((list) => `/v1/options/${list}`)),
    },
    { weight: 1, arbitrary: get(pathPart(['user', 'group']).map((one) => `/v1/fields/${one}`)) },
    { weight: 1, arbitrary: get(pathPart(actions.map((one) => one.key)).map((one) => `/v1/schema/${one}`)) },
    {
      weight: 1,
      arbitrary: fc.oneof(get(poll), get(poll, fc.constant(''))),
    },
    {
      weight: 1,
      arbitrary: get(fc.constantFrom('/openapi.json', '/swagger.json', '/health', '/ready', '/metrics')),
    },
    { weight: 1, arbitrary: fc.oneof(get(fc.constant('/v1/subscriptions')), get(subscription)) },
    {
      weight: 1,
      arbitrary: post(
        subscription.map((path) => `${path}/resume`),
        fc.constant({}),
      ),
    },
    { weight: 1, arbitrary: post(fc.constant('/v1/subscriptions'), mostly<unknown>(subscribe, json)) },
    {
      weight: 1,
      arbitrary: get(word.map((one) => `/${encodeURIComponent(one.replaceAll(/[\ud800-\udfff]/g, ''))}`)),
    },
  );
  return fc
    .tuple(
      trips,
      mostly(fc.constant(undefined), fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD')),
    )
    .map(
      ([request, method]): FuzzRequest =>
        method && !('body' in request && method === 'HEAD') ? { ...request, method } : request,
    );
}
