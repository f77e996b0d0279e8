import { invalid } from '../errors.ts';
import { isObject, type Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** Where Okta sends the System Log. The sandbox sends nothing there. */
export const logStreamKind = defineKind({
  path: '/api/v1/logStreams',
  param: 'logStreamId',
  prefix: '0oa',
  type: 'LogStream',
  scope: 'okta.logStreams',
  list: { limit: [20, 200] },
  make(_, { type, name, settings }) {
    const causes = [
      /^(aws_eventbridge|splunk_cloud_logstreaming)$/.test(String(type))
        ? ''
        : 'type: not a type of log stream',
      typeof name === 'string' && name.trim() !== '' ? '' : 'name: The field cannot be left blank',
      isObject(settings) ? '' : 'settings: The field cannot be left blank',
    ].filter(Boolean);
    if (causes.length > 0) throw invalid('logStream', ...causes);
    const { token, ...shown } = settings as Json;
    return { type, name, status: 'ACTIVE', settings: shown };
  },
  view(call, object) {
    const view = plainView(call, logStreamKind, object);
    const links = Object.entries(view._links as Record<string, { href: string }>).map(([name, { href }]) => [
      name,
      { href, method: name === 'self' ? 'GET' : 'POST' },
    ]);
    return { ...view, _links: Object.fromEntries(links) };
  },
  lifecycle: {
    activate: {
      ...{ status: 'ACTIVE', answers: 'nothing', code: 200 },
      event: 'system.log_stream.lifecycle.activate',
    },
    deactivate: {
      ...{ status: 'INACTIVE', answers: 'nothing', code: 200 },
      event: 'system.log_stream.lifecycle.deactivate',
    },
  },
  mayDelete(_, { body }) {
    if (body.status === 'ACTIVE') throw invalid('logStream', 'An active log stream cannot be deleted');
  },
  events: {
    create: 'system.log_stream.lifecycle.create',
    update: 'system.log_stream.lifecycle.update',
    delete: 'system.log_stream.lifecycle.delete',
  },
});
