/** A certificate as PEM. @param base64 DER, in base64 without blanks. */
export const certificatePem = (base64: string): string =>
  ['-----BEGIN CERTIFICATE-----', ...(base64.match(/.{1,64}/g) ?? []), '-----END CERTIFICATE-----', ''].join(
    '\n',
  );
