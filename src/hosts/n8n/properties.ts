import type { INodeProperties } from 'n8n-workflow';
import type { HostField } from '../fields.ts';
import {
  ADDITIONAL,
  AGENT_MAY,
  AGENT_OPTION,
  CLEAR,
  isMain,
  loadMethod,
  locationsOf,
  OPTIONS,
  parameterOf,
  ROWS,
  searchMethod,
} from './names.ts';
import { descriptionOf, labelOf, plainTitle, titleCase } from './wording.ts';

type Property = Omit<INodeProperties, 'default'> & { default: unknown };

/** An operation or event of a node, with its form. */
export interface Form {
  /** Value of `operation` or `event`. */
  key: string;
  /** Value of `resource`; none for triggers. */
  resource?: string;
  fields: HostField[];
  /** Returns a list. */
  list?: boolean;
  /** Shown in the form. */
  notice?: string;
}

/** A drop-down of the connector, from the manifest. */
interface Choices {
  key: string;
  title: string;
  names?: { words: string; handle: string };
  /** Inputs whose values narrow it. */
  within?: readonly string[];
}

const CHOOSE =
  'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>';

/** The form of all operations of a node; properties shared by several operations appear once. */
export function propertiesOf(
  forms: readonly Form[],
  selector: 'operation' | 'event',
  choices: readonly Choices[],
): Property[] {
  const shared = new Map<string, { property: Property; forms: Form[] }>();
  for (const form of forms) {
    for (const property of formOf(form, choices)) {
      const key = JSON.stringify(property);
      const entry = shared.get(key) ?? { property, forms: [] };
      entry.forms.push(form);
      shared.set(key, entry);
    }
  }
  return [...shared.values()].sort(inOrder).map(({ property, forms: shown }) => {
    const { displayName, name, type, displayOptions, ...rest } = property;
    const resources = [...new Set(shown.map((one) => one.resource).filter((one) => one !== undefined))];
    return {
      ...{ displayName, name, type },
      displayOptions: {
        show: {
          ...(resources.length > 0 ? { resource: resources } : {}),
          [selector]: shown.map((one) => one.key),
          ...displayOptions?.show,
        },
      },
      ...rest,
    };
  });
}

/** Shared properties take the position of their first form; these must always come last. */
const LAST = ['returnAll', 'limit', ADDITIONAL];
const rankOf = ({ name, type }: Property) => (type === 'notice' ? -2 : LAST.indexOf(name));
const inOrder = (a: { property: Property }, b: { property: Property }) =>
  rankOf(a.property) - rankOf(b.property);

function formOf({ fields, list, notice }: Form, choices: readonly Choices[]): Property[] {
  const propertyOf = (field: HostField) => makeProperty(field, choices);
  const shown = fields.filter((field) => !(list && field.name === 'limit'));
  const more = shown.filter((field) => !isMain(field)).map(propertyOf);
  const clearable = shown.some((field) => field.kind === 'attributes' && !field.required);
  if (clearable) more.push(CLEAR_ATTRIBUTES);
  return [
    ...(notice
      ? [{ displayName: notice, name: 'notice', type: 'notice' as const, default: '' }, TOOL_NOTICE]
      : []),
    ...shown.filter(isMain).map(propertyOf),
    ...(list ? LIST : []),
    ...(more.length > 0
      ? [
          {
            displayName: 'Additional Fields',
            name: ADDITIONAL,
            type: 'collection' as const,
            placeholder: 'Add Field',
            default: {},
            options: more.sort(byName) as INodeProperties[],
          },
        ]
      : []),
  ];
}

const byName = (a: Property, b: Property) => a.displayName.localeCompare(b.displayName);

function makeProperty(field: HostField, choices: readonly Choices[]): Property {
  if (field.name === 'limit') return LIMIT;
  const base = {
    displayName: labelOf(field),
    name: parameterOf(field),
    ...(field.required ? { required: true } : {}),
  };
  return {
    ...base,
    ...widgetOf(field, base.displayName, choices),
    ...descriptionOf(field, base.displayName),
  };
}

const exampleOf = ({ example, secret }: HostField) =>
  typeof example === 'string' && !secret ? { placeholder: `e.g. ${example}` } : {};

function widgetOf(
  field: HostField,
  label: string,
  dropDowns: readonly Choices[],
): Pick<Property, 'type' | 'default'> & Partial<Property> {
  const { kind, choices = [], labels = {}, attributesOf: { by } = {} } = field;
  const chosen = dropDowns.find(({ key }) => key === field.options);
  const dependent = chosen?.within ? { loadOptionsDependsOn: chosen.within.flatMap(locationsOf) } : {};
  if (kind === 'list' && chosen) {
    return {
      displayName: `${titleCase(chosen.title.replace(/s$/, ''))} Names or IDs`,
      type: 'multiOptions',
      typeOptions: { loadOptionsMethod: loadMethod(chosen.key), ...dependent },
      default: [],
      description: CHOOSE,
    };
  }
  if (chosen && kind === 'string') {
    const { words = 'Id', handle } = chosen.names ?? {};
    return {
      type: 'resourceLocator',
      ...(chosen.within ? { typeOptions: dependent } : {}),
      default: { mode: 'list', value: '' },
      modes: [
        {
          displayName: 'From List',
          name: 'list',
          type: 'list',
          placeholder: `Select a ${label.toLowerCase()}...`,
          typeOptions: { searchListMethod: searchMethod(chosen.key), searchable: true },
        },
        {
          ...{ displayName: titleCase(`By ${words}`), name: 'id', type: 'string' },
          ...(handle ? { placeholder: `e.g. ${handle}` } : {}),
        },
      ],
    };
  }
  switch (kind) {
    case 'attributes':
      return {
        noDataExpression: true,
        type: 'resourceMapper',
        default: { mappingMode: 'defineBelow', value: null },
        typeOptions: {
          // Otherwise the attributes required for creation would still be required after switching to update, and likewise
          // those of another user type.
          loadOptionsDependsOn: ['operation', ...(by ? locationsOf(by) : [])],
          resourceMapper: {
            resourceMapperMethod: 'getProfileAttributes',
            mode: 'add',
            valuesLabel: 'Profile Attributes',
            fieldWords: { singular: 'attribute', plural: 'attributes' },
            addAllFields: false,
            multiKeyMatch: false,
            supportAutoMap: true,
          },
        },
      };
    case 'number':
    case 'integer':
      return {
        type: 'number',
        typeOptions: {
          ...(field.minimum === undefined ? {} : { minValue: field.minimum }),
          ...(field.maximum === undefined ? {} : { maxValue: field.maximum }),
          ...(kind === 'integer' ? { numberPrecision: 0 } : {}),
        },
        default: field.default ?? field.minimum ?? 0,
      };
    case 'boolean':
      return { type: 'boolean', default: field.default ?? false };
    case 'enum':
    case 'multi_enum': {
      const sorted = choices
        .map((value) => ({ name: titleCase(plainTitle(labels[value] ?? value)), value }))
        .sort((a, b) => a.name.localeCompare(b.name));
      return kind === 'enum'
        ? { type: 'options', options: sorted, default: field.default ?? field.example ?? sorted[0]?.value }
        : { type: 'multiOptions', options: sorted, default: field.default ?? [] };
    }
    case 'date_time':
      return { type: 'dateTime', default: '' };
    case 'json':
      return {
        type: 'json',
        default: '',
        ...(field.example === undefined ? {} : { placeholder: `e.g. ${JSON.stringify(field.example)}` }),
      };
    case 'list':
      return { type: 'string', typeOptions: { multipleValues: true }, default: [] };
    case 'rows': {
      const row = label.replace(/s$/, '');
      const values = (field.members ?? []).map((one) => makeProperty(one, dropDowns));
      return {
        type: 'fixedCollection',
        typeOptions: { multipleValues: true },
        placeholder: `Add ${row}`,
        default: {},
        options: [
          {
            ...{ displayName: row, name: ROWS },
            // From five on, n8n's lint wants them in alphabetical order.
            values: (values.length < 5 ? values : values.toSorted(byName)) as INodeProperties[],
          },
        ],
      };
    }
    default:
      return {
        type: 'string',
        // n8n's lint takes whatever is called a token for a secret, ids included.
        ...(field.secret || /token/i.test(field.name) ? { typeOptions: { password: true } } : {}),
        default: field.default ?? '',
        ...exampleOf(field),
      };
  }
}

const LIMIT: Property = {
  displayName: 'Limit',
  name: 'limit',
  type: 'number',
  typeOptions: { minValue: 1 },
  default: 50,
  description: 'Max number of results to return',
};

const LIST: Property[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  { ...LIMIT, displayOptions: { show: { returnAll: [false] } } },
];

const CLEAR_ATTRIBUTES: Property = {
  displayName: 'Clear Attribute Names or IDs',
  name: CLEAR,
  type: 'multiOptions',
  typeOptions: { loadOptionsMethod: 'getClearableAttributes' },
  default: [],
  description: CHOOSE,
};

/** For the type that n8n derives from a node for agents. */
const AS_TOOL = { show: { '@tool': [true] } };

const TOOL_NOTICE: Property = {
  displayName: `An agent may not do what cannot be undone, unless you turn on "${AGENT_MAY}" under Options`,
  name: 'agentNotice',
  type: 'notice',
  displayOptions: AS_TOOL,
  default: '',
};

/** The option by which a person says yes in advance. */
const AGENT: INodeProperties = {
  displayName: AGENT_MAY,
  name: AGENT_OPTION,
  type: 'boolean',
  noDataExpression: true,
  displayOptions: AS_TOOL,
  default: false,
  description:
    'Whether an AI agent may run operations that cannot be undone. It decides by itself when: n8n asks nobody, unless a human review is between agent and tool.',
};

/** Options that apply to the whole node, regardless of operation and item: no expressions. */
export const BEHAVIOUR: Property = {
  displayName: 'Options',
  name: OPTIONS,
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    {
      displayName: 'Longest Rate Limit Wait (Seconds)',
      name: 'maxWaitSeconds',
      type: 'number',
      noDataExpression: true,
      typeOptions: { minValue: 0, maxValue: 3600 },
      default: 65,
      description:
        'How long to wait for the Okta rate limit; if the wait would be longer, the node fails and says when to try again',
    },
    {
      displayName: 'Rate Limit Share (Percent)',
      name: 'rateLimitPercent',
      type: 'number',
      noDataExpression: true,
      typeOptions: { minValue: 1, maxValue: 100 },
      default: 80,
      description: 'Maximum share of the Okta rate limit to use; the rest is left to other clients',
    },
  ],
};

/** The same for the node that agents can use. */
export const ACTION_BEHAVIOUR: Property = {
  ...BEHAVIOUR,
  options: [AGENT, ...(BEHAVIOUR.options as INodeProperties[])],
};
