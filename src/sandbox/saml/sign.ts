import type { CertifiedKey } from '../apps/key-pairs.ts';
import type { Json } from '../json.ts';
import { algorithms, pemOf, xmlSigner } from './xml-crypto.ts';

/** Signs a response as an app wants it: its assertion, itself or both, the assertion first. */
export async function signedResponse(xml: string, signOn: Json, key: CertifiedKey): Promise<string> {
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
  const parts = [
    ...(signOn.assertionSigned !== false && xml.includes('<saml2:Assertion') ? ['Assertion'] : []),
    ...(signOn.responseSigned !== false ? ['Response'] : []),
  ];
  return parts.reduce(signed, xml);
}
