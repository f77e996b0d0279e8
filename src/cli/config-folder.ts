import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

/** What the place of a folder depends on. */
interface Machine {
  platform: NodeJS.Platform;
  env: NodeJS.ProcessEnv;
  home: string;
}

/**
 * The folder of this program's settings: below `XDG_CONFIG_HOME` where that is set, else where the system keeps them. The
 * places are those of the package env-paths, which heeds `XDG_CONFIG_HOME` on Linux only.
 */
export function configFolder({ platform, env, home }: Machine = here()): string {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix;
  const { XDG_CONFIG_HOME: xdg = '', APPDATA } = env;
  // The XDG specification has relative paths ignored.
  if (isAbsolute(xdg)) return join(xdg, 'okta-connector');
  if (platform === 'win32')
    return join(APPDATA || join(home, 'AppData', 'Roaming'), 'okta-connector', 'Config');
  if (platform === 'darwin') return join(home, 'Library', 'Preferences', 'okta-connector');
  return join(home, '.config', 'okta-connector');
}

const here = (): Machine => ({ platform: process.platform, env: process.env, home: homedir() });
