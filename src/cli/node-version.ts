/** One line when this Node is older than `engines` of package.json (`>=22.20`) asks for; undefined when it will do. */
export function tooOld(version: string, engines: string): string | undefined {
  const needed = engines.replace('>=', '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = needed.split('.').map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `okta-connector needs Node ${needed} or newer, and this is Node ${version} (${process.execPath}).`;
}
