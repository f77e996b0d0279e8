import { deflateSync, inflateSync } from 'fflate/browser';

/** A package of n8n has no compression of Node's. What is packed here is only unpacked here. */
export const brotliCompressSync = (data: Uint8Array): Buffer => Buffer.from(deflateSync(data));
export const brotliDecompressSync = (data: Uint8Array): Buffer => Buffer.from(inflateSync(data));
export const constants = {};
