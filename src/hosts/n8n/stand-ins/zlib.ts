import { deflateSync, inflateSync } from 'fflate/browser';

/** A package of n8n has no compression of Node's. What is packed here is only unpacked here. */
export const brotliCompressSync = (data: Uint8Array): Buffer => Buffer.from(deflateSync(data));
export const brotliDecompressSync = (data: Uint8Array): Buffer => Buffer.from(inflateSync(data));
export const constants = {};

type Done = (error: Error | null, data?: Buffer) => void;

/** For cursors, which n8n does not ask for: its triggers have a state. */
const packing =
  (work: (data: Uint8Array) => Uint8Array) =>
  (data: string | Uint8Array, _options: unknown, done: Done): void => {
    try {
      done(null, Buffer.from(work(Buffer.from(data))));
    } catch (error) {
      done(error as Error);
    }
  };
export const deflateRaw = packing(deflateSync);
export const inflateRaw = packing(inflateSync);
