/** Writes docs/images/demo.svg: the output of `npm run demo` as a picture for the README. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const output = execFileSync(process.execPath, ['examples/demo/demo.ts'], { cwd: root, encoding: 'utf8' });
const lines = ['$ npm run demo', '', ...output.trimEnd().split('\n')];

const [charWidth, lineHeight, padding, bar] = [8.43, 19, 20, 34];
const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * charWidth) + 2 * padding;
const height = lines.length * lineHeight + 2 * padding + bar;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const colour = (line: string) =>
  /^[┌├└]/.test(line) ? '#3d4a5c' : line.startsWith('$') ? '#7ee0b5' : '#dce5f0';
const rows = lines.map((line, at) => {
  // textLength keeps box-drawing characters aligned in any font.
  const length = (line.length * charWidth).toFixed(1);
  const y = bar + padding + at * lineHeight;
  return `<text x="${padding}" y="${y}" fill="${colour(line)}" textLength="${length}" lengthAdjust="spacingAndGlyphs" xml:space="preserve">${escaped(line)}</text>`;
});
const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
  (fill, at) => `<circle cx="${22 + at * 20}" cy="18" r="6" fill="${fill}"/>`,
);

mkdirSync(join(root, 'docs/images'), { recursive: true });
writeFileSync(
  join(root, 'docs/images/demo.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14">
<title>npm run demo: eleven actions against a local Okta org</title>
<rect width="${width}" height="${height}" rx="10" fill="#161b22"/>
${dots.join('')}
${rows.filter((row) => !row.includes('textLength="0.0"')).join('\n')}
</svg>
`,
);
