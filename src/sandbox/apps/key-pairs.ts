import { generateKeyPairSync, X509Certificate } from 'node:crypto';

/** An RSA key. */
export interface KeyPair {
  /** SubjectPublicKeyInfo in DER. */
  publicKey: Buffer;
  /** PEM, PKCS #8. */
  privateKey: string;
}

/** A certificate, DER in base64, and the private key for it, PEM. */
export interface CertifiedKey {
  certificate: string;
  privateKey: string;
}

export function newKeyPair(): KeyPair {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** The private keys of the org. No object has its own, so that none can leave through the API. */
export class KeyPairs {
  /** By public key, so that a certificate finds it, whoever signed that. */
  readonly #privateKeys = new Map<string, string>();

  make(): KeyPair {
    const pair = newKeyPair();
    this.#privateKeys.set(pair.publicKey.toString('base64'), pair.privateKey);
    return pair;
  }

  add({ certificate, privateKey }: CertifiedKey): void {
    this.#privateKeys.set(publicKeyIn(certificate), privateKey);
  }

  /** The private key for a certificate, if the org has it. @param certificate DER in base64 */
  privateKeyOf(certificate: string): string | undefined {
    return this.#privateKeys.get(publicKeyIn(certificate));
  }
}

function publicKeyIn(certificate: string): string {
  const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'));
  return publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}
