import { difference } from '../../src/domain/audit/findings/difference.js';
import { SharedMap } from '../../src/domain/model/shared-map.js';
import { callFor } from './calls.js';
import { Comparison } from './compare.js';
import { checkReads } from './check-reads.js';
import type { Move } from './moves.js';
import { type Call, keyed, REFS, Stage } from './stage.js';
import type { Subject } from './subject.js';

/** How often each thing came about, over many games. */
export type Tally = Map<string, number>;

/**
 * Makes these moves on a store and on the model of it, and compares, after each,
 * what they answered and everything that they remember.
 *
 * @throws Error that says at which move, and where, the two differ
 */
export async function play(subject: Subject, moves: readonly Move[], tally: Tally): Promise<void> {
  const stage = new Stage(subject);
  const comparison = new Comparison(stage.model, subject.exact);
  let now = await subject.now();
  for (const [n, move] of moves.entries()) {
    const call = callFor(stage, move);
    if (call === null) continue;
    const ids = new Set(stage.model.deployments.keys());
    if (move.do === 'create') ids.add(keyed(move.key).id);
    const actual = await asked(subject, call);
    const found = await subject.remembered([...ids], REFS);
    stage.model.during = { from: now, to: found.now };
    now = found.now;
    const twice = isTwice(subject, call);
    if (twice) call.expected();
    const expected = call.expected();
    call.after?.(expected);
    stage.remember();
    count(tally, twice ? `${call.name}, twice` : `${call.name}: ${wordOf(expected)}`);
    const fault = difference(told(actual), told(expected));
    const faults = fault === null ? [] : [`answered otherwise: ${fault}`];
    faults.push(...comparison.faults(found));
    if (faults.length > 0) {
      throw new Error([`move ${n}, ${JSON.stringify(move)}`, ...faults].join('\n'));
    }
  }
  await checkReads(subject.index, subject.store, stage.model);
}

const isTwice = ({ exact }: Subject, { twice = false }: Call): boolean => exact && twice;

async function asked(subject: Subject, call: Call): Promise<unknown> {
  subject.sendTwice(isTwice(subject, call));
  try {
    return await call.ask();
  } finally {
    subject.sendTwice(false);
  }
}

const count = (tally: Tally, what: string): void =>
  void tally.set(what, (tally.get(what) ?? 0) + 1);

/** An answer as plain values; how long a lease lasts still is compared where the lease itself is. */
function told(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  if (answer instanceof Map || answer instanceof SharedMap) return Object.fromEntries(answer);
  if (Array.isArray(answer)) return answer.map(told);
  const entries = Object.entries(answer).map(([name, value]) => [
    name,
    name === 'ms' ? 0 : told(value),
  ]);
  return Object.fromEntries(entries);
}

/** What kind of an answer it was. */
function wordOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return String(answer);
  if ('kind' in answer && !('run' in answer)) return String(answer.kind);
  if ('held' in answer) return answer.held === true ? 'held' : 'lost';
  if ('error' in answer) return (answer.error as { code: string }).code;
  if ('value' in answer) {
    const { created, handedTo } = answer.value as { created?: boolean; handedTo?: object | null };
    if (created !== undefined) return created ? 'created' : 'exists';
    return handedTo ? 'handed over' : 'written';
  }
  return 'run' in answer ? 'work' : 'nothing';
}
