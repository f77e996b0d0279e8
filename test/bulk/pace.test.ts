import { describe, expect, it } from 'vitest';
import { expectedPace } from '../../src/bulk/pace.ts';
import { paceLine } from '../../src/cli/bulk-advice.ts';
import { actionOf } from '../../src/connector.ts';
import type { CallName } from '../../src/define.ts';
import type { Budget } from '../../src/http/rate-bucket.ts';

const taking = (...calls: CallName[]) => ({ calls });
const assigning = taking('POST /api/v1/apps/{appId}/users', 'GET /api/v1/users/{userId}');
const apps = { bucket: '/api/v1/apps', requests: 1, from: 10, to: 100 };

describe('H. the expected pace', () => {
  it('is that of the slowest bucket', () => {
    expect(expectedPace(assigning, [])).toEqual(apps);
  });

  it('counts the requests of a row', () => {
    const twice = taking('GET /api/v1/apps/{appId}/users/{userId}', 'POST /api/v1/apps/{appId}/users');
    expect(expectedPace(twice, [])).toEqual({ ...apps, requests: 2 });
  });

  it('is exact once Okta has told its limit', () => {
    const budget = { bucket: '/api/v1/apps', limit: 50 } as Budget;
    expect(expectedPace(assigning, [budget])).toEqual({ ...apps, from: 50, to: 50 });
  });

  it('is not known for an action that can call anything', () => {
    expect(expectedPace(actionOf('call_api'), [])).toBeUndefined();
  });

  it('is told as a time, if the rows take longer than a minute', () => {
    expect(paceLine(apps, 5_000)).toBe(
      'Okta usually admits 10 to 100 requests a minute to /api/v1/apps: 5000 rows take 50 min to 8 h 20 min.',
    );
    expect(paceLine({ ...apps, requests: 2, from: 50, to: 50 }, 100)).toBe(
      'Okta admits 50 requests a minute to /api/v1/apps, and a row takes up to 2: 100 rows take about 4 min.',
    );
    expect(paceLine(apps, undefined)).toBe(
      'Okta usually admits 10 to 100 requests a minute to /api/v1/apps.',
    );
    expect(paceLine(apps, 10)).toBeUndefined();
  });
});
