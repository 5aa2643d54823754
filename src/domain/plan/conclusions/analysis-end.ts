import type { AnalysisReport } from '../../model/deployment/analysis-report.js';
import type { Conclusion } from '../machine/decision.js';
import { failure } from '../machine/failure.js';
import type { PlanEvent } from '../../model/deployment/plan-event.js';

/** A verdict against the new version fails the deployment; one that says nothing does what the analysis says. */
export const analysisEnd =
  (step: number, report: AnalysisReport): Conclusion =>
  (deployment) => {
    const progress = deployment.analyses[step];
    if (deployment.state.status !== 'executing' || progress?.report !== null) return [];
    const { analysis } = progress;
    const analyzed: PlanEvent = { type: 'deployment.analyzed', step, analysis, report };
    const spec = deployment.plan.analyses.find(({ name }) => name === analysis);
    const { verdict } = report;
    const comesTo = verdict === 'inconclusive' ? (spec?.onInconclusive ?? 'pause') : verdict;
    const reason = `analysis ${analysis}: ${report.reason}`;
    if (comesTo === 'unhealthy' || comesTo === 'fail') {
      return [analyzed, failure(deployment, reason)];
    }
    return comesTo === 'pause' ? [analyzed, { type: 'deployment.paused', reason }] : [analyzed];
  };
