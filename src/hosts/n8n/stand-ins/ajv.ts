import { type Schema, Validator } from '@cfworker/json-schema';

interface Problem {
  keyword: string;
  /** JSON Pointer; empty for the value itself. */
  instancePath: string;
  message: string;
}

type Validate = ((data: unknown) => boolean) & { errors?: Problem[] };

/** Ajv for packages that must not compile a schema to code: same results, found by walking the schema. */
export class Ajv {
  readonly #known = new Map<Schema, Validate>();

  compile(schema: Schema): Validate {
    const known = this.#known.get(schema);
    if (known) return known;
    const validator = new Validator(schema, '7', false);
    const validate: Validate = (data) => {
      const { errors } = validator.validate(data);
      // The error of a list only repeats those of its items.
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
