/** What the other side of a SAML app needs of its metadata. */
interface SamlMetadata {
  entityId: string;
  ssoUrl: string;
  certificates: string[];
}

/** Reads Okta's metadata document, whose form is fixed; undefined for any other text. */
export function samlMetadata(xml: string): SamlMetadata | undefined {
  const entityId = /<(?:\w+:)?EntityDescriptor\s[^>]*?entityID="([^"]+)"/.exec(xml)?.[1];
  const ssoUrl = /<(?:\w+:)?SingleSignOnService\s[^>]*?Location="([^"]+)"/.exec(xml)?.[1];
  if (entityId === undefined || ssoUrl === undefined) return undefined;
  const certificates = [...xml.matchAll(/<(?:\w+:)?X509Certificate>([^<]+)</g)].map(([, text = '']) =>
    text.replace(/\s+/g, ''),
  );
  return { entityId: plain(entityId), ssoUrl: plain(ssoUrl), certificates };
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

/** An attribute without the escapes of XML. */
const plain = (text: string): string => text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity);
