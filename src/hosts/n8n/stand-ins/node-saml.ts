/** What node-saml and the packages under it ask of Node, as far as they need it to verify a response. */

type Callback = (error: Error | null, value?: unknown) => void;

export const promisify =
  (work: (...given: unknown[]) => void) =>
  (...given: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const done: Callback = (error, value) => (error ? reject(error) : resolve(value));
      work(...given, done);
    });

export const deprecate = <T>(given: T): T => given;

/** In the place of the package debug: a log of n8n must not quote a response. */
export default (): (() => void) => () => {};

/** For the parser xml2js, which does not call the constructor. */
export class EventEmitter {
  heard?: Record<string, ((value: unknown) => void)[]>;

  on(name: string, listener: (value: unknown) => void): this {
    this.heard = { ...this.heard, [name]: [...(this.heard?.[name] ?? []), listener] };
    return this;
  }

  emit(name: string, value: unknown): boolean {
    const listeners = this.heard?.[name] ?? [];
    for (const one of listeners) one.call(this, value);
    return listeners.length > 0;
  }

  removeAllListeners(): this {
    this.heard = {};
    return this;
  }
}
