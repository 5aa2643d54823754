import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, refuse, type To } from './decision.js';
import { currentStep } from './effect-rules.js';
import { failure } from './failure.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';

type Executing = DeploymentIn<'executing'>;

export function startAnalysis(deployment: Executing, command: To<'start_analysis'>): Decision {
  const { step, progress } = command;
  if (deployment.analyses[step] !== undefined) return ok([]);
  const current = currentStep(deployment, step, 'analyze');
  if (current === null) return refuse(deployment, command);
  const { analysis, mode } = current;
  return ok([{ type: 'deployment.analysis_started', step, analysis, mode, progress }]);
}

/** Each round counts once, however often it is reported. */
export function measured(deployment: Executing, command: To<'measure'>): Decision {
  const { step, measurement } = command;
  const progress = deployment.analyses[step];
  if (progress === undefined) return refuse(deployment, command);
  if (progress.report !== null || measurement.round <= progress.progress.rounds) return ok([]);
  const { analysis } = progress;
  return ok([{ type: 'deployment.measured', step, analysis, measurement }]);
}

/** A verdict against the new version fails the deployment; one that says nothing does what the analysis says. */
export function conclude(deployment: Executing, command: To<'conclude_analysis'>): Decision {
  const { step, report } = command;
  const progress = deployment.analyses[step];
  if (progress === undefined) return refuse(deployment, command);
  if (progress.report !== null) return ok([]);
  const { analysis } = progress;
  const analyzed: PlanEvent = { type: 'deployment.analyzed', step, analysis, report };
  const said = `analysis ${analysis}: ${report.reason}`;
  if (report.verdict === 'unhealthy') return ok([analyzed, failure(deployment, said)]);
  if (report.verdict !== 'inconclusive') return ok([analyzed]);
  const spec = deployment.plan.analyses.find(({ name }) => name === analysis);
  if (spec?.onInconclusive === 'fail') return ok([analyzed, failure(deployment, said)]);
  if (spec?.onInconclusive === 'pass') return ok([analyzed]);
  return ok([analyzed, { type: 'deployment.paused', reason: said }]);
}
