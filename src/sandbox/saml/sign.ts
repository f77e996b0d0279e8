import type { CertifiedKey } from '../apps/key-pairs.ts';
import type { Json } from '../json.ts';
import { algorithms, pemOf, xmlSigner } from './xml-crypto.ts';

/** The elements of a document that are signed, from the inside out. */
export type SignedPart = 'Assertion' | 'Response' | 'LogoutResponse';

/** Signs parts of a document, one after the other, with the algorithms of an app. */
export async function signedXml(
  xml: string,
  parts: readonly SignedPart[],
  signOn: Json,
  key: CertifiedKey,
): Promise<string> {
  const SignedXml = await xmlSigner();
  const { signature, digest, transforms } = algorithms;
  const isOld = {
    signature: signOn.signatureAlgorithm === 'RSA_SHA1',
    digest: signOn.digestAlgorithm === 'SHA1',
  };
  const signed = (document: string, name: string) => {
    const signer = new SignedXml({
      privateKey: key.privateKey,
      publicCert: pemOf(key.certificate),
      signatureAlgorithm: isOld.signature ? signature.RSA_SHA1 : signature.RSA_SHA256,
      canonicalizationAlgorithm: transforms[1],
    });
    const xpath = `//*[local-name(.)='${name}']`;
    signer.addReference({
      xpath,
      transforms: [...transforms],
      digestAlgorithm: isOld.digest ? digest.SHA1 : digest.SHA256,
    });
    const location = { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' } as const;
    signer.computeSignature(document, { prefix: 'ds', location });
    return signer.getSignedXml();
  };
  return parts.reduce(signed, xml);
}
