import { deploymentId, environmentName, type TargetId } from '../../../domain/model/ids.js';
import { type WorkOwed, workOwed } from '../../../domain/model/deployment/work-owed.js';
import { NO_PROGRESS } from '../../../domain/model/deployment/progress.js';
import { type Deployment, progressMap } from '../../../domain/model/deployment/deployment.js';
import { DEFAULT_POLICY } from '../../../domain/model/plan/policy.js';
import type { RecordedEvent } from '../../../domain/model/deployment/plan-event.js';
import type { TargetProgress } from '../../../domain/model/target.js';
import type { Freeze } from '../../../domain/model/plan/freeze.js';
import type { AutomationHold } from '../../../domain/model/hold.js';
import type { Claim, Notices } from '../../../domain/ports/deployment-store.js';
import type { Head } from './deployment-codec.js';
import { decodeService, pairs } from '../services/service-codec.js';

/** What a script answers: a word, and what its header says comes behind it. */
export type Reply = readonly (string | number | readonly (string | readonly string[])[])[];

const REFUSALS = {
  STALE: 'store/stale',
  FENCED: 'store/fenced',
  MISSING: 'store/missing',
} as const;

export function refusalOf(
  word: Reply[number] | undefined,
): (typeof REFUSALS)[keyof typeof REFUSALS] {
  if (word === 'STALE' || word === 'FENCED' || word === 'MISSING') return REFUSALS[word];
  throw new Error(`append-transition answered ${JSON.stringify(word)}`);
}

export function decodeClaim([word, record, targets, first, second, ...rest]: Reply): Claim {
  if (word === undefined || word === 'MISSING') return { kind: 'missing' };
  const deployment = decodeDeployment(listed(record), listed(targets));
  switch (word) {
    case 'NOT_OWED':
      return { kind: 'not_owed', deployment };
    case 'LEASED':
      return { kind: 'leased', deployment, ms: Number(first) };
    case 'WAITING':
      return {
        kind: 'waiting',
        deployment,
        holder: deploymentId(String(first)),
        notices: noticesOf([second ?? '', ...rest]),
      };
    case 'LIMITED':
      return { kind: 'limited', deployment, limit: { key: String(first), most: Number(second) } };
    case 'TAKEN': {
      const [place, environment] = [String(second), environmentName(String(rest[0]))];
      return {
        kind: 'taken',
        deployment,
        taken: { by: deploymentId(String(first)), environment, place },
      };
    }
    case 'CLAIMED':
      return {
        kind: 'claimed',
        deployment,
        fence: Number(first),
        service: decodeService(second),
        notices: noticesOf(rest),
      };
    default:
      throw new Error(`claim-work answered ${JSON.stringify(word)}`);
  }
}

function noticesOf([held, freezes]: Reply): Notices {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    automationHold: held ? (JSON.parse(String(held)) as AutomationHold) : null,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    freezes: listed(freezes).map((json) => JSON.parse(json) as Freeze),
  };
}

/** The work that a deployment in this status is owed, from a script's answer. */
export function owed(id: Reply[number], status: unknown, run: unknown): WorkOwed | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the three fields are looked at
  const view = { id: deploymentId(String(id)), state: { status }, run: Number(run) } as Deployment;
  return workOwed(view);
}

/** Reads what `HGETALL` of a deployment and of its targets answered, as flat lists. */
export function decodeDeployment(
  record: readonly string[],
  targets: readonly string[],
): Deployment {
  const fields = new Map(pairs(record));
  const read = (name: string): unknown => JSON.parse(fields.get(name) ?? 'null');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  const head = read('head') as Head;
  const progress = pairs(targets).map(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    ([id, json]) => [id as TargetId, JSON.parse(json) as TargetProgress] as const,
  );
  // Written by a release that knew fewer rules.
  const plan = { ...head.plan, policy: { ...DEFAULT_POLICY, ...head.plan.policy } };
  const deployment: unknown = {
    ...head,
    plan,
    trigger: head.trigger ?? 'person',
    // No release before it knew of rollbacks to a named version.
    rollback: head.rollback ?? null,
    takesBack: read('takesBack'),
    state: read('state'),
    targets: progressMap(plan, progress),
    previous: read('previous'),
    declared: read('declared'),
    shares: read('shares'),
    health: read('health'),
    progress: read('progress') ?? NO_PROGRESS,
    analyses: read('analyses') ?? {},
    succeeded: read('succeeded') === true,
    startedAt: read('startedAt'),
    endedAt: read('endedAt'),
    revision: Number(fields.get('rev')),
    run: Number(fields.get('run')),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  return deployment as Deployment;
}

export function decodeEvents(entries: readonly string[]): readonly RecordedEvent[] {
  return entries.map((entry, index) => ({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    ...(JSON.parse(entry) as Omit<RecordedEvent, 'sequence'>),
    sequence: index + 1,
  }));
}

const listed = (value: Reply[number] | undefined): readonly string[] =>
  Array.isArray(value) ? value : [];
