#!/usr/bin/env bash
# passport-openidconnect 0.1.2: `state` and `nonce` are plain base64, so about half of the states hold "+" or "/".
#
# Expected: characters that are safe in a URL and that every provider takes. Okta's reference allows letters, digits, comma, full
# stop, underscore and hyphen in `state`; a provider that holds to that refuses about every second sign-in, by chance.
# Observed: of 2,000 sign-ins that were begun, 40 to 65 % have a state with "+" or "/" (expected by chance: 53 %).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund passport-openidconnect@0.1.2

cat > probe.cjs <<'JS'
const { Strategy } = require('passport-openidconnect');

const issuer = 'https://id.example';
const endpoints = { authorizationURL: `${issuer}/authorize`, tokenURL: `${issuer}/token`, userInfoURL: `${issuer}/userinfo` };
const client = { clientID: 'app', clientSecret: 'not-a-secret', callbackURL: 'https://app.example/callback' };
const strategy = new Strategy({ issuer, ...endpoints, ...client }, () => {});
const states = [];
strategy.redirect = (url) => states.push(new URL(url).searchParams.get('state'));
strategy.error = (error) => {
  throw error;
};
for (let n = 0; n < 2000; n++) strategy.authenticate({ query: {}, session: {}, headers: {} }, {});

const odd = states.filter((state) => /[+/]/.test(state)).length / states.length;
console.log(`${states.length} states of ${states[0].length} characters; ${Math.round(odd * 100)} % with + or /`);
if (states.length !== 2000 || odd < 0.4 || odd > 0.65) throw new Error('this changed; expected about 53 % of 2000');
JS
node probe.cjs
