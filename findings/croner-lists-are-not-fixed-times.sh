#!/usr/bin/env bash
# croner 11.0.1: by default only an expression with one single time counts as a time of day when the clocks change.
#
# Expected: "0,30 2 * * *" and "0 2,3 * * *" name times of day as "30 2 * * *" does, so a skipped time runs once after the change and a
# repeated one runs once. Observed: a list follows elapsed time like a step. In spring the whole day is skipped, in autumn a time
# runs twice. With fixedTimeRule: 'no-wildcard' lists behave as single times do, but a step ("*/30 2 * * *") still does not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund croner@11.0.1

cat > probe.mjs <<'JS'
import { Cron } from 'croner';

// Madrid: 2026-03-29, 02:00 becomes 03:00; 2026-10-25, 03:00 becomes 02:00 (both at 01:00 UTC).
const DAYS = [['2026-03-28T23:00Z', '2026-03-29T22:00Z'], ['2026-10-24T22:00Z', '2026-10-25T23:00Z']];
function timesOf(expression, options) {
  const cron = new Cron(expression, { timezone: 'Europe/Madrid', ...options });
  return DAYS.map(([from, until]) => {
    const times = [];
    for (let at = new Date(from); (at = cron.nextRun(at)) && at < new Date(until); ) times.push(at.toISOString().slice(11, 16));
    return times.join(' ') || 'never';
  }).join(' | ');
}

const rule = { fixedTimeRule: 'no-wildcard' };
const seen = [
  timesOf('30 2 * * *'),
  timesOf('0,30 2 * * *'),
  timesOf('0 2,3 * * *'),
  timesOf('0,30 2 * * *', rule),
  timesOf('0 2,3 * * *', rule),
  timesOf('*/30 2 * * *', rule),
];
console.log(seen.join('\n'));
const expected = [
  '01:00 | 00:30',
  'never | 00:00 00:30 01:00 01:30',
  '01:00 | 00:00 01:00 02:00',
  '01:00 | 00:00 00:30',
  '01:00 | 00:00 02:00',
  'never | 00:00 00:30 01:00 01:30',
];
process.exit(seen.join() === expected.join() ? 0 : 1);
JS
node probe.mjs
# Observed (UTC, spring | autumn):
# 01:00 | 00:30
# never | 00:00 00:30 01:00 01:30
# 01:00 | 00:00 01:00 02:00
# 01:00 | 00:00 00:30
# 01:00 | 00:00 02:00
# never | 00:00 00:30 01:00 01:30
