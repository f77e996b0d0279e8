/** The labels of Okta's standard administrator roles. */
export const roleLabels = {
  ACCESS_CERTIFICATIONS_ADMIN: 'Access Certifications Administrator',
  ACCESS_REQUESTS_ADMIN: 'Access Requests Administrator',
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  APP_ADMIN: 'Application Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  ORG_ADMIN: 'Organization Administrator',
  READ_ONLY_ADMIN: 'Read-Only Administrator',
  REPORT_ADMIN: 'Report Administrator',
  SUPER_ADMIN: 'Super Administrator',
  USER_ADMIN: 'Group Administrator',
  WORKFLOWS_ADMIN: 'Workflows Administrator',
} as const;

export type RoleType = keyof typeof roleLabels;

/** The resource sets of the standard roles that Okta assigns like custom ones. */
export const resourceSetOf: { readonly [type in RoleType]?: string } = {
  ACCESS_CERTIFICATIONS_ADMIN: 'ACCESS_CERTIFICATIONS_IAM_POLICY',
  ACCESS_REQUESTS_ADMIN: 'ACCESS_CERTIFICATIONS_IAM_POLICY',
  WORKFLOWS_ADMIN: 'WORKFLOWS_IAM_POLICY',
};

/** What can limit a role, by its type. */
export const targetKinds: { readonly [type in RoleType]?: 'groups' | 'apps' } = {
  APP_ADMIN: 'apps',
  GROUP_MEMBERSHIP_ADMIN: 'groups',
  HELP_DESK_ADMIN: 'groups',
  USER_ADMIN: 'groups',
};

export interface RoleAssignment {
  readonly id: string;
  readonly type: RoleType | 'CUSTOM';
  readonly created: number;
  /** When its targets were changed; undefined if never. */
  readonly lastUpdated?: number;
  /** Custom role and resource set; set for every role that is assigned like a custom one. */
  readonly role?: string;
  readonly resourceSet?: string;
  /** Ids of groups, or apps as `name` or `name/id`; the role is unlimited while there are none. */
  readonly targets: readonly string[];
}

/** The role assignments by the id of the user, group or client. The administrator's own role is a setting. */
export class RoleStore {
  readonly #assignments = new Map<string, readonly RoleAssignment[]>();

  of(assigneeId: string): readonly RoleAssignment[] {
    return this.#assignments.get(assigneeId) ?? [];
  }

  /** All assignments, each with its assignee. */
  *all(): Generator<[assigneeId: string, RoleAssignment]> {
    for (const [id, held] of this.#assignments) for (const assignment of held) yield [id, assignment];
  }

  /** Adds an assignment, or replaces the one with the same id. */
  put(assigneeId: string, assignment: RoleAssignment): void {
    const held = [...this.of(assigneeId)];
    const at = held.findIndex(({ id }) => id === assignment.id);
    held.splice(at < 0 ? held.length : at, 1, assignment);
    this.#assignments.set(assigneeId, held);
  }

  remove(assigneeId: string, id: string): void {
    this.#assignments.set(
      assigneeId,
      this.of(assigneeId).filter((assignment) => assignment.id !== id),
    );
  }

  forget(assigneeId: string): void {
    this.#assignments.delete(assigneeId);
  }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The id of an assignment of a role that can have targets: its type in base32, the same for every assignee. */
export function assignmentId(type: RoleType): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of Buffer.from(type)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += digits[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + digits[(held << (5 - bits)) & 31] : text;
}
