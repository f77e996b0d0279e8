import { expect } from 'vitest';
import { DEVICES, seededDevice } from '../support/devices.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('deactivate_device', {
    name: 'deactivates an active device, found by its name',
    arrange: (org) => seededDevice(org, DEVICES.active),
    input: ({ name }) => ({ deviceId: name }),
    check: (output, { id }) => expect(output).toEqual({ deviceId: id, changed: true, status: 'DEACTIVATED' }),
  }),
  scenario('deactivate_device', {
    name: 'changes nothing for a deactivated device',
    arrange: (org) => seededDevice(org, DEVICES.deactivated),
    input: ({ id }) => ({ deviceId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, status: 'DEACTIVATED' }),
  }),
];
