import { invalid, notFound, oktaError, Refusal } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import {
  audienceOf,
  deliveredBy,
  deliveryMethods,
  type Stream,
  type StreamBody,
  streamPath,
  supportedEvents,
} from './stream.ts';

const read = 'ssf.read';
const manage = 'ssf.manage';
const maximumStreams = 10;

/** The transmitter of Shared Signals: one stream for each client, delivered by push only. */
export const streamEndpoints: Endpoint[] = [
  { method: 'GET', path: '/.well-known/ssf-configuration', handle: metadata },
  { method: 'GET', path: streamPath, scope: read, handle: readStreams },
  { method: 'POST', path: streamPath, scope: manage, handle: createStream },
  { method: 'PUT', path: streamPath, scope: manage, handle: (call) => changeStream(call, true) },
  { method: 'PATCH', path: streamPath, scope: manage, handle: (call) => changeStream(call, false) },
  { method: 'DELETE', path: streamPath, scope: manage, handle: deleteStream },
  { method: 'GET', path: `${streamPath}/status`, scope: read, handle: readStatus },
  { method: 'POST', path: `${streamPath}/verification`, scope: manage, handle: verifyStream },
];

function metadata({ origin }: Call): Answer {
  return ok({
    issuer: origin,
    jwks_uri: `${origin}/oauth2/v1/keys`,
    configuration_endpoint: `${origin}${streamPath}`,
    verification_endpoint: `${origin}${streamPath}/verification`,
    delivery_methods_supported: deliveryMethods,
    authorization_schemes: [{ spec_urn: 'urn:ietf:rfc:6749' }],
    spec_version: '1_0-ID3',
    default_subjects: 'ALL',
  });
}

/** @throws Refusal for an API token: streams belong to the client of an access token. */
function clientOf({ principal }: Call): string {
  if (principal.clientId === undefined || principal.tokenId !== undefined) throw oktaError('E0000006');
  return principal.clientId;
}

const streams = ({ org }: Call): Stream[] => [...org.objects.of(streamPath)] as Stream[];

const ownOf = (call: Call): Stream | undefined => {
  const clientId = clientOf(call);
  return streams(call).find(({ body }) => body.clientId === clientId);
};

/** The client's own stream, which an id must name. @throws Refusal E0000007 */
function found(call: Call, id: unknown): Stream {
  const own = ownOf(call);
  if (!own || ((id ?? undefined) !== undefined && own.id !== id)) throw notFound(String(id), 'Stream');
  return own;
}

function readStreams(call: Call): Answer {
  const id = call.query.get('stream_id');
  if (id !== null) return ok(view(found(call, id)));
  const own = ownOf(call);
  return ok(own ? [view(own)] : []);
}

function createStream(call: Call): Answer {
  const clientId = clientOf(call);
  const body = bodyOf(call, { clientId, origin: call.origin });
  const all = streams(call);
  if (ownOf(call) || all.length >= maximumStreams) {
    const cause = ownOf(call)
      ? 'A stream configuration already exists for this client.'
      : 'The maximum number of stream configurations has been reached.';
    throw new Refusal(409, oktaError('E0000001', 'stream', [cause]).body);
  }
  const now = call.org.clock.seconds();
  const id = call.org.ids.next('esc');
  const stream = call.org.objects.put({ id, list: streamPath, created: now, lastUpdated: now, body });
  return { status: 201, body: view(stream as Stream) };
}

function changeStream(call: Call, isWhole: boolean): Answer {
  const { stream_id: id, ...change } = objectBody(call);
  const known = found(call, id);
  const shown = view(known);
  // What the transmitter sets may be repeated, not changed.
  for (const name of ['aud', 'iss', 'events_supported', 'events_delivered', 'min_verification_interval'])
    if (name in change && JSON.stringify(change[name]) !== JSON.stringify(shown[name]))
      throw invalid('stream', `${name}: The value must match that of the transmitter`);
  const before = isWhole ? {} : { delivery: shown.delivery, events_requested: shown.events_requested };
  const body = bodyOf({ ...call, body: { ...before, ...change } }, known.body);
  const { authorization = isWhole || change.delivery ? undefined : known.body.authorization } = body;
  const lastUpdated = call.org.clock.seconds();
  const stream = { ...known, lastUpdated, body: { ...body, authorization, status: known.body.status } };
  return ok(view(call.org.objects.put(stream) as Stream));
}

function deleteStream(call: Call): Answer {
  call.org.objects.delete(found(call, call.query.get('stream_id')));
  return noContent;
}

function readStatus(call: Call): Answer {
  const id = call.query.get('stream_id');
  if (id === null) throw oktaError('E0000028');
  return ok({ stream_id: id, status: found(call, id).body.status });
}

/** Answered before the event is sent, and whether or not it arrives. */
function verifyStream(call: Call): Answer {
  const { stream_id: id, state } = objectBody(call);
  if (typeof id !== 'string') throw invalid('stream_id', 'stream_id: The field cannot be left blank');
  call.org.signals.verify(found(call, id), state);
  return noContent;
}

function bodyOf(call: Call, { clientId, origin }: Pick<StreamBody, 'clientId' | 'origin'>): StreamBody {
  const { delivery, events_requested: requested, format = 'iss_sub' } = objectBody(call);
  if (!isObject(delivery)) throw invalid('delivery', 'delivery: The field cannot be left blank');
  const { method, endpoint_url: endpointUrl, authorization_header: authorization } = delivery;
  if (!deliveryMethods.includes(String(method)))
    throw invalid('delivery', 'delivery.method: Only delivery by push is supported');
  if (typeof endpointUrl !== 'string' || !URL.canParse(endpointUrl) || endpointUrl.length > 2048)
    throw invalid('delivery', 'delivery.endpoint_url: A URL is expected');
  if (authorization != null && (typeof authorization !== 'string' || authorization.length > 8192))
    throw invalid('delivery', 'delivery.authorization_header: At most 8192 characters are expected');
  if (!Array.isArray(requested) || requested.length > 50)
    throw invalid('events_requested', 'events_requested: A list of at most 50 is expected');
  if (format !== 'iss_sub') throw invalid('format', 'format: iss_sub is expected');
  return {
    clientId,
    origin,
    method: String(method),
    endpointUrl,
    ...(typeof authorization === 'string' ? { authorization } : {}),
    requested: requested.map(String),
    status: 'enabled',
  };
}

function view(stream: Stream): Json {
  const { method, endpointUrl, requested, origin } = stream.body;
  return {
    stream_id: stream.id,
    iss: origin,
    aud: audienceOf(stream),
    delivery: { method, endpoint_url: endpointUrl },
    events_supported: supportedEvents,
    events_requested: requested,
    events_delivered: deliveredBy(stream),
    format: 'iss_sub',
    min_verification_interval: 0,
  };
}
