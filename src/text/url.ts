/** A URL from a text; null for a text that is none. (Some hosts lack URL.parse.) */
export function parseUrl(text: string, base?: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}
