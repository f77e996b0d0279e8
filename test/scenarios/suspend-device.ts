import { expect } from 'vitest';
import { DEVICES, seededDevice } from '../support/devices.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('suspend_device', {
    name: 'suspends an active device, found by its name',
    arrange: (org) => seededDevice(org, DEVICES.active),
    input: ({ name }) => ({ deviceId: name }),
    check: (output, { id }) => expect(output).toEqual({ deviceId: id, changed: true, status: 'SUSPENDED' }),
  }),
  scenario('suspend_device', {
    name: 'changes nothing for a suspended device',
    arrange: (org) => seededDevice(org, DEVICES.suspended),
    input: ({ id }) => ({ deviceId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'SUSPENDED' }),
  }),
];
