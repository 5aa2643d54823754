import type { Finding } from '../audit/findings/finding.js';
import { serviceKey } from '../model/ids.js';
import { workOwed } from '../model/deployment/work-owed.js';
import { dueAt } from '../orchestrator/claim/work-plan.js';
import { isTerminal } from '../model/deployment/plan-state.js';
import type { Snapshot, StoredDeployment } from '../ports/audit-source.js';
import type { IndexPlace, Remedy, SlotAct } from './repair.js';

type Indexed = 'open' | 'due' | 'history' | 'limit';

const SET_ASIDE =
  'its record cannot be read: keep a copy of its keys, and put its fields back from a backup';

/** What puts a deployment into the places that its own record says it belongs in. */
export function deploymentRemedies(
  { invariant }: Finding,
  snapshot: Snapshot,
  limits: readonly string[],
): readonly Remedy[] {
  if (snapshot.kind === 'unreadable') return [{ why: SET_ASIDE }];
  if (snapshot.kind === 'missing') return withoutRecord(invariant, snapshot, limits);
  return OF_STORED[invariant]?.(snapshot) ?? [];
}

/** Whatever names what is not there stops to. */
function withoutRecord(
  invariant: Finding['invariant'],
  { id: deploymentId, listed }: Extract<Snapshot, { kind: 'missing' }>,
  limits: readonly string[],
): readonly Remedy[] {
  const places: Readonly<Partial<Record<Finding['invariant'], readonly IndexPlace[]>>> = {
    history_complete: listed ? [{ name: 'history' }] : [],
    open_complete: [{ name: 'open' }],
    due_complete: [{ name: 'due' }],
    limits_kept: limits.map((key) => ({ name: 'limit', key })),
  };
  return (places[invariant] ?? []).map((place) => ({
    repair: { kind: 'index', place, deploymentId, put: false, revision: null, score: null },
  }));
}

function fields({
  id: deploymentId,
  deployment,
  status,
  service,
}: StoredDeployment): readonly Remedy[] {
  const { revision, state } = deployment;
  const pairs = [
    ['status', status, state.status],
    ['svc', service, serviceKey(deployment)],
  ] as const;
  return pairs.flatMap(([field, had, value]) =>
    had === value ? [] : [{ repair: { kind: 'field', field, deploymentId, revision, had, value } }],
  );
}

function moved(
  { id: deploymentId, deployment }: StoredDeployment,
  place: Extract<IndexPlace, { name: Indexed | 'service_history' }>,
  put: boolean,
  score: number | null,
): Remedy {
  const { revision } = deployment;
  return { repair: { kind: 'index', place, deploymentId, put, revision, score } };
}

function history(snapshot: StoredDeployment): readonly Remedy[] {
  const { deployment, listed, listedByService } = snapshot;
  const { createdAt, environment, service } = deployment;
  const its = { name: 'service_history', service: { environment, service } } as const;
  return [
    ...(listed ? [] : [moved(snapshot, { name: 'history' }, true, createdAt)]),
    ...(listedByService ? [] : [moved(snapshot, its, true, createdAt)]),
  ];
}

function open(snapshot: StoredDeployment): readonly Remedy[] {
  const { deployment, open: listed } = snapshot;
  const should = !isTerminal(deployment.state.status);
  if (listed === should) return [];
  return [moved(snapshot, { name: 'open' }, should, should ? deployment.createdAt : null)];
}

/** Put there it is found at once, by whoever rescues, and its work is published again. */
function due(snapshot: StoredDeployment): readonly Remedy[] {
  const { deployment, due: listed } = snapshot;
  const at = dueAt(deployment);
  const should = workOwed(deployment) !== null || at !== null;
  if (listed === should) return [];
  return [moved(snapshot, { name: 'due' }, should, should ? at : null)];
}

const UNDER_WAY: ReadonlySet<string> = new Set(['executing', 'verifying', 'paused']);

function counts(snapshot: StoredDeployment): readonly Remedy[] {
  const { deployment, counted } = snapshot;
  const { status } = deployment.state;
  const idle = isTerminal(status) || status === 'draft';
  return deployment.plan.limits.flatMap(({ key }) => {
    const is = counted.includes(key);
    const wrong = UNDER_WAY.has(status) ? !is : is && idle;
    return wrong ? [moved(snapshot, { name: 'limit', key }, !is, null)] : [];
  });
}

function slot(snapshot: StoredDeployment): readonly Remedy[] {
  const { id: deploymentId, deployment } = snapshot;
  const { revision, environment, service } = deployment;
  return slotActs(snapshot).map((act) => ({
    repair: { kind: 'slot', act, service: { environment, service }, deploymentId, revision },
  }));
}

function slotActs({ deployment, holds, inLine }: StoredDeployment): readonly SlotAct[] {
  const { status } = deployment.state;
  const leave: readonly SlotAct[] = inLine ? ['leave'] : [];
  if (isTerminal(status) || status === 'draft') return holds ? ['free', ...leave] : leave;
  if (holds) return leave;
  if (UNDER_WAY.has(status)) return ['give'];
  if (inLine || (status === 'approved' && deployment.progress.hold !== null)) return [];
  return [status === 'rolling_back' ? 'jump' : 'join'];
}

const OF_STORED: {
  readonly [I in Finding['invariant']]?: (snapshot: StoredDeployment) => readonly Remedy[];
} = {
  record_readable: fields,
  history_complete: history,
  open_complete: open,
  due_complete: due,
  limits_kept: counts,
  slot_held: slot,
};
