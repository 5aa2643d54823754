import type { AuditSource } from '../ports/audit-source.js';
import type { RepairAnswer, RepairStore } from './repair-store.js';
import { examine, type Examination } from './examine.js';
import { type Repair, repairKey, type RepairNote } from './repair.js';

/** Once one thing is right, another can be told to be wrong: no fault takes more rounds. */
const MOST_ROUNDS = 5;

export interface Repaired {
  readonly repair: Repair;
  readonly answer: RepairAnswer;
}

export interface CarriedOut {
  readonly repaired: readonly Repaired[];
  /** What is left. */
  readonly after: Examination;
}

/** Repairs what can be repaired, looks again, and goes on until nothing more helps. */
export async function carryOut(
  source: AuditSource,
  store: RepairStore,
  note: RepairNote,
  most: number,
): Promise<CarriedOut> {
  const repaired: Repaired[] = [];
  let after = await examine(source, store, most);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const done = await oneRound(store, after, note);
    repaired.push(...done);
    if (done.length === 0) break;
    after = await examine(source, store, most);
    if (done.every(({ answer }) => answer !== 'done')) break;
  }
  return { repaired, after };
}

async function oneRound(
  store: RepairStore,
  { prescriptions }: Examination,
  note: RepairNote,
): Promise<readonly Repaired[]> {
  const done: Repaired[] = [];
  for (const repair of repairsOf({ prescriptions })) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other: each asks what those before have left
    done.push({ repair, answer: await store.apply(repair, note) });
  }
  return done;
}

/** Each once, in the order of the findings. */
export function repairsOf({
  prescriptions,
}: Pick<Examination, 'prescriptions'>): readonly Repair[] {
  const found = new Map<string, Repair>();
  for (const { remedies } of prescriptions) {
    for (const remedy of remedies) {
      if ('repair' in remedy) found.set(repairKey(remedy.repair), remedy.repair);
    }
  }
  return [...found.values()];
}
