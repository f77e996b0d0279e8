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
  const pairs = search.replace(/^\?/, '').split('&');
  const read = new URLSearchParams(search);
  /** A parameter as it was sent. Sent twice, or with its name in other letters, another one could be read than is signed. */
  const sent = (name: string) => {
    const found = pairs.filter((pair) => pair.startsWith(`${name}=`));
    if (found.length > 1 || read.getAll(name).length !== found.length) throw wrong();
    return found;
  };
  const signature = read.get('Signature');
  if (!signature) {
    if (isRequired) throw missing();
    return;
  }
  const signed = ['SAMLRequest', 'RelayState', 'SigAlg'].flatMap(sent).join('&');
  const algorithm = read.get('SigAlg') ?? '';
  const hash = hashes[algorithm];
  if (!hash) throw new SamlProblem(`The SAML request is signed with ${algorithm}: use rsa-sha256.`);
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
