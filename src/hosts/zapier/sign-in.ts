import { version } from 'zapier-platform-core';
import { manifest } from '../../manifest/manifest.ts';
import { zapierApp } from './app.ts';
import { signInAuthentication } from './sign-in-authentication.ts';

/** Entry of dist/zapier/okta-sign-in. */
export default zapierApp(manifest(), signInAuthentication, version);
