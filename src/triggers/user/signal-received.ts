import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { ref } from '../../resources/reference.ts';
import { user } from '../../resources/user/resource.ts';
import { field } from '../../schema/fields.ts';
import { labelled } from '../../schema/labels.ts';
import { reconcileSignals } from '../sources/log/reconcile.ts';
import { redactField } from '../sources/log/redact-event.ts';
import { signalItem, signalItemSample } from '../sources/signal/signal-item.ts';
import { SIGNAL_KINDS, type SignalKind } from '../sources/signal/signal-kinds.ts';
import { signalSource } from '../sources/signal/signal-source.ts';
import { STREAM_SCOPES } from '../sources/signal/signal-stream.ts';

const kinds = Object.keys(SIGNAL_KINDS) as [SignalKind, ...SignalKind[]];

export const signalReceived = defineTrigger({
  key: 'signal_received',
  resource: user,
  noun: 'signal',
  title: 'Signal received (signed)',
  description:
    'Fires when a session of a user ends or a credential changes, as an event that Okta signs (Shared Signals) and the connector verifies. Needs a service app (private key) and the Shared Signals transmitter of Identity Engine. What a receiver missed is only in the System Log.',
  docsUrl: docsOf('SSFTransmitter', 'createSsfStream'),
  scopes: [...STREAM_SCOPES, 'okta.users.read', 'okta.logs.read'],
  kind: 'webhook',
  signed: true,
  input: z.strictObject({
    kinds: field(
      z
        .array(
          labelled(z.enum(kinds), {
            session_revoked: 'A session ended',
            credential_change: 'A credential changed',
          }),
        )
        .min(1)
        .default(kinds),
      'Kinds',
      'What to receive. An ordinary sign-out ends a session, too.',
      ['credential_change'],
    ),
    userId: ref(user, { description: 'Only what is about this user: id, login or short name.' }).optional(),
    reconcile: reconcileSignals,
    redact: redactField,
  }),
  output: signalItem,
  source: signalSource(),
  sample: { input: { kinds: ['credential_change'] }, output: signalItemSample },
});
