import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { enrollDevice } from './factors/device-enrollment.ts';
import type { Org } from './org.ts';
import { createApiToken } from './org-settings/api-tokens.ts';
import { reportActivity } from './users/suspicious-activity.ts';
import type { User } from './users/user.ts';
import { withBody } from './with-body.ts';

const login = z.string();
const reportSchema = z.strictObject({ login });
const deviceSchema = z.strictObject({
  login,
  displayName: z.string().default('New phone'),
  platform: z.enum(['ANDROID', 'IOS', 'MACOS', 'WINDOWS']).default('IOS'),
});
const tokenSchema = z.strictObject({ name: z.string().min(1) });

/** What people do in their mail, on their phones and in the console, for which Okta has no API. */
export function peopleControl(runtime: { readonly org: Org }): Hono {
  const control = new Hono();
  const withUser = (c: Context, name: string, act: (user: User) => object) => {
    const user = runtime.org.users.byLogin(name);
    return user ? c.json(act(user)) : c.json({ error: `there is no user ${name}` }, 400);
  };

  control.post('/report-activity', (c) =>
    withBody(c, reportSchema, ({ login }) =>
      withUser(c, login, (user) => ({ uuid: reportActivity(runtime.org, user).uuid })),
    ),
  );

  control.post('/devices', (c) =>
    withBody(c, deviceSchema, ({ login, ...profile }) =>
      withUser(c, login, (user) => ({ id: enrollDevice(runtime.org, user, profile).id })),
    ),
  );

  control.post('/api-tokens', (c) =>
    withBody(c, tokenSchema, ({ name }) => c.json(createApiToken(runtime.org, name))),
  );

  return control;
}
