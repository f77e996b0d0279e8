import { expect } from 'vitest';
import { DEVICES, seededDevice } from '../support/devices.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('unsuspend_device', {
    name: 'unsuspends a suspended device, found by its name',
    arrange: (org) => seededDevice(org, DEVICES.suspended),
    input: ({ name }) => ({ deviceId: name }),
    check: (output, { id }) => expect(output).toEqual({ deviceId: id, changed: true, status: 'ACTIVE' }),
  }),
  scenario('unsuspend_device', {
    name: 'changes nothing for an active device',
    arrange: (org) => seededDevice(org, DEVICES.active),
    input: ({ id }) => ({ deviceId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'ACTIVE' }),
  }),
];
