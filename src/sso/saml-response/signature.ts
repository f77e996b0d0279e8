import { createPrivateKey } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { InputError } from '../../errors/errors.ts';
import { certificateIn, type MetadataCertificate } from '../metadata/certificate.ts';
import { assertionDocument, namedCertificates, type ResponseDocument } from './document.ts';
import { refusedResponse } from './refusal.ts';

/** What of a response must be signed. */
export const SIGNED_PARTS = ['response', 'assertion', 'both'] as const;

/** How a response is proved to come from its identity provider. */
export interface Proof {
  /** Those of the identity provider, in base64 without blanks; any of them will do. */
  certificates: readonly string[];
  /** Default: one of the two, and every signature that is there is valid. */
  wantSigned: (typeof SIGNED_PARTS)[number] | undefined;
  /** PEM, for an encrypted assertion. */
  privateKey: string | undefined;
}

/** An assertion of which every part is covered by a signature. */
export interface SignedAssertion {
  assertion: Element;
  /** The certificate with whose key it was signed. */
  certificate: MetadataCertificate;
}

/**
 * Checks the signatures of a response with node-saml, and gives the assertion that they cover: as it was signed, not as it was sent.
 * @throws OktaError `sign_in_refused`; InputError when node-saml is not installed, or certificates or key cannot be used.
 */
export async function signedAssertion(
  xml: string,
  document: ResponseDocument,
  proof: Proof,
): Promise<SignedAssertion> {
  const { signed, isEncrypted } = document;
  const wanted = (part: 'response' | 'assertion') => proof.wantSigned === part || proof.wantSigned === 'both';
  const isMissing = { response: !signed.response, assertion: !signed.assertion && !isEncrypted };
  for (const part of ['response', 'assertion'] as const) {
    if (wanted(part) && isMissing[part]) throw unsigned(`the ${part} is not signed`, proof);
  }
  // Nothing of a stranger is decrypted: how it fails would tell the stranger what is inside.
  if (isEncrypted && !signed.response)
    throw unsigned('the assertion is encrypted, and the response not signed', proof);
  if (isMissing.response && isMissing.assertion) throw unsigned('nothing in it is signed', proof);
  const key = isEncrypted ? decryptionKey(proof) : undefined;
  const { SAML } = await nodeSaml();
  const certificates = proof.certificates.flatMap((base64) => certificateIn(base64) ?? []);
  if (certificates.length === 0) throw unreadable();
  for (const certificate of certificates) {
    const saml = new SAML({
      // Audience, times and the rest are checked here, against one clock and with both values in the error.
      ...{ callbackUrl: 'unused', issuer: 'unused', audience: false, acceptedClockSkewMs: -1 },
      ...{ idpCert: certificate.pem, ...(key === undefined ? {} : { decryptionPvk: key }) },
      wantAuthnResponseSigned: signed.response || wanted('response'),
      wantAssertionsSigned: signed.assertion || wanted('assertion'),
    });
    const { profile } = await saml
      .validatePostResponseAsync({ SAMLResponse: Buffer.from(xml).toString('base64') })
      .catch((error: Error) => {
        if (/^Invalid (document )?signature( from encrypted assertion)?$/.test(error.message))
          return { profile: null };
        throw unusual(error, isEncrypted);
      });
    const text = profile?.getAssertionXml?.();
    if (text) return { assertion: await assertionDocument(text), certificate };
  }
  throw untrusted(document, certificates);
}

/** @throws InputError when the optional package is missing. */
async function nodeSaml() {
  try {
    return await import('@node-saml/node-saml');
  } catch {
    throw new InputError(
      'Verifying SAML responses needs the package @node-saml/node-saml, which is not installed',
      {
        ...{ code: 'not_supported', hint: 'npm install @node-saml/node-saml' },
      },
    );
  }
}

function decryptionKey({ privateKey }: Proof): string {
  if (privateKey === undefined) {
    throw refusedResponse('decryption', 'the assertion is encrypted', {
      actor: 'caller',
      hint: 'Give privateKey, which belongs to the encryption certificate of the app.',
    });
  }
  try {
    return String(createPrivateKey(privateKey).export({ type: 'pkcs8', format: 'pem' }));
  } catch {
    throw new InputError('privateKey is not a private key', {
      hint: 'Give it as PEM, not encrypted: -----BEGIN PRIVATE KEY-----.',
    });
  }
}

const unreadable = () =>
  new InputError('No certificate of the identity provider can be read', {
    hint: 'Give it as PEM: -----BEGIN CERTIFICATE-----, or give the metadata.',
  });

const unsigned = (what: string, { wantSigned }: Proof) =>
  refusedResponse('signature', what, {
    expected: `signed: ${wantSigned ?? 'response or assertion'}`,
    hint: 'In the SAML settings of the app (Show Advanced Settings), let response and assertion be signed.',
  });

/** A changed certificate is the usual reason: libraries that take the first one of the metadata take the retired one. */
function untrusted(document: ResponseDocument, certificates: readonly MetadataCertificate[]) {
  const named = namedCertificates(document).flatMap((base64) => certificateIn(base64)?.sha256 ?? []);
  const known = certificates.map(({ sha256 }) => sha256);
  const isKnown = named.some((one) => known.includes(one));
  return refusedResponse('signature', 'its signature is not one of this identity provider', {
    expected: `the key of the certificate ${known.join(' or ')}`,
    found: named.length > 0 ? `a signature that names ${[...new Set(named)].join(', ')}` : undefined,
    hint: isKnown
      ? 'It names the right certificate, but was changed after it was signed: let the person sign in again.'
      : 'The identity provider may sign with another key now: read its metadata again.',
  });
}

function unusual({ message }: Error, isEncrypted: boolean) {
  return isEncrypted
    ? refusedResponse('decryption', 'its assertion cannot be decrypted or verified', {
        causes: [message],
        hint: 'Give the private key that belongs to the encryption certificate of the app.',
      })
    : refusedResponse('signature', 'it cannot be verified', {
        causes: [message],
        hint: 'Let the person sign in again; if it happens again, compare the SAML settings of the app.',
      });
}
