import type { FaultKind } from './judge.js';
import type { Planted } from './plant.js';

/** A fault as somebody might write it one day. */
export interface PlantedFault extends Planted {
  /** What goes wrong then, in a sentence. */
  readonly says: string;
  /** What the lives must find of it. */
  readonly kind: FaultKind;
}

const RECONCILE = 'domain/reconcile';

/** Each of these must be found by the lives. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  {
    says: 'what the router and the checks say is ignored in the floor',
    file: 'domain/model/serving.ts',
    search: 'heldOut === null && (seen === undefined || seen.up === true);',
    replacement: 'heldOut === null || seen !== undefined;',
    kind: 'floor',
  },
  {
    says: 'whether a target is in rotation is ignored in the floor',
    file: 'domain/model/serving.ts',
    search: '  isOfferedTraffic(status) &&\n  status.weight.every(hasShare);',
    replacement: '  status.weight.every(hasShare);',
    kind: 'floor',
  },
  {
    says: 'whether a target has a share of the traffic is ignored in the floor',
    file: 'domain/model/serving.ts',
    search: '  isOfferedTraffic(status) &&\n  status.weight.every(hasShare);',
    replacement: '  isOfferedTraffic(status);',
    kind: 'floor',
  },
  {
    says: 'a target that only may serve is taken out as if it did not',
    file: 'domain/model/serving.ts',
    search: '  status.inRotation.includes(true) &&',
    replacement: '  sure(status.inRotation) === true &&',
    kind: 'floor',
  },
  {
    says: 'the floor is one too low',
    file: `${RECONCILE}/next-effects.ts`,
    search: 'if (!reaches(after, limits.floor)) {',
    replacement: 'if (!reaches(after, limits.floor - 1)) {',
    kind: 'floor',
  },
  {
    says: 'a target that is taken out costs one in the floor, whatever it can carry',
    file: `${RECONCILE}/next-effects.ts`,
    search: 'const after = left - together(capacities, gone);',
    replacement: 'const after = left - gone.length;',
    kind: 'floor',
  },
  {
    says: 'a shift gives all the same, whatever they can carry',
    file: `${RECONCILE}/shares/desired-shares.ts`,
    search: '(share * capacityOf(capacities, id)) / whole;',
    replacement: 'share / ids.length + 0 * capacityOf(capacities, id) * whole;',
    kind: 'end: share',
  },
  {
    says: 'traffic is moved without asking the floor',
    file: `${RECONCILE}/next-effects.ts`,
    search: 'const holds = reaches(after, floor) ||',
    replacement: 'const holds = floor >= 0 || reaches(after, floor) ||',
    kind: 'floor',
  },
  {
    says: 'what a person holds out is given back to the router',
    file: `${RECONCILE}/next-effects.ts`,
    search:
      'if (isHeldOut(status) || sure(status.inRotation) === true || !isWell(status)) continue;',
    replacement:
      'if ((!isHeldOut(status) && sure(status.inRotation) === true) || !isWell(status)) continue;',
    kind: 'admitted what is held out',
  },
  {
    says: 'a driver is called before the router was asked to drain the target',
    file: `${RECONCILE}/next-effects.ts`,
    search: 'const undrained = limits.routed ?',
    replacement: 'const undrained = limits.width < 0 ?',
    kind: 'applied in rotation',
  },
  {
    says: 'the intent to drain is taken for its end',
    file: `${RECONCILE}/evolve-status.ts`,
    search:
      'put(targets, event.target, ({ inRotation, closed }) => ({\n      inRotation: widened(inRotation, false),\n      ...drainAsOf(event, at),',
    replacement:
      'put(targets, event.target, ({ inRotation, closed }) => ({\n      inRotation: [false],\n      ...drainAsOf(event, at),',
    kind: 'claim: rotation',
  },
  {
    says: 'the intent to admit is taken for its end',
    file: `${RECONCILE}/evolve-status.ts`,
    search: '({ inRotation }) => ({\n      inRotation: widened(inRotation, true),\n    })',
    replacement: '() => ({\n      inRotation: [true],\n    })',
    kind: 'claim: rotation',
  },
  {
    says: 'the intent to move traffic is taken for its end',
    file: `${RECONCILE}/evolve-status.ts`,
    search: '({ weight: widened(weight, shareOf(shares, id)) })',
    replacement: '({ weight: [shareOf(shares, id) + 0 * weight.length] })',
    kind: 'claim: share',
  },
  {
    says: 'the intent to deploy is taken for its end',
    file: `${RECONCILE}/evolve-status.ts`,
    search: 'version: widened(was.version, ANYTHING, version),',
    replacement: 'version: [version],',
    kind: 'claim: version',
  },
  {
    says: 'what was asked for is believed against the router',
    file: 'domain/orchestrator/pass/look.ts',
    search: 'if (Object.keys(news).length > 0)',
    replacement: 'if (Object.keys(news).length > 1_000)',
    kind: 'end: share',
  },
  {
    says: 'a target is drained without the intent written first',
    file: 'domain/orchestrator/pass/wave.ts',
    search: '(effect) => journal.report(announcement(pass, effect, way)).refusal === null,',
    replacement:
      "(effect) => effect.kind === 'drain' || journal.report(announcement(pass, effect, way)).refusal === null,",
    kind: 'claim: rotation',
  },
  {
    says: 'nobody sees to the end of an earlier call',
    file: 'domain/orchestrator/pass/call-driver.ts',
    search: 'const wait = await driver.settle(call, abort);',
    replacement: 'const wait = 0;',
    kind: 'two calls at once',
  },
  {
    says: 'the way back gives every target the version that was active',
    file: `${RECONCILE}/desired.ts`,
    search: 'return version === ANYTHING ? declared.version : version;',
    replacement: 'return declared.version;',
    kind: 'end: version',
  },
  {
    says: 'a version is called active although a target failed to take it',
    file: 'domain/reconcile/service-change.ts',
    search: 'const active = tookVersion(after) ? entry : { ...entry, version: null };',
    replacement: 'const active = entry;',
    kind: 'active version',
  },
  {
    says: 'a rollback to a named version leaves those between on the stable versions',
    file: `${RECONCILE}/service-change.ts`,
    search: 'over: placesTaken(after.takesBack)',
    replacement: 'over: 0',
    kind: 'wrong way back',
  },
  {
    says: 'a rollback of a rollback leads forwards to what that took back',
    file: 'domain/model/deployment/takes-back.ts',
    search: 'deployment.succeeded && deployment.takesBack !== null',
    replacement: 'deployment.takesBack !== null && !deployment.succeeded',
    kind: 'wrong way back',
  },
  {
    says: 'a version is healthy on fewer rounds than its analysis is to have',
    file: 'domain/analysis/judge-metric.ts',
    search: "return look.final || shown ? 'healthy' : 'running';",
    replacement: "return 'healthy';",
    also: [
      {
        file: 'domain/analysis/judge-analysis.ts',
        search: "if (settled.verdict !== 'healthy' || round >= spec.count) return settled;",
        replacement: 'if (round > 0) return settled;',
      },
    ],
    kind: 'broke',
  },
  {
    says: 'a flag is set over what a person has made of it',
    file: 'domain/orchestrator/steps/set-flag.ts',
    search: 'const seen = forwards ? foreign?.mark : undefined;',
    replacement: "const seen = forwards ? 'any' : foreign?.mark;",
    kind: 'end: flag',
  },
];
