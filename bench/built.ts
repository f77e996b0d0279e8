/** The library as published. Its types come from the source, so that they exist before a build. */
type Library = typeof import('../src/index.ts');
type SandboxEntry = typeof import('../src/sandbox/index.ts');

const built = (name: string) => import(new URL(`../dist/${name}.js`, import.meta.url).href);

export const library = (): Promise<Library> => built('index');
export const sandboxEntry = (): Promise<SandboxEntry> => built('sandbox');
