export type { ServiceApp } from './credentials.ts';
export { describeSandbox, type Sandbox, type SandboxOptions, startSandbox } from './server.ts';
