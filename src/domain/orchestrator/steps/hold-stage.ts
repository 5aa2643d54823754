import { capacitiesIn, floorIn, stepsOf } from '../../model/deployment/deployment.js';
import type { Step } from '../../model/plan/step.js';
import { type ActingStep, desiredAt } from '../../reconcile/desired.js';
import type { Turn } from '../../reconcile/effect.js';
import { nextEffects } from '../../reconcile/next-effects.js';
import type { Pass, WaitUntil } from '../pass/pass.js';
import { takeActingStep } from './take-acting-step.js';

/**
 * Before it waits: where the traffic is known to be other than the steps behind
 * left it, it is put right. A retry finds it so when the router has started anew
 * since.
 */
export async function holdStage(pass: Pass, number: number): Promise<WaitUntil> {
  const { journal, router } = pass;
  const steps = stepsOf(journal.deployment);
  const stage = steps.findLastIndex((step, at) => at < number && isActing(step));
  const step = steps[stage];
  if (router === null || step === undefined || !isActing(step)) return null;
  const desired = desiredAt(journal.deployment, step, stage);
  const limits = {
    ...{ floor: floorIn(journal.deployment), capacities: capacitiesIn(journal.deployment) },
    ...{ width: 1, routed: true, turnOf: (): Turn => 'given_up' },
  };
  const next = nextEffects(journal.service, desired, limits);
  return next.kind === 'effects' ? takeActingStep(pass, step, stage, number) : null;
}

const isActing = (step: Step): step is ActingStep =>
  step.kind === 'deploy' ||
  step.kind === 'check' ||
  step.kind === 'shift' ||
  step.kind === 'close' ||
  step.kind === 'retire';
