import { type Schema, Validator } from '@cfworker/json-schema';

interface Problem {
  keyword: string;
  /** JSON Pointer; empty for the value itself. */
  instancePath: string;
  message: string;
}

type Validate = ((data: unknown) => boolean) & { errors?: Problem[] };

/** Ajv for packages that may not make code out of a schema: the same answers, found by walking it. */
export class Ajv {
  readonly #known = new Map<Schema, Validate>();

  compile(schema: Schema): Validate {
    const known = this.#known.get(schema);
    if (known) return known;
    const validator = new Validator(schema, '7', false);
    const validate: Validate = (data) => {
      const { errors } = validator.validate(data);
      // A list repeats what its items say.
      validate.errors = errors
        .filter(({ keyword }) => keyword !== 'items')
        .map(({ keyword, instanceLocation, error }) => ({
          keyword,
          instancePath: instanceLocation.slice(1),
          message: error.replace(/\.$/, ''),
        }));
      return validate.errors.length === 0;
    };
    this.#known.set(schema, validate);
    return validate;
  }
}
