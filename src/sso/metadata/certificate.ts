import { X509Certificate } from 'node:crypto';
import { certificatePem } from './pem.ts';

/** A certificate as metadata carry it. Times in ISO 8601. */
export interface MetadataCertificate {
  pem: string;
  /** Hexadecimal pairs with colons. */
  sha256: string;
  notBefore: string;
  notAfter: string;
}

/** Reads a certificate; undefined for what is none. @param base64 DER, in base64 without blanks. */
export function certificateIn(base64: string): MetadataCertificate | undefined {
  try {
    const { validFrom, validTo, fingerprint256: sha256 } = new X509Certificate(Buffer.from(base64, 'base64'));
    const [notBefore, notAfter] = [validFrom, validTo].map((time) => new Date(time).toISOString());
    return { pem: certificatePem(base64), sha256, notBefore: String(notBefore), notAfter: String(notAfter) };
  } catch {
    return undefined;
  }
}
