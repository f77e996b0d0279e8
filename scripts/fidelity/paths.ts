import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const documents = ['management-openapi.json', 'governance-openapi.json', 'oauth-openapi.json'];

/** Reads Okta's OpenAPI documents. @returns a function that gives the documented template of a path, or the path itself. */
export function pathTemplates(folder: string): (pathname: string) => string {
  const templates = documents
    .map((file) => join(folder, file))
    .filter((path) => existsSync(path))
    .flatMap((path) => Object.keys((JSON.parse(readFileSync(path, 'utf8')) as { paths: object }).paths));
  const byLength = Map.groupBy(
    templates.map((template) => template.split('/')),
    (parts) => parts.length,
  );
  return (pathname) => {
    const segments = pathname.split('/');
    const fitting = (byLength.get(segments.length) ?? []).filter((parts) =>
      parts.every((part, n) => part.includes('{') || part === segments[n]),
    );
    const variables = (parts: string[]) => parts.filter((part) => part.includes('{')).length;
    return fitting.sort((a, b) => variables(a) - variables(b))[0]?.join('/') ?? pathname;
  };
}
