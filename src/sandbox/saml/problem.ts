/** Why a request for a sign-in with SAML is refused; people see it as a page. */
export class SamlProblem extends Error {
  readonly status: number;

  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}
