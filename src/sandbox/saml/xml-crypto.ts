import { SamlProblem } from './problem.ts';

/** The library that signs XML. It is optional: who does not sign in with SAML does not need it. @throws SamlProblem */
export async function xmlSigner() {
  try {
    const { SignedXml } = await import('xml-crypto');
    return SignedXml;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new SamlProblem(
      'The sandbox signs SAML with xml-crypto, which is missing: npm install xml-crypto@6',
      501,
    );
  }
}

export const algorithms = {
  signature: {
    RSA_SHA1: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
    RSA_SHA256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  },
  digest: {
    SHA1: 'http://www.w3.org/2000/09/xmldsig#sha1',
    SHA256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  transforms: [
    'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
    'http://www.w3.org/2001/10/xml-exc-c14n#',
  ],
} as const;

/** A certificate as PEM. @param base64 DER */
export const pemOf = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.replace(/\s/g, '').replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
