import { MAX_METADATA_BYTES } from '../metadata/document.ts';
import { refusedResponse } from './refusal.ts';

/** What a browser posted. */
export interface PostedMessage {
  xml: string;
  relayState: string | undefined;
}

/** Base64, and what else a form adds to it, is at most this much longer than what it stands for. */
const GROWTH = 4;

/**
 * The response in what arrived at the assertion consumer service: its XML, that in base64, or the whole body of the form.
 * @throws OktaError `sign_in_refused`
 */
export function messageIn(given: string): PostedMessage {
  if (given.length > GROWTH * MAX_METADATA_BYTES) throw tooLong();
  const text = given.replace(/^\uFEFF/, '').trim();
  if (text.startsWith('<')) return { xml: sized(text), relayState: undefined };
  if (!/(^|&)SAMLResponse=/.test(text)) return { xml: sized(decoded(text)), relayState: undefined };
  const form = new URLSearchParams(text);
  const [response = '', ...others] = form.getAll('SAMLResponse');
  if (others.length > 0) {
    throw refusedResponse('form', 'the form has SAMLResponse more than once', {
      hint: 'A browser sends it once: do not accept this form.',
    });
  }
  return { xml: sized(decoded(response)), relayState: form.get('RelayState') ?? undefined };
}

function decoded(base64: string): string {
  const bare = base64.replace(/[\r\n\t]/g, '');
  const xml = /^[A-Za-z0-9+/]+={0,2}$/.test(bare) ? Buffer.from(bare, 'base64').toString('utf8').trim() : '';
  if (xml.replace(/^\uFEFF/, '').startsWith('<')) return xml.replace(/^\uFEFF/, '');
  throw refusedResponse('encoding', 'it is neither XML nor base64 of XML', {
    actor: 'caller',
    found: bare.includes('%')
      ? 'percent signs: the form was not decoded'
      : bare.includes(' ')
        ? 'blanks: the form was decoded twice, and + became a blank'
        : 'other text',
    hint: 'Give the field SAMLResponse as it was posted, or the whole body of the form.',
  });
}

function sized(xml: string): string {
  if (Buffer.byteLength(xml) <= MAX_METADATA_BYTES) return xml;
  throw tooLong();
}

const tooLong = () =>
  refusedResponse('size', `it has more than ${MAX_METADATA_BYTES} bytes`, {
    hint: 'Narrow the attributes and groups that are sent.',
  });
