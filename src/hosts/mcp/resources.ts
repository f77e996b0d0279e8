import {
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  type Server,
  UriTemplate,
} from '@modelcontextprotocol/server';
import { isOktaError } from '../../errors/errors.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { eventTypeSchema } from '../../resources/event-type/event-schema.ts';
import { plainError } from '../errors.ts';
import { ANSWER_BYTES, textAnswer } from './answers.ts';
import { fitting } from './shorten.ts';
import type { McpHost } from './types.ts';

/** One kind of object by its id: `okta://users/{id}`. */
interface ObjectTemplate {
  uriTemplate: string;
  name: string;
  description: string;
  /** The action that reads it, its input, and the drop-down that completes the id. */
  action: string;
  input: string;
  options: string;
}

/** Kinds of objects that one action reads by one reference, for which there is a drop-down. */
function templatesOf({ actions, options }: Manifest): ObjectTemplate[] {
  return options.flatMap(({ key, title, within }) => {
    if (within) return [];
    const reader = actions.find((action) => {
      const { required = [] } = action.input as { required?: string[] };
      const [input = ''] = required;
      return (
        required.length === 1 && action.options[input] === key && action.key === `get_${action.resource}`
      );
    });
    if (!reader) return [];
    const [input = ''] = (reader.input as { required: string[] }).required;
    const uriTemplate = `okta://${key}/{id}`;
    return [
      {
        uriTemplate,
        name: key,
        description: `${title}: ${reader.description}`,
        action: reader.key,
        input,
        options: key,
      },
    ];
  });
}

/** Resources whose attributes the org defines, as documents. */
function schemasOf({ actions }: Manifest): { uri: string; name: string; resource: string }[] {
  const resources = new Set(
    actions.flatMap(({ attributes }) => Object.values(attributes).map(({ resource }) => resource)),
  );
  return [...resources].map((resource) => ({
    uri: `okta://schema/${resource}`,
    name: `${resource} attributes`,
    resource,
  }));
}

/** What events of a type carry, by its name: no request is sent. */
const eventTypes = {
  uriTemplate: 'okta://event_types/{id}',
  name: 'event_types',
  description:
    'Event types: what events of a type carry, as JSON Schema, fields with their flags, and a sample.',
};

const MIME = 'application/json';
/** Suggestions for an id. */
const SUGGESTED = 20;

/** What clients can read and attach. */
export interface OktaResources {
  attach(server: Server): void;
  /** Values that begin a reference of this kind. */
  suggest(options: string, value: string): Promise<string[]>;
}

export function openResources(host: McpHost): OktaResources {
  const templates = templatesOf(host.manifest);
  const schemas = schemasOf(host.manifest);
  const eventTypeUri = new UriTemplate(eventTypes.uriTemplate);
  const matchers = templates.map((template) => ({ template, uri: new UriTemplate(template.uriTemplate) }));
  const suggest = async (options: string, value: string) => {
    const page = await host.client.options(options, { search: value || undefined });
    return page.items.slice(0, SUGGESTED).map((one) => one.value);
  };
  const read = async (uri: string, signal: AbortSignal): Promise<unknown> => {
    const schema = schemas.find((one) => one.uri === uri);
    if (schema) return (await host.client.fields(undefined, { resource: schema.resource })) ?? [];
    const eventType = eventTypeUri.match(uri)?.id;
    if (typeof eventType === 'string') return eventTypeSchema(decoded(eventType));
    for (const { template, uri: matcher } of matchers) {
      const id = matcher.match(uri)?.id;
      if (typeof id !== 'string') continue;
      return host.client.run(template.action as string, { [template.input]: decoded(id) }, { signal });
    }
    throw new ResourceNotFoundError(uri, `There is no resource ${uri}`);
  };
  return {
    suggest,
    attach(server) {
      server.setRequestHandler('resources/list', () => ({
        resources: schemas.map(({ uri, name }) => ({ uri, name, mimeType: MIME })),
      }));
      server.setRequestHandler('resources/templates/list', () => ({
        resourceTemplates: [...templates, eventTypes].map(({ uriTemplate, name, description }) => ({
          ...{ uriTemplate, name, description, mimeType: MIME },
        })),
      }));
      server.setRequestHandler(
        'resources/read',
        async ({ params: { uri } }, { mcpReq }): Promise<ReadResourceResult> => {
          const result = await read(uri, mcpReq.signal).catch((error: unknown) => {
            // Reading has no isError: an error of Okta is one of the protocol, with all that is known as data.
            if (!isOktaError(error)) throw error;
            if (error.code === 'not_found') throw new ResourceNotFoundError(uri, error.message);
            throw new ProtocolError(ProtocolErrorCode.InternalError, error.message, plainError(error));
          });
          const { value } = fitting(result, ANSWER_BYTES);
          const [content] = textAnswer({ org: host.client.orgUrl, result: value }).content;
          const text = content?.type === 'text' ? content.text : '';
          return { contents: [{ uri, mimeType: MIME, text }] };
        },
      );
    },
  };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
