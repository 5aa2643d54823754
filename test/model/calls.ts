import type { DeploymentId } from '../../src/domain/model/ids.js';
import { workOwed } from '../../src/domain/model/deployment/work-owed.js';
import type { Claim } from '../../src/domain/ports/deployment-store.js';
import { aDraft, type DeploymentFixture } from '../support/fixtures.js';
import type { Move } from './moves.js';
import { at, type Call, keyed, type Stage, WORKERS } from './stage.js';
import { again, order, work } from './writes.js';

type MoveOf<Do extends Move['do']> = Extract<Move, { do: Do }>;

const limits = [{ key: 'environment:production', most: 1 }];
/** Kinds of deployments: each is the one thing or another to the store. */
const KINDS: readonly DeploymentFixture[] = [
  {},
  { policy: { approval: 'required', approvalExpiry: 3_600_000 } },
  { policy: { onFailure: 'hold', retries: 1 }, limits },
  {
    policy: { afterRollback: 'continue', startBy: 60_000 },
    strategy: { kind: 'rolling', batchSize: '100%' },
    trigger: 'automation',
    limits,
  },
];

/** The call that a move comes to; `null` where there is nothing yet to make it with. */
export function callFor(stage: Stage, move: Move): Call | null {
  switch (move.do) {
    case 'create':
      return create(stage, move);
    case 'claim':
      return claim(stage, move);
    case 'work':
      return work(stage, move);
    case 'order':
      return order(stage, move);
    case 'again':
      return again(stage, move.which);
    case 'renew':
      return renew(stage, move);
    case 'release':
      return release(stage, move);
    case 'overdue':
      return overdue(stage, move.limit);
    case 'lead':
      return lead(stage, move);
    case 'postpone':
    case 'renewWork':
    case 'expireLease':
      return look(stage, move);
  }
}

function create(
  { subject, model }: Stage,
  { key, asked, approve, policy, twice }: MoveOf<'create'>,
) {
  const { id, ref } = keyed(key);
  const { deployment, events } = aDraft({
    ...{ id, ref, approve, version: `1.${key}.${asked}`, digest: `asked-${asked}` },
    ...{ at: 1_000 + key, ...KINDS[policy] },
  });
  return {
    ...{ name: 'create', twice },
    ask: () => subject.store.create(deployment, events),
    expected: () => model.create(deployment, events),
  };
}

function claim(stage: Stage, { which, worker: n, kind: asked, leaseMs, twice }: MoveOf<'claim'>) {
  const { subject, model, sessions } = stage;
  const id = stage.any(which);
  const worker = at(WORKERS, n) ?? 'w1';
  const known = model.deployments.get(id)?.deployment;
  const kind = asked === 'owed' ? ((known && workOwed(known)?.kind) ?? 'execute') : asked;
  let first: Claim | null = null;
  return {
    ...{ name: 'claim', twice },
    ask: () => subject.store.claim(id, { kind, worker, leaseMs }),
    expected: () => {
      const answer = model.claim(id, { kind, worker, leaseMs });
      first ??= answer;
      return answer;
    },
    // Whoever lost the reply to a claim never learns of it; here he does, and is a zombie the sooner.
    after: () => {
      if (first?.kind !== 'claimed') return;
      const { fence, service, deployment: view } = first;
      sessions.push({ id, worker, fence, service, view });
    },
  };
}

function renew(stage: Stage, { session: which, leaseMs }: MoveOf<'renew'>): Call | null {
  const session = stage.session(which);
  if (session === undefined) return null;
  const { id, fence } = session;
  return {
    name: 'renew',
    ask: () => stage.subject.store.renew(id, fence, leaseMs),
    expected: () => stage.model.renew(id, fence, leaseMs),
  };
}

function release(stage: Stage, { session: which, dueAt, leave, twice }: MoveOf<'release'>) {
  const session = stage.session(which);
  if (session === undefined) return null;
  const { id, fence } = session;
  return {
    ...{ name: leave ? 'leave' : 'release', twice },
    ask: () => stage.subject.store.release(id, fence, dueAt, leave),
    expected: () => stage.model.release(id, fence, dueAt, leave),
  };
}

function look(stage: Stage, move: MoveOf<'postpone' | 'renewWork' | 'expireLease'>): Call {
  const { subject, model } = stage;
  const id = stage.any(move.which);
  const name = move.do;
  if (move.do === 'renewWork') {
    return {
      name,
      ask: () => subject.store.renewWork(id),
      expected: () => model.renewWork(id),
    };
  }
  if (move.do === 'expireLease') {
    return { name, ask: () => subject.expireLease(id), expected: () => model.expire(id) };
  }
  return {
    name,
    ask: () => subject.store.postpone(id, move.ms),
    expected: () => model.postpone(id, move.ms),
  };
}

/** Which are due depends on the moment: what is due for certain is there, what certainly is not is not. */
function overdue({ subject, model }: Stage, limit: number): Call {
  let found: readonly DeploymentId[] = [];
  return {
    name: 'overdue',
    ask: async () => {
      found = await subject.store.overdue(limit);
      return [];
    },
    expected: () => {
      if (!subject.exact) return [];
      const dues = [...model.deployments].flatMap(([id, { due }]) => (due ? [{ id, due }] : []));
      const may = dues.filter(({ due }) => due.from <= model.during.to).map(({ id }) => id);
      const must = dues.filter(({ due }) => due.to < model.during.from).map(({ id }) => id);
      const wrong = found.filter((id) => !may.includes(id));
      const missed = found.length < limit ? must.filter((id) => !found.includes(id)) : [];
      const dueOf = found.map((id) => dues.find((each) => each.id === id)?.due);
      const early = dueOf.filter((due, n) => n > 0 && (due?.to ?? 0) < (dueOf[n - 1]?.from ?? 0));
      return [...wrong, ...missed, ...early];
    },
  };
}

function lead({ subject, model }: Stage, { worker: n, expired }: MoveOf<'lead'>): Call {
  const worker = at(WORKERS, n) ?? 'w1';
  return {
    name: 'lead',
    ask: async () => {
      if (expired) await subject.expireLeader();
      return subject.store.lead(worker, 600_000);
    },
    expected: () => {
      if (expired) model.leader = null;
      return model.lead(worker);
    },
  };
}
