import { version } from 'zapier-platform-core';
import { manifest } from '../../manifest/manifest.ts';
import { zapierApp } from './app.ts';
import { keysAuthentication } from './keys-authentication.ts';

/** Entry of dist/zapier/okta-keys. */
export default zapierApp(manifest(), keysAuthentication, version);
