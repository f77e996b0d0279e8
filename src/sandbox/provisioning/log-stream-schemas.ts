import { notFound } from '../errors.ts';
import { type Call, type Endpoint, ok } from '../http.ts';
import type { Json } from '../json.ts';

/** What a log stream needs, by its type: attributes with their pattern, and whether they can change. */
const types: Readonly<Record<string, { title: string; settings: Record<string, Json> }>> = {
  aws_eventbridge: {
    title: 'AWS EventBridge',
    settings: {
      accountId: { title: 'AWS Account ID', writeOnce: true, pattern: '^\\d{12}$' },
      eventSourceName: {
        ...{ title: 'AWS Event Source Name', writeOnce: true },
        pattern: '^[\\.\\-_A-Za-z0-9]{1,75}$',
      },
      region: { title: 'AWS Region', writeOnce: true },
    },
  },
  splunk_cloud_logstreaming: {
    title: 'Splunk Cloud',
    settings: {
      host: {
        ...{ title: 'Host', writeOnce: false },
        pattern: '^([a-z0-9]+(-[a-z0-9]+)*){1,100}\\.splunkcloud(gc|fed)?\\.com$',
      },
      token: {
        ...{ title: 'HEC Token', writeOnce: false },
        pattern: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
      },
    },
  },
};

const path = '/api/v1/meta/schemas/logStream';
const scope = 'okta.logStreams.read';

export const logStreamSchemaEndpoints: Endpoint[] = [
  {
    ...{ method: 'GET', path, scope },
    handle: (call) => ok(Object.keys(types).map((type) => schemaOf(call, type))),
  },
  {
    ...{ method: 'GET', path: `${path}/:logStreamType`, scope },
    handle: (call) => ok(schemaOf(call, call.params.logStreamType as string)),
  },
];

function schemaOf({ origin }: Call, type: string): Json {
  const known = types[type];
  if (!known) throw notFound(type, 'LogStreamSchema');
  const members = Object.entries(known.settings).map(([name, one]) => [name, { type: 'string', ...one }]);
  const name = { title: 'Name', type: 'string', writeOnce: false, pattern: '^.{1,100}$' };
  const required = Object.keys(known.settings);
  const settings = { type: 'object', properties: Object.fromEntries(members), required };
  const self = `${origin}${path}/${type}`;
  return {
    ...{ $schema: 'https://json-schema.org/draft/2020-12/schema', id: self },
    ...{ title: known.title, type: 'object', properties: { settings, name }, required: ['name', 'settings'] },
    _links: { self: { href: self, method: 'GET' } },
  };
}
