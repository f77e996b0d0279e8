import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const inFolder = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const guides = [...inFolder('.'), ...inFolder('docs'), 'src/hosts/node-red/README.md'];
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');
const guide = guides.map(textOf).join('\n');

/** `--name` of each option as the command line declares it; `--no-` ones and arguments included. */
const flags = [...textOf('src/cli/commands.ts').matchAll(/'(?:-\w, )?(--[a-z-]+)/g)].map(
  ([, flag]) => flag ?? '',
);

describe('the pages', () => {
  it.each([...new Set(flags)])('tell of %s', (flag) => {
    expect(guide).toMatch(new RegExp(`${flag}(?![a-z-])`));
  });

  it('give the command line only options that it has', () => {
    const commands = guide
      .replaceAll('\\\n', ' ')
      .split('\n')
      .filter((line) => /^(npx )?okta-connector /.test(line));
    const used = commands.flatMap((line) => line.match(/(?<= )--[a-z-]+/g) ?? []);
    expect(used.length).toBeGreaterThan(50);
    expect(used.filter((flag) => !flags.includes(flag))).toEqual([]);
  });

  it('lead to files and headings that there are', () => {
    const broken = [...guides, ...inFolder('docs/reference')].flatMap((file) =>
      linksOf(file)
        .filter((link) => !leads(file, link))
        .map((link) => `${file}: ${link}`),
    );
    expect(broken).toEqual([]);
  });
});

function linksOf(file: string): string[] {
  const prose = textOf(file).replace(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)|src="([^"]+)"/g)]
    .map(([, link, image]) => link ?? image ?? '')
    .filter((link) => !/^https?:/.test(link));
}

function leads(file: string, link: string): boolean {
  const [path, heading] = link.split('#');
  const target = path ? resolve(root, dirname(file), path) : join(root, file);
  if (!existsSync(target)) return false;
  return !heading || headingsOf(readFileSync(target, 'utf8')).includes(heading);
}

/** The anchors that GitHub makes of headings. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
