import type { Attributes, Span } from '@opentelemetry/api';
import { connector } from '../connector.ts';
import { isOktaError } from '../errors/errors.ts';
import type { RequestLogEntry } from '../http/request-log.ts';
import { partsOfId } from './names.ts';
import type { PollObserver } from './observer.ts';

/** Spans of what a worker does. Their names and attributes are those of OpenTelemetry's semantic conventions. */
export interface Tracing {
  /** A span around a run of a trigger; requests and deliveries within it are its children. */
  poll<T>(id: string, run: () => Promise<T>): Promise<T>;
  /** Tells the span how its run ended, and makes one of each request. */
  observing(observer: PollObserver): PollObserver;
  /** A span around each delivery to a sink. */
  sending(sink: string, type: string): Sending;
}

/** Runs what gives a sink so many items. */
export type Sending = <T>(count: number, give: () => Promise<T>) => Promise<T>;

/** @returns undefined without the package @opentelemetry/api. Without an SDK, its spans cost next to nothing and go nowhere. */
export async function openTracing(): Promise<Tracing | undefined> {
  const api = await import('@opentelemetry/api').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
  if (!api) return undefined;
  const { trace, SpanKind, SpanStatusCode } = api;
  const tracer = trace.getTracer('okta-connector', connector.identity.version);

  function fail(span: Span, type: string, message?: string): void {
    span.setAttribute('error.type', type);
    span.setStatus({ code: SpanStatusCode.ERROR, ...(message ? { message } : {}) });
  }

  const around = <T>(name: string, kind: number, attributes: Attributes, work: () => Promise<T>) =>
    tracer.startActiveSpan(name, { kind, attributes }, async (span) => {
      try {
        return await work();
      } catch (error) {
        // The words of other errors may repeat what they were given.
        if (isOktaError(error)) fail(span, error.code, error.message);
        else fail(span, (error as Error).name);
        throw error;
      } finally {
        span.end();
      }
    });

  function requested({ time, durationMs, ...entry }: RequestLogEntry, orgUrl: string): void {
    const { method, pathTemplate, status, error, requestId } = entry;
    const { hostname, port, protocol } = new URL(orgUrl);
    const startTime = Date.parse(time);
    const span = tracer.startSpan(`${method} ${pathTemplate}`, {
      ...{ kind: SpanKind.CLIENT, startTime },
      attributes: {
        ...{ 'http.request.method': method, 'url.template': pathTemplate, 'server.address': hostname },
        'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
        ...(status ? { 'http.response.status_code': status } : {}),
        ...(requestId ? { 'okta.request_id': requestId } : {}),
      },
    });
    if (error) fail(span, error);
    else if (status && status >= 400) fail(span, String(status));
    span.end(startTime + durationMs);
  }

  return {
    poll(id, run) {
      const [connection, name] = partsOfId(id);
      const attributes = { 'okta.fleet.connection': connection, 'okta.fleet.trigger': name };
      return around('poll', SpanKind.INTERNAL, attributes, run);
    },
    observing: (observer) => ({
      ...observer,
      ran(run) {
        trace
          .getActiveSpan()
          ?.setAttributes({ 'okta.fleet.outcome': run.outcome, 'okta.fleet.items': run.items });
        observer.ran(run);
      },
      failed(code) {
        const span = trace.getActiveSpan();
        if (span) fail(span, code);
        observer.failed(code);
      },
      requested(entry, orgUrl) {
        requested(entry, orgUrl);
        observer.requested?.(entry, orgUrl);
      },
    }),
    sending: (sink, type) => (count, give) =>
      around(
        `send ${sink}`,
        SpanKind.PRODUCER,
        {
          ...{ 'messaging.system': type, 'messaging.destination.name': sink },
          ...{ 'messaging.operation.name': 'send', 'messaging.operation.type': 'send' },
          'messaging.batch.message_count': count,
        },
        give,
      ),
  };
}
