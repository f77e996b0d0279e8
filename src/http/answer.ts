import { incompleteJson } from './from-response.ts';
import { JsonList, parsed } from './json-list.ts';
import type { HttpRequest, HttpResponse } from './types.ts';

/** An answer whose body is decoded on demand and parsed once. */
export class LazyResponse implements HttpResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly #body: Buffer;
  readonly #request: HttpRequest;
  #json: { value: unknown } | undefined;
  #list: { value: JsonList | undefined } | undefined;

  constructor(
    request: HttpRequest,
    { status, headers, body }: { status: number; headers: Record<string, string>; body: Buffer },
  ) {
    this.status = status;
    this.headers = headers;
    this.#request = request;
    this.#body = body;
  }

  get text(): string {
    const text = this.#body.toString('utf8');
    return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  get json(): unknown {
    this.#json ??= { value: this.#saysJson ? parsed(this.text) : undefined };
    return this.#json.value;
  }

  get list(): JsonList | undefined {
    this.#list ??= {
      value: this.#saysJson ? JsonList.of(this.#body, () => incompleteJson(this.#request, this)) : undefined,
    };
    return this.#list.value;
  }

  get #saysJson(): boolean {
    return /json|^$/i.test(this.headers['content-type'] ?? '');
  }
}
