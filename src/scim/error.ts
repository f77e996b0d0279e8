export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** Keywords of RFC 7644 for what is wrong. @see https://datatracker.ietf.org/doc/html/rfc7644#section-3.12 */
export type ScimErrorType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive';

/** An answer that says what is wrong. Okta shows `detail` to its admin. */
export class ScimError extends Error {
  override readonly name = 'ScimError';
  readonly status: number;
  readonly scimType: ScimErrorType | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    more: { scimType?: ScimErrorType; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    const { scimType, headers = {}, cause } = more;
    super(detail, { cause });
    this.status = status;
    this.scimType = scimType;
    this.headers = headers;
  }

  /** The body; its status is a text, as the RFC wants. */
  toJSON(): Record<string, unknown> {
    const { scimType, message: detail, status } = this;
    return { schemas: [ERROR_SCHEMA], ...(scimType ? { scimType } : {}), detail, status: String(status) };
  }
}

/** 400 for a request that can never work. */
export const badRequest = (scimType: ScimErrorType, detail: string): ScimError =>
  new ScimError(400, detail, { scimType });

/** A text of the caller, short enough for an error. */
export const shownText = (text: string): string =>
  `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`.replace(/[\p{Cc}]/gu, ' ');

/** 404 for an id that no resource of the type has. */
export const noResource = (type: string, id: string): ScimError =>
  new ScimError(404, `There is no ${type.toLowerCase()} with the id ${shownText(id)}`);
