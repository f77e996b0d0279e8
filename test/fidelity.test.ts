import { describe, expect, it } from 'vitest';
import { differences, isUnserved, shapeOf } from '../scripts/fidelity/compare.ts';
import { IdMap } from '../scripts/fidelity/id-map.ts';
import { neededBy } from '../scripts/fidelity/needed.ts';
import { settingsOf } from '../scripts/fidelity/org.ts';
import { bodyOf, type Exchange, isHandMade, takesOf } from '../scripts/fidelity/recordings.ts';

const error = (code: string, ...causes: string[]) => ({
  errorCode: code,
  errorCauses: causes.map((errorSummary) => ({ errorSummary })),
});

/** A recorded exchange that Okta answered with 200. */
function exchange(method: string, path: string, body: unknown, sent: unknown = null, minute = 0): Exchange {
  const date = new Date(Date.UTC(2025, 0, 1, 12, minute)).toUTCString();
  return {
    recording: 'one',
    request: { method, url: `https://test.okta.com${path}`, body: sent },
    response: { status: 200, headers: { date: [date] }, body },
  };
}

describe('H.1 comparing answers', () => {
  it('ignores values and the order of members, and sees missing and added members', () => {
    const recorded = shapeOf(200, { id: 'a', status: 'ACTIVE', orn: 'x' }, []);
    expect(differences(recorded, shapeOf(200, { orn: 'y', status: 'STAGED', id: 'b' }, []))).toEqual([]);
    expect(differences(recorded, shapeOf(200, { id: 'b', status: 'ACTIVE', extra: 1 }, []))).toEqual([
      'keys: -orn +extra',
    ]);
  });

  it('takes a list by the members of all its items, and tells it from an empty one and from an object', () => {
    const recorded = shapeOf(200, [{ id: 'a' }, { id: 'b', name: 'n' }], []);
    expect(differences(recorded, shapeOf(200, [{ name: 'n', id: 'c' }], []))).toEqual([]);
    expect(differences(recorded, shapeOf(200, [], []))).toEqual(['keys: -id -name']);
    expect(differences(recorded, shapeOf(200, { id: 'a', name: 'n' }, []))).toEqual(['keys: -a list']);
  });

  it('compares status, error code, causes without their ids, and relations of links', () => {
    const recorded = shapeOf(400, error('E0000001', 'no group 00gkwucp4wgcQOBPy1d7'), []);
    expect(
      differences(recorded, shapeOf(400, error('E0000001', 'no group 00g1sboxABCDEFGHb5d7'), [])),
    ).toEqual([]);
    expect(differences(recorded, shapeOf(404, error('E0000007', 'no such group'), []))).toEqual([
      'status: 400 was recorded, 404 answered',
      'errorCode: E0000001 was recorded, E0000007 answered',
      'errorCauses: -no group * +no such group',
    ]);
    const paged = shapeOf(200, [], ['<https://a/b?limit=1>; rel="self", <https://a/b?after=1>; rel="next"']);
    expect(differences(paged, shapeOf(200, [], ['<https://c/d>; rel="self"']))).toEqual(['links: -next']);
  });

  it('looks at members of members only if it is told to', () => {
    const [recorded, answered] = [
      { id: 'a', list: [{ b: { c: 1 } }] },
      { id: 'a', list: [{ b: {} }] },
    ];
    expect(differences(shapeOf(200, recorded, []), shapeOf(200, answered, []))).toEqual([]);
    expect(differences(shapeOf(200, recorded, [], true), shapeOf(200, answered, [], true))).toEqual([
      'keys: -list.b.c',
    ]);
  });

  it('counts a route as missing only where Okta has it', () => {
    const unknownPath = shapeOf(404, error('E0000008'), []);
    const page = shapeOf(404, '<!DOCTYPE html>', []);
    expect(isUnserved(shapeOf(200, {}, []), unknownPath)).toBe(true);
    expect(isUnserved(shapeOf(200, {}, []), page)).toBe(true);
    expect(isUnserved(shapeOf(200, {}, []), shapeOf(405, error('E0000022'), []))).toBe(true);
    expect(isUnserved(unknownPath, unknownPath)).toBe(false);
    expect(isUnserved(shapeOf(200, {}, []), shapeOf(404, error('E0000007'), []))).toBe(false);
  });
});

describe('H.2 the ids of the sandbox for recorded ones', () => {
  const recorded = '00ukwqzpth7DhDNiV1d7';
  const own = '00u1sbox5000Ab1Cb5d7';

  it('are learnt from answers, links included, and put into later paths and bodies', () => {
    const ids = new IdMap();
    const link = (origin: string, id: string) => ({ href: `${origin}/api/v1/groups/${id}/users` });
    ids.learn(
      { id: recorded, _links: { users: link('https://test.okta.com', '00gkwucp4wgcQOBPy1d7') } },
      { id: own, _links: { users: link('http://127.0.0.1:9', '00g1sboxABCDEFGHb5d7') } },
    );
    expect(ids.rewriteText(`/api/v1/users/${recorded}/groups`)).toBe(`/api/v1/users/${own}/groups`);
    expect(ids.rewrite({ ids: [recorded, '00gkwucp4wgcQOBPy1d7'] })).toEqual({
      ids: [own, '00g1sboxABCDEFGHb5d7'],
    });
  });

  it('leave times and names alone', () => {
    const ids = new IdMap();
    ids.learn(
      { created: '2025-05-14T08:49:16.000Z', status: 'PROVISIONED', issuerMode: 'CUSTOM_URL' },
      { created: '2026-01-01T00:00:00.000Z', status: 'ACTIVATION_DONE', issuerMode: 'ORG_URL_MODE' },
    );
    expect(ids.rewriteText('2025-05-14T08:49:16.000Z PROVISIONED CUSTOM_URL')).toBe(
      '2025-05-14T08:49:16.000Z PROVISIONED CUSTOM_URL',
    );
  });

  it('pair the items of lists by id or name, not by position', () => {
    const ids = new IdMap();
    ids.learn(
      [
        { id: '00p5qwjvkl70Eb6xw1d7', name: 'One' },
        { id: '00p5qwjvlvS3G1WOU1d7', name: 'Two' },
      ],
      [
        { id: '00p1sbox50002222b5d7', name: 'Two' },
        { id: '00p1sbox50001111b5d7', name: 'One' },
        { id: '00p1sbox50003333b5d7', name: 'Three' },
      ],
    );
    expect(ids.rewriteText('00p5qwjvkl70Eb6xw1d7')).toBe('00p1sbox50001111b5d7');
    expect(ids.rewriteText('00p5qwjvlvS3G1WOU1d7')).toBe('00p1sbox50002222b5d7');
  });

  it('keep what one object said against what a list suggests', () => {
    const ids = new IdMap();
    ids.learn({ id: recorded }, { id: own });
    ids.learn([{ id: recorded }], [{ id: '00u1sbox50009999b5d7' }]);
    expect(ids.rewriteText(recorded)).toBe(own);
  });
});

describe('H.3 what an org held before a recording', () => {
  const before = { id: '0oa5ptm04a2LyDEyk1d7', label: 'Old', _links: {} };
  const made = { id: '0oakwuvdo5SsqT2HF1d7', label: 'New' };

  it('is what a GET answers and nothing in the recording created', () => {
    const take = {
      recording: 'one',
      exchanges: [
        exchange('POST', '/api/v1/apps', made, { label: 'New' }),
        exchange('GET', '/api/v1/apps', [before, made]),
        exchange('GET', `/api/v1/apps/${made.id}`, made),
        exchange('GET', `/api/v1/apps/${made.id}/grants`, [{ id: 'oagih2ojbpyY1d7abc12' }]),
        exchange('GET', '/api/v1/iam/roles', { roles: [{ id: 'cr0ptm04a2LyDEyk1d71', label: 'R' }] }),
        exchange('GET', '/api/v1/mappings', [
          { id: 'prmkwuvdo5SsqT2HF1d7', target: { id: made.id } },
          { id: 'prm5ptm04a2LyDEyk1d7', target: { id: before.id } },
        ]),
      ],
    };
    expect(neededBy(take).map(({ path }) => path)).toEqual([
      `/api/v1/apps/${before.id}`,
      '/api/v1/mappings/prm5ptm04a2LyDEyk1d7',
      '/api/v1/iam/roles/cr0ptm04a2LyDEyk1d71',
    ]);
  });
});

describe('H.3 what requests name', () => {
  it('is made up as far as the id tells, unless a write answered it or a GET shows it', () => {
    const take = {
      recording: 'one',
      exchanges: [
        exchange('POST', '/api/v1/org', { owner: '00u5ptm04a2LyDEyk1d7' }),
        exchange('PUT', '/api/v1/groups/00gkwucp4wgcQOBPy1d7/users/00u5ptm04a2LyDEyk1d7', undefined),
        exchange('POST', '/api/v1/policies/00prukswgnhk46Is91d7/rules', { id: 'x' }, { type: 'SIGN_ON' }),
        exchange('POST', '/api/v1/policies/00p5ptm04a2LyDEyk1d7/rules', { id: 'x' }, { type: 'SIGN_ON' }),
        exchange('GET', '/api/v1/policies/00p5ptm04a2LyDEyk1d7', { id: '00p5ptm04a2LyDEyk1d7', priority: 1 }),
      ],
    };
    expect(neededBy(take)).toEqual([
      {
        path: '/api/v1/groups/00gkwucp4wgcQOBPy1d7',
        body: { id: '00gkwucp4wgcQOBPy1d7', type: 'OKTA_GROUP', profile: { name: '00gkwucp4wgcQOBPy1d7' } },
      },
      expect.objectContaining({
        path: '/api/v1/policies/00prukswgnhk46Is91d7',
        body: expect.objectContaining({ type: 'OKTA_SIGN_ON' }),
      }),
      {
        path: '/api/v1/policies/00p5ptm04a2LyDEyk1d7',
        body: { id: '00p5ptm04a2LyDEyk1d7', priority: 1 },
      },
    ]);
  });
});

describe('H.4 reading recordings', () => {
  it('begins a new run where the time jumps', () => {
    const at = (minute: number) => exchange('GET', '/api/v1/org', {}, null, minute);
    const lengths = (...minutes: number[]) =>
      takesOf('one', minutes.map(at)).map(({ exchanges }) => exchanges.length);
    expect(lengths(30, 31, 33)).toEqual([3]);
    expect(lengths(30, 31, 5, 6, 50)).toEqual([2, 2, 1]);
  });

  it('knows recordings with invented ids in answers, but not requests for invented ones', () => {
    expect(isHandMade([exchange('GET', '/api/v1/users', [{ id: '00uFAKEFASTPASS000001' }])])).toBe(true);
    expect(isHandMade([exchange('GET', '/api/v1/x', { one: { id: 'con1test1234567890xy' } })])).toBe(true);
    expect(isHandMade([exchange('GET', '/api/v1/users/00uFAKEFASTPASS000001', { id: 'x' })])).toBe(false);
    expect(isHandMade([exchange('GET', '/api/v1/devices', [{ id: 'abcdefghi0123456789' }])])).toBe(false);
  });

  it('puts the answer in the place of a lost body', () => {
    const answer = { id: '00ukwqzpth7DhDNiV1d7', credentials: { password: {} } };
    const complete = exchange('POST', '/api/v1/users', answer);
    const old = {
      ...complete,
      response: { ...complete.response, headers: { date: 'Thu, 27 Aug 2020 18:14:15 GMT' } },
    };
    expect(bodyOf(complete)).toBe(null);
    expect(bodyOf(old)).toEqual({ ...answer, credentials: { password: { value: expect.any(String) } } });
  });
});

describe('H.6 what the recorded org had', () => {
  const id = '00ukwqzpth7DhDNiV1d7';
  const settings = (...exchanges: Exchange[]) =>
    settingsOf({ recording: 'one', exchanges }, (path) => path.replace(/\/(00\w+|default)/, '/{id}'));

  it('is told by users with and without a realm, and by what was refused', () => {
    const user = { id, credentials: {} };
    const refused = exchange('GET', '/api/v1/authorizationServers/default', error('E0000015'));
    const blocks = exchange('GET', `/api/v1/users/${id}/blocks`, error('E0000015'));
    expect(settings(exchange('GET', '/api/v1/users', [{ ...user, realmId: 'guo1' }]))).toMatchObject({
      realms: true,
      missingFeatures: '',
    });
    expect(settings(exchange('GET', '/api/v1/users', [user]), refused, blocks)).toMatchObject({
      realms: false,
      missingFeatures: '/api/v1/authorizationServers,/api/v1/users/{id}/blocks',
    });
  });
});
