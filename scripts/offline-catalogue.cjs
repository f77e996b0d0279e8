/** Loaded into node-red-dev: answers its only request to catalogue.nodered.org (which names are taken) with an empty list. */
const Module = require('node:module');

const load = Module._load;
Module._load = function (name, ...rest) {
  const found = load.call(this, name, ...rest);
  if (name !== 'axios' || found.isOffline) return found;
  const { get } = found;
  const isCatalogue = (url) => new URL(url).hostname === 'catalogue.nodered.org';
  return Object.assign(found, {
    isOffline: true,
    get: (url, ...more) =>
      isCatalogue(url) ? Promise.resolve({ data: { modules: [] } }) : get(url, ...more),
  });
};
