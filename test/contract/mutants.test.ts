import { afterAll, describe, expect, it } from 'vitest';
import { mutantsOf, survives } from '../support/mutants.ts';
import { recordedActions } from '../support/replay.ts';
import { isInShare } from '../support/share.ts';

let tried = 0;
let survived = 0;
afterAll(() => console.log(`${tried} mutants, ${survived} survived`));

describe.each(recordedActions.filter((key) => isInShare(key, 5)))('%s', (key) => {
  it('F2.8 has no fault that all its recordings let pass', async () => {
    const alive: string[] = [];
    for (const mutant of await mutantsOf(key)) {
      tried += 1;
      if (await survives(key, mutant)) alive.push(`${mutant.kind}: ${mutant.at}`);
    }
    survived += alive.length;
    expect(alive, `a scenario of test/scenarios/${key.replaceAll('_', '-')}.ts must notice these`).toEqual(
      [],
    );
  });
});
