import { expect } from 'vitest';
import { DEVICES, seededDevice } from '../support/devices.ts';
import { scenario } from '../support/scenario.ts';

export default [
  scenario('delete_device', {
    name: 'deactivates and deletes an active device, found by its name',
    arrange: (org) => seededDevice(org, DEVICES.active),
    input: ({ name }) => ({ deviceId: name }),
    check: (output, { id }) =>
      expect(output).toEqual({ deviceId: id, changed: true, steps: ['deactivated', 'deleted'] }),
  }),
  scenario('delete_device', {
    name: 'deletes a deactivated device',
    arrange: (org) => seededDevice(org, DEVICES.deactivated),
    input: ({ id }) => ({ deviceId: id }),
    check: (output) => expect(output).toMatchObject({ changed: true, steps: ['deleted'] }),
  }),
  scenario('delete_device', {
    name: 'changes nothing for a device that is gone',
    async arrange(org) {
      const device = await seededDevice(org, DEVICES.deactivated);
      await org.api('DELETE', `/api/v1/devices/${device.id}`);
      return device;
    },
    input: ({ id }) => ({ deviceId: id }),
    check: (output) => expect(output).toMatchObject({ changed: false, steps: [] }),
  }),
];
