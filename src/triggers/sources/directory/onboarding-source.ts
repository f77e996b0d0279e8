import type { ActionContext } from '../../../define.ts';
import { user } from '../../../resources/user/resource.ts';
import type { MappingInput } from '../../../sync/mapping/schema.ts';
import type { EventItem } from '../log/event-item.ts';
import { included } from '../log/include.ts';
import { type LogInput, logSource } from '../log/log-source.ts';

interface OnboardingInput extends LogInput {
  mapping?: MappingInput;
}

export const USER_CREATED = ['user.lifecycle.create'];

const source = logSource<OnboardingInput>({ eventTypes: USER_CREATED, outcome: 'SUCCESS' }, mappedBy);

/** Each new user once, as the log or an event hook tells of one, with what the mapping makes of the user. */
export const onboardingSource: typeof source = {
  ...source,
  async *run(run) {
    // A mistake in the mapping is told before anything is asked.
    await compiled(run.input);
    yield* source.run(run);
  },
};

async function compiled({ mapping }: OnboardingInput) {
  const { compileMapping } = await import('../../../sync/mapping/compile.ts');
  return compileMapping(mapping ?? {});
}

function mappedBy(input: OnboardingInput) {
  let opened: ReturnType<typeof open> | undefined;
  async function open(context: ActionContext) {
    const { peopleReader } = await import('../../../sync/people.ts');
    const { previewMapping } = await import('../../../sync/mapping/preview.ts');
    const mapping = await compiled(input);
    return { mapping, previewMapping, people: await peopleReader(context, mapping) };
  }
  return async (context: ActionContext, event: EventItem) => {
    opened ??= open(context);
    opened.catch(() => {
      opened = undefined;
    });
    const { mapping, previewMapping, people } = await opened;
    const item = await included(user, context, event);
    if (!item.user) return { ...item, mapped: { error: 'The user no longer exists' } };
    const person = await people.personOf(item.user as { id: string });
    const { rows, errors, misses } = previewMapping(mapping, person.inScope ? [person] : []);
    const { id: _, ...row } = rows[0] ?? { id: person.user.id, error: errors[0]?.message ?? LEFT_OUT };
    return { ...item, mapped: { ...row, misses } };
  };
}

const LEFT_OUT = 'The mapping leaves this user out';
