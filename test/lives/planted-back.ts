import type { Planted } from './plant.js';

/** The fault that a case was once about, planted back. */
export interface PlantedBack extends Planted {
  /** How the test of the case begins. */
  readonly case: string;
  /** What is done then, as it was done once. */
  readonly says: string;
  /** In what the case says of it. */
  readonly shows: string;
}

const RECONCILE = 'domain/reconcile';
const ORCHESTRATOR = 'domain/orchestrator';

/** Each case of test/lives/left-by-others.test.ts and world-moves.test.ts, and a line that breaks it again. */
export const PLANTED_BACK: readonly PlantedBack[] = [
  {
    case: 'G',
    says: 'the shares that should be are those that the router is found with',
    file: `${ORCHESTRATOR}/steps/begin.ts`,
    search: 'if (declared !== null && declared.shares !== null) {',
    replacement: 'if (declared !== null && declared.shares !== null && router === null) {',
    shows: "expected 'rolled_back' to be 'completed'",
  },
  {
    case: 'D',
    says: 'whoever shifts no traffic leaves it where others put it',
    file: `${RECONCILE}/shares/desired-shares.ts`,
    search: 'if (step === undefined) return inheritedBy(updatedBy(deployment), deployment);',
    replacement: 'if (step === undefined) return null;',
    shows: "expected 'rolled_back' to be 'completed'",
  },
  {
    case: 'B2',
    says: 'targets are taken in the order of the plan, whatever others broke since',
    file: `${ORCHESTRATOR}/steps/begin.ts`,
    search: '!mayServe(statusOf({ targets: then }, id));',
    replacement: '!mayServe(statusOf({ targets: then }, id)) && targets.length === 0;',
    shows: "expected 'rolled_back' to be 'completed'",
  },
  {
    case: 'E',
    says: 'what another deployment left drained is not given back to the router',
    file: `${RECONCILE}/desired.ts`,
    search: '(ours(target, status) || isAsDeclared(deployment, target, status)),',
    replacement: 'ours(target, status),',
    shows: "expected 'rolled_back' to be 'completed'",
  },
  {
    case: 'A',
    says: 'the way back leaves the traffic as it is found',
    file: `${RECONCILE}/desired.ts`,
    search: '    shares: back,',
    replacement:
      '    shares: Object.fromEntries([...service.targets].map(([id, { weight }]) => [id, weight[0] ?? 0])),',
    shows: 'web-3 has the share 0.000, and was to have 0.333',
  },
  {
    case: 'A2',
    says: 'on the way back the traffic leaves all that was touched, also once that is back',
    file: `${RECONCILE}/carried-shares.ts`,
    search: 'leaves && versions.has(id) && !isDone(id, statusOf({ targets }, id));',
    replacement: 'leaves && versions.has(id);',
    shows: 'web-3 has the share 0.000, and was to have 0.333',
  },
  {
    case: 'F',
    says: 'whoever is to be drained may run anything from then on',
    file: `${RECONCILE}/evolve-status.ts`,
    search:
      'put(targets, event.target, ({ inRotation, closed }) => ({\n      inRotation: widened(inRotation, false),\n      ...drainAsOf(event, at),',
    replacement:
      'put(targets, event.target, ({ inRotation, closed, version }) => ({\n      version: widened(version, ANYTHING),\n      inRotation: widened(inRotation, false),\n      ...drainAsOf(event, at),',
    shows: 'to deep equally contain ObjectContaining',
  },
  {
    case: 'H: with one of two targets in maintenance',
    says: 'the floor counts what was asked for, and not what the router says of it',
    file: 'domain/model/serving.ts',
    search: 'heldOut === null && (seen === undefined || seen.up === true);',
    replacement: 'heldOut === null || seen !== undefined;',
    shows: 'left 0 to serve, before it were 1, and 1 must',
  },
  {
    case: 'H: a target whose process is dead',
    says: 'nobody takes in what the router sees up and down',
    file: `${ORCHESTRATOR}/pass/look.ts`,
    search: 'ups.set(id, { up: its.up });',
    replacement: '',
    shows: 'left 0 to serve, before it were 1, and 1 must',
  },
  {
    case: 'I',
    says: 'what a person holds out is given back to the router',
    file: `${RECONCILE}/next-effects.ts`,
    search:
      'if (isHeldOut(status) || sure(status.inRotation) === true || !isWell(status)) continue;',
    replacement:
      'if ((!isHeldOut(status) && sure(status.inRotation) === true) || !isWell(status)) continue;',
    shows: 'somebody holds it out',
  },
  {
    case: 'J',
    says: 'a router that can not be asked fails the step',
    file: `${ORCHESTRATOR}/pass/blocked.ts`,
    search: "journal.submit({ type: 'hold', hold: { ...hold, until: null } });",
    replacement:
      "if (hold.kind === 'router') journal.report(() => [{ type: 'deployment.rollback_started', reason: hold.reason, cause: 'failure' }]); else journal.submit({ type: 'hold', hold: { ...hold, until: null } });",
    shows: "expected 'rolled_back' to be 'completed'",
  },
];
