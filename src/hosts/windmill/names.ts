import type { HostField } from '../fields.ts';
import { flatName } from '../flat-form.ts';

/** Folder of the scripts in the workspace. */
export const FOLDER = 'f/okta';

/** Name of the resource type; the parser of Windmill derives it from the type `OktaConnector`. */
export const RESOURCE_TYPE = 'okta_connector';

/** The argument that has a connection. */
export const CONNECTION = 'okta';

/** The function that fills the drop-down of a field. */
export const chooserOf = ({ name }: HostField): string => `choose_${flatName(name)}`;

/** The argument with attributes that only the org defines. */
export const moreOf = ({ name }: HostField): string => `${flatName(name)}__more`;
