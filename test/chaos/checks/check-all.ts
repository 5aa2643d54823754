import { existsSync } from 'node:fs';
import type { Actions } from '../actions.js';
import type { ChaosService } from '../fleet.js';
import { type LedgerEntry, readLines } from '../ledger.js';
import type { Note } from '../notes.js';
import type { Observer } from '../observer.js';
import type { Publishers } from '../publish.js';
import type { Judged } from '../router-host.js';
import type { TargetClient } from '../target-client.js';
import { recoveries, type Recovery, type Span } from '../recovery-times.js';
import type { Death, WorkerPool } from '../worker-pool.js';
import { checkAudit } from './check-audit.js';
import { checkEndings } from './check-endings.js';
import { checkRequests } from './check-requests.js';
import { type Past, readHistory } from './history.js';
import { checkTraffic } from './check-traffic.js';
import type { Violation } from './violation.js';

export interface Checked {
  readonly violations: readonly Violation[];
  readonly recoveries: readonly Recovery[];
  readonly kills: readonly Death[];
  readonly disturbances: readonly Span[];
  readonly deployments: number;
  /** How many ended how. */
  readonly endings: Readonly<Record<string, number>>;
  readonly events: number;
  readonly effects: number;
  readonly refused: number;
  /** Services whose targets cannot fence, on which a late call landed. */
  readonly superseded: readonly string[];
  /** Of targets that a driver said of what was not so. */
  readonly lies: number;
  /** What the router's own table showed. */
  readonly traffic: Omit<Judged, 'faults'>;
}

interface Evidence {
  readonly observer: Observer;
  readonly fleet: readonly ChaosService[];
  readonly targets: TargetClient;
  readonly files: { readonly ledger: string; readonly notes: string };
  readonly publishers: Publishers;
  readonly actions: Actions;
  readonly pool: WorkerPool;
}

/** Holds what Redis says against what the targets, the publishers and the workers wrote down. */
export async function checkAll(evidence: Evidence): Promise<Checked> {
  const { observer, fleet, targets, files, publishers, actions, pool } = evidence;
  const history = await readHistory(observer);
  const entries = existsSync(files.ledger)
    ? (readLines(files.ledger) as readonly LedgerEntry[])
    : [];
  const notes = existsSync(files.notes) ? (readLines(files.notes) as readonly Note[]) : [];
  const audited = await checkAudit(observer, fleet, entries);
  const traffic = await checkTraffic(observer, fleet, targets);
  const violations: readonly Violation[] = [
    ...traffic.violations,
    ...audited.violations,
    ...(await checkEndings(observer, history)),
    ...(await checkRequests(observer, publishers.acknowledged, history)),
    ...pool.crashes.map((said) => ({ check: 'no worker ends by itself', subject: 'worker', said })),
    ...actions.surprises.map((said) => ({ check: 'refusals are said', subject: 'harness', said })),
  ];
  return {
    violations,
    kills: pool.kills,
    disturbances: actions.disturbances,
    recoveries: recoveries(notes, pool.kills, heldUp(history)),
    deployments: history.length,
    endings: endingsOf(history),
    events: history.reduce((sum, { events }) => sum + events.length, 0),
    effects: entries.filter(({ phase }) => phase === 'end').length,
    refused: entries.filter(({ phase }) => phase === 'refused').length,
    superseded: audited.superseded,
    lies: audited.lies,
    traffic: traffic.judged,
  };
}

/** What a deployment stands at and nobody is at work on, whoever had just looked at it. */
const RESTS: ReadonlySet<string> = new Set(
  ['gate_reached', 'waiting', 'paused', 'held'].map((it) => `deployment.${it}`),
);

/** Whether it only waited at that time, or a person had a hand in it. */
function heldUp(history: readonly Past[]): (deployment: string, span: Span) => boolean {
  const all = new Map(
    history.map(({ deployment, events }) => [deployment.id as string, events] as const),
  );
  return (deployment, { from, to }) => {
    const events = all.get(deployment) ?? [];
    const ordered = events.some(({ actor, at }) => actor === 'chaos' && at > from && at < to);
    const last = events.findLast(({ at }) => at <= from);
    return ordered || (last !== undefined && RESTS.has(last.event.type));
  };
}

function endingsOf(history: readonly Past[]): Readonly<Record<string, number>> {
  const endings: Record<string, number> = {};
  for (const { deployment } of history) {
    const { status } = deployment.state;
    endings[status] = (endings[status] ?? 0) + 1;
  }
  return endings;
}
