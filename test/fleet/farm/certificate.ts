import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** For NODE_EXTRA_CA_CERTS of the clients. */
  file: string;
  cert: string;
  key: string;
}

/** A self-signed P-256 certificate for one address, made by openssl and written into a folder. */
export function certificateFor(address: string, folder: string): Certificate {
  const [file, keyFile] = [join(folder, 'farm-cert.pem'), join(folder, 'farm-key.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=farm', '-addext', `subjectAltName=IP:${address}`, '-keyout', keyFile, '-out', file],
    ],
    { stdio: 'ignore' },
  );
  return { file, cert: readFileSync(file, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}
