import { verify, X509Certificate } from 'node:crypto';
import { childOf, rootOf } from './document.ts';
import { SamlProblem } from './problem.ts';
import { algorithms, pemOf, xmlSigner } from './xml-crypto.ts';

const wrong = () =>
  new SamlProblem('The signature of the SAML request does not fit the certificate of the app.');
const missing = () => new SamlProblem('The SAML request is not signed, which the app asks for.');

const hashes: Readonly<Record<string, string>> = {
  [algorithms.signature.RSA_SHA1]: 'sha1',
  [algorithms.signature.RSA_SHA256]: 'sha256',
};

/**
 * Checks the signature of a request through HTTP-Redirect: it is over the parameters as they were sent.
 * @param search the query of the URL
 * @throws SamlProblem
 */
export function checkQuery(search: string, certificate: string, isRequired: boolean): void {
  const sent = new Map(
    search
      .replace(/^\?/, '')
      .split('&')
      .map((pair) => [pair.split('=')[0] ?? '', pair] as const),
  );
  const value = (name: string) => new URLSearchParams(sent.get(name) ?? '').get(name) ?? '';
  const signature = value('Signature');
  if (!signature) {
    if (isRequired) throw missing();
    return;
  }
  const signed = ['SAMLRequest', 'RelayState', 'SigAlg'].flatMap((name) => sent.get(name) ?? []).join('&');
  const hash = hashes[value('SigAlg')];
  if (!hash) throw new SamlProblem(`The SAML request is signed with ${value('SigAlg')}: use rsa-sha256.`);
  const key = keyOf(certificate);
  if (!verify(hash, Buffer.from(signed), key, Buffer.from(signature, 'base64'))) throw wrong();
}

/**
 * Checks the signature inside of a request through HTTP-POST.
 * @returns the XML that is signed, or all of it where there is no signature
 * @throws SamlProblem
 */
export async function signedPart(xml: string, certificate: string, isRequired: boolean): Promise<string> {
  const element = childOf(rootOf(xml), 'http://www.w3.org/2000/09/xmldsig#', 'Signature');
  if (!element) {
    if (isRequired) throw missing();
    return xml;
  }
  const SignedXml = await xmlSigner();
  keyOf(certificate);
  const signature = new SignedXml({ publicCert: pemOf(certificate), getCertFromKeyInfo: () => null });
  let isRight = false;
  try {
    signature.loadSignature(element.toString());
    isRight = signature.checkSignature(xml);
  } catch {
    // Whatever is wrong with it, it is no signature of the application.
  }
  const [part] = signature.getSignedReferences();
  if (!isRight || part === undefined) throw wrong();
  return part;
}

function keyOf(certificate: string) {
  try {
    return new X509Certificate(pemOf(certificate)).publicKey;
  } catch {
    throw new SamlProblem('The spCertificate of the app is no certificate.');
  }
}
