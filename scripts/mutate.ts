/** Injects faults into actions and prints how many the recordings detect: `npm run mutate`, or `npm run mutate -- KEY...`. */
import { actionOf } from '../src/connector.ts';
import { mutantsOf, survives } from '../test/support/mutants.ts';
import { recordedActions } from '../test/support/replay.ts';

const named = process.argv.slice(2);
const actions = named.length > 0 ? named.map((key) => actionOf(key).key) : recordedActions;
const table: Record<string, { mutants: number; survived: number }> = {};
const alive: string[] = [];
for (const key of actions) {
  const row = { mutants: 0, survived: 0 };
  for (const mutant of await mutantsOf(key)) {
    row.mutants += 1;
    if (!(await survives(key, mutant))) continue;
    row.survived += 1;
    alive.push(`${key}: ${mutant.kind}: ${mutant.at}`);
  }
  table[key] = row;
}
console.table(table);
for (const one of alive) console.error(`survived: ${one}`);
console.log(
  `${Object.values(table).reduce((sum, { mutants }) => sum + mutants, 0)} mutants, ${alive.length} survived`,
);
if (alive.length > 0) process.exitCode = 1;
