#!/usr/bin/env node
import packageJson from '../../package.json' with { type: 'json' };
import { tooOld } from './node-version.ts';

// Everything else is loaded after this check: much of it does not even load in an older Node.
const problem = tooOld(process.versions.node, packageJson.engines.node);
if (problem === undefined) {
  const { main } = await import('./program.ts');
  await main();
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
