import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { logEvent, logEventSample } from '../../resources/log/log-event.ts';
import { log } from '../../resources/log/resource.ts';
import { field, limit } from '../../schema/fields.ts';
import { conditionFields, logParameters, searchFields } from '../../triggers/sources/log/log-query.ts';

const dateTime = z.iso.datetime({ offset: true });

const ipAddress = z.union([z.ipv4(), z.ipv6()]);

export const listLogonsByIp = defineAction({
  key: 'list_logons_by_ip',
  resource: log,
  noun: 'sign-in',
  job: 'incident',
  title: 'List logons by IP',
  description: 'Lists the sign-ins from one IP address within a time window; by default, the last 24 hours.',
  docsUrl: docsOf('SystemLog', 'listLogEvents'),
  scopes: ['okta.logs.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z
    .strictObject({
      ipAddress: field(
        z.string().refine((value) => ipAddress.safeParse(value).success, 'must be an IPv4 or IPv6 address'),
        'IP address',
        'IPv4 or IPv6.',
        '203.0.113.9',
      ),
      since: field(
        dateTime.optional(),
        'Since',
        'Start, ISO 8601; if omitted, 24 hours before the end. Okta keeps events for 90 days.',
        '2026-02-03T00:00:00Z',
      ),
      until: field(dateTime.optional(), 'Until', 'End, ISO 8601; if omitted, now.', '2026-02-04T00:00:00Z'),
      outcome: conditionFields.outcome,
      keyword: searchFields.keyword,
      newestFirst: field(z.boolean().default(false), 'Newest first', 'Newest sign-ins first.', true),
      limit,
    })
    .refine(({ since, until }) => !since || !until || Date.parse(since) < Date.parse(until), {
      message: 'since must be before until',
      path: ['since'],
    }),
  output: z.array(logEvent),
  calls: ['GET /api/v1/logs'],
  stream(context, { ipAddress, since, until, outcome, keyword, newestFirst, limit }) {
    const end = until === undefined ? context.clock.now() : Date.parse(until);
    const start = since === undefined ? end - 24 * 60 * 60 * 1000 : Date.parse(since);
    const parameters = logParameters({ eventTypes: ['user.session.start'], ipAddress, outcome, keyword });
    // since and until make it a bounded request: its last page has no next link.
    const query = {
      since: new Date(start).toISOString(),
      until: new Date(end).toISOString(),
      ...parameters,
      sortOrder: newestFirst ? 'DESCENDING' : 'ASCENDING',
      limit: Math.min(limit ?? 1000, 1000),
    };
    return context.list({ method: 'GET', path: '/api/v1/logs', query }, limit);
  },
  sample: { input: { ipAddress: '203.0.113.9', outcome: 'FAILURE', limit: 50 }, output: [logEventSample] },
});
