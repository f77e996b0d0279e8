/** Writes the terminals in docs/images as SVG: the output of `npm run demo`, and a start of `okta-connector scim`. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const [charWidth, lineHeight, padding, bar] = [8.43, 19, 20, 34];
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const colour = (line: string) =>
  /^[┌├└]/.test(line) ? '#3d4a5c' : line.startsWith('$') ? '#7ee0b5' : '#dce5f0';
const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
  (fill, at) => `<circle cx="${22 + at * 20}" cy="18" r="6" fill="${fill}"/>`,
);

/** Writes a terminal with these lines; those that begin with "$" were typed. */
function writeTerminal(name: string, title: string, lines: readonly string[]): void {
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * charWidth) + 2 * padding;
  const height = lines.length * lineHeight + 2 * padding + bar;
  const rows = lines.map((line, at) => {
    // textLength keeps box-drawing characters aligned in any font.
    const length = (line.length * charWidth).toFixed(1);
    const y = bar + padding + at * lineHeight;
    return `<text x="${padding}" y="${y}" fill="${colour(line)}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escaped(line)}</text>`;
  });
  writeFileSync(
    join(root, 'docs/images', `${name}.svg`),
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">
<title>${title}</title>
<rect width="${width}" height="${height}" rx="10" fill="#161b22"/>
${dots.join('')}
${rows.filter((row) => !row.includes('textLength="0.0"')).join('\n')}
</svg>
`,
  );
}

/** What `okta-connector scim` writes when it starts for the first time, and when Okta assigns, changes and unassigns somebody. */
async function scimLines(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'okta-scim-capture-'));
  const where = ['--state', join(folder, 'people.db'), '--port', '18970'];
  const child = spawn(
    process.execPath,
    [join(root, 'src/cli/main.ts'), 'scim', ...where, '--public-url', 'https://scim.acme.test'],
    { env: { PATH: process.env.PATH } },
  );
  let [told, events] = ['', ''];
  child.stderr.on('data', (text) => (told += text));
  child.stdout.on('data', (text) => (events += text));
  try {
    while (!told.includes('shown only now')) await sleep(50);
    const token = /Authorization +(\S+)/.exec(told)?.[1] ?? '';
    const call = async (method: string, path: string, body: object) => {
      const url = `http://127.0.0.1:18970/scim/v2/Users${path}`;
      const headers = { authorization: token, 'content-type': 'application/scim+json' };
      return (await fetch(url, { method, headers, body: JSON.stringify(body) })).json();
    };
    const ana = { userName: 'ana.ruiz@acme.test', externalId: '00u1abcdefghijklmnop', active: true };
    const { id } = (await call('POST', '', ana)) as { id: string };
    for (const value of [{ title: 'Lead' }, { active: false }])
      await call('PATCH', `/${id}`, { Operations: [{ op: 'replace', value }] });
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    const shown = events
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ kind, after, changed }) => JSON.stringify([kind, after.userName, changed]));
    // No picture shows a token that once was one.
    const text = told.replaceAll(token, 'q7Vw2mXc9LrT4bKzN8sYhJ1pGdF6aEuR0iQoWlZxCvB');
    return [...text.trimEnd().split('\n'), '', ...shown];
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

mkdirSync(join(root, 'docs/images'), { recursive: true });
const demo = execFileSync(process.execPath, ['examples/demo/demo.ts'], { cwd: root, encoding: 'utf8' });
writeTerminal('demo', 'npm run demo: eleven actions against a local Okta org', [
  ...['$ npm run demo', ''],
  ...demo.trimEnd().split('\n'),
]);
writeTerminal('scim', 'okta-connector scim: what to enter in Okta, then a line for each change', [
  '$ okta-connector scim --state people.db --public-url https://scim.acme.test |',
  "$   jq -c '[.kind, .after.userName, .changed]'",
  '',
  ...(await scimLines()),
]);
