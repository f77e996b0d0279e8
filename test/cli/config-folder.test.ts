import { expect, it } from 'vitest';
import { configFolder } from '../../src/cli/config-folder.ts';

it.each<[NodeJS.Platform, NodeJS.ProcessEnv, string, string]>([
  ['linux', {}, '/home/ana', '/home/ana/.config/okta-connector'],
  ['linux', { XDG_CONFIG_HOME: '/cfg' }, '/home/ana', '/cfg/okta-connector'],
  ['linux', { XDG_CONFIG_HOME: 'relative' }, '/home/ana', '/home/ana/.config/okta-connector'],
  ['darwin', {}, '/Users/ana', '/Users/ana/Library/Preferences/okta-connector'],
  ['darwin', { XDG_CONFIG_HOME: '/cfg' }, '/Users/ana', '/cfg/okta-connector'],
  [
    'win32',
    { APPDATA: 'C:\\Users\\ana\\AppData\\Roaming' },
    'C:\\Users\\ana',
    'C:\\Users\\ana\\AppData\\Roaming\\okta-connector\\Config',
  ],
  ['win32', {}, 'C:\\Users\\ana', 'C:\\Users\\ana\\AppData\\Roaming\\okta-connector\\Config'],
])('G.9 profiles on %s with %j are in the folder for settings', (platform, env, home, folder) => {
  expect(configFolder({ platform, env, home })).toBe(folder);
});
