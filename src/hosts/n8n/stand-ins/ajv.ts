import { type Schema, Validator } from '@cfworker/json-schema';

interface Problem {
  keyword: string;
  instancePath: string;
  params: Record<string, unknown>;
  message: string;
}

type Validate = ((data: unknown) => boolean) & { errors?: Problem[] };

/** Ajv for packages that may not make code out of a schema: the same answers, found by walking it. */
export class Ajv {
  compile(schema: Schema): Validate {
    const validator = new Validator(schema, '7', false);
    const validate: Validate = (data) => {
      const { errors } = validator.validate(data);
      // Parents repeat what their members say.
      validate.errors = errors
        .filter(({ keyword }) => !['properties', 'items'].includes(keyword) && keyword !== 'false')
        .map(({ keyword, instanceLocation, error }) => {
          const path = instanceLocation.slice(1);
          const name = /"([^"]*)"/.exec(error)?.[1];
          const { enum: allowedValues } = memberOf(schema, path);
          return {
            keyword,
            instancePath: path,
            params: { additionalProperty: name, allowedValues },
            message: error.replace(/\.$/, ''),
          };
        });
      return validate.errors.length === 0;
    };
    return validate;
  }
}

const memberOf = (schema: Schema, path: string): Schema =>
  (schema.properties?.[path.split('/')[1] ?? ''] as Schema | undefined) ?? {};
