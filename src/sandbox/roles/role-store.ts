/** The labels of Okta's standard administrator roles. */
export const roleLabels = {
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  APP_ADMIN: 'Application Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  ORG_ADMIN: 'Organization Administrator',
  READ_ONLY_ADMIN: 'Read-Only Administrator',
  REPORT_ADMIN: 'Report Administrator',
  SUPER_ADMIN: 'Super Administrator',
  USER_ADMIN: 'Group Administrator',
} as const;

export type RoleType = keyof typeof roleLabels;

export interface RoleAssignment {
  readonly id: string;
  readonly type: RoleType;
  readonly created: number;
}

/** The role assignments by user. The administrator's own role is a setting. */
export class RoleStore {
  readonly #assignments = new Map<string, readonly RoleAssignment[]>();

  of(userId: string): readonly RoleAssignment[] {
    return this.#assignments.get(userId) ?? [];
  }

  add(userId: string, assignment: RoleAssignment): void {
    this.#assignments.set(userId, [...this.of(userId), assignment]);
  }

  remove(userId: string, id: string): void {
    this.#assignments.set(
      userId,
      this.of(userId).filter((assignment) => assignment.id !== id),
    );
  }

  forget(userId: string): void {
    this.#assignments.delete(userId);
  }
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The id of a standard role assignment: its type in base32, the same for every user. */
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
