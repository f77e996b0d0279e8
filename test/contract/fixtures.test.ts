import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordedActions } from '../support/replay.ts';

const folder = new URL('../fixtures/', import.meta.url);
const files = readdirSync(folder);

describe('fixtures', () => {
  // An action without a fixture fails a test of its own.
  it('belong to an action each', () => {
    const wanted = recordedActions.map((key) => `${key}.json`);
    expect(files.filter((file) => !wanted.includes(file))).toEqual([]);
  });

  describe.each(files)('%s', (file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');

    it('names no other host than the invented org', () => {
      const hosts = [...text.matchAll(/https?:\/\/([^/"'\s\\>]+)/g)].map(([, host]) => host);
      expect(
        hosts.filter(
          (host) =>
            !/^(acme\.okta\.com|json-schema\.org|schemas\.(okta\.com|openid\.net)|elsewhere\.example)$/.test(
              host ?? '',
            ),
        ),
      ).toEqual([]);
    });

    it.each([
      ['authorization header', /"authorization"(,|:\s*"(?!https:))|SSWS|Bearer |DPoP |set-cookie/i],
      ['JWT', /eyJ[A-Za-z0-9_-]{10,}\./],
      ['private key', /PRIVATE KEY/],
      ['one-time link', /\/(tokens|welcome|reset_password)\/(?!scrubbed|oar)[A-Za-z0-9]/],
      [
        'temporary password or token',
        /"(tempPassword|activationToken|access_token|refresh_token|client_secret|clientSecret)": "(?!scrubbed)/,
      ],
      ['e-mail outside of the invented domain', /[\w.+-]+(@|%40)(?!acme\.test)[\w-]+\.[a-z]{2,}/i],
      [
        'IP outside of the documentation ranges',
        /"(?!203\.0\.113\.|198\.51\.100\.|192\.0\.2\.)\d{1,3}(\.\d{1,3}){3}"/,
      ],
    ])('holds no %s', (_, pattern) => {
      expect(text.match(pattern)?.[0]).toBeUndefined();
    });
  });
});
