import { isOwnName } from '../../apps/templates.ts';
import type { Json } from '../../json.ts';
import { isThisMachine } from '../../this-machine.ts';

/** How an app reaches the SCIM server to which it pushes. */
export interface PushConnection {
  /** WIZARD: an app of one's own, which writes everything by PUT. NETWORK: one of Okta's network, which also patches. */
  readonly kind: 'WIZARD' | 'NETWORK';
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** The whole value of the header. */
  readonly authorization: string;
  /** Whether the patch of a whole list of members has a path; Okta sends both forms. */
  readonly listForm: 'PATH' | 'NO_PATH';
}

/** The kind that an app has unless somebody says otherwise. */
export const kindOf = ({ name }: { name: string }): PushConnection['kind'] =>
  isOwnName(name) ? 'WIZARD' : 'NETWORK';

/** What is wrong with a base URL; undefined for one that the sandbox can call. */
export function baseUrlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return `${text} is no URL`;
  const { protocol, hostname, search, hash } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return 'http or https is expected';
  if (!isThisMachine(hostname))
    return 'the sandbox calls no other machine: give 127.0.0.1, localhost or [::1] as the host';
  if (search || hash) return 'a base URL has neither a query nor a fragment';
  if (text.includes('_')) return 'Okta takes no base URL with an underscore';
  if (text.endsWith('/')) return 'a base URL does not end in a slash: Okta adds /Users to it';
  return undefined;
}

interface Connected {
  push?: PushConnection;
  connection?: Json;
  status: string;
}

/** The connection over which an app pushes now; undefined while its provisioning is off. */
export function pushesOf({ push, connection, status }: Connected): PushConnection | undefined {
  return status === 'ACTIVE' && connection?.status === 'ENABLED' ? push : undefined;
}
