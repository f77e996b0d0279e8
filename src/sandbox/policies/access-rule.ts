import { isObject, type Json } from '../json.ts';

/** The conditions of a rule for apps as Okta keeps them: platforms only if there are some, without empty expressions. */
export function accessConditions({ platform, ...conditions }: Json): Json {
  const { include = [], exclude = [] } = (isObject(platform) ? platform : {}) as Record<string, Json[]>;
  if (include.length + exclude.length === 0) return conditions;
  const kept = { include: include.map(withoutExpression), exclude: exclude.map(withoutExpression) };
  return { ...conditions, platform: kept };
}

function withoutExpression({ os, ...platform }: Json): Json {
  const { expression, ...system } = isObject(os) ? os : {};
  const isKept = expression !== null && expression !== undefined;
  return { ...platform, os: isKept ? { ...system, expression } : system };
}

/** The actions of such a rule: a chain of methods has no factor mode, an assurance always a frequency. */
export function accessActions(actions: Json): Json {
  const { verificationMethod, ...appSignOn } = (isObject(actions.appSignOn) ? actions.appSignOn : {}) as Json;
  if (!isObject(verificationMethod)) return actions;
  const { factorMode, inactivityPeriod, ...chain } = verificationMethod;
  const method =
    verificationMethod.type === 'AUTH_METHOD_CHAIN'
      ? chain
      : { reauthenticateIn: 'PT12H', ...verificationMethod };
  return { ...actions, appSignOn: { ...appSignOn, verificationMethod: method } };
}
