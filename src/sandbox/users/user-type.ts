export interface UserType {
  id: string;
  schemaId: string;
  name: string;
  displayName: string;
  description: string;
  default: boolean;
  created: number;
  /** When it was changed; if ever. */
  lastUpdated?: number;
  /** How often its deletion failed. */
  failures?: number;
}
