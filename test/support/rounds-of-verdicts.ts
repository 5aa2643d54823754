import { analysisStandings } from '../../src/domain/explain/analysis-standing.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';

/**
 * The analyses that are shown as healthy on fewer rounds than they were to have, in sentences. An
 * analysis that is told to stop when it is shown to be healthy is to have only as many as that takes.
 */
export function healthyTooEarly(deployment: Deployment): readonly string[] {
  const { id, plan } = deployment;
  return analysisStandings(deployment).flatMap(({ analysis, report, rounds, of }) => {
    const spec = plan.analyses.find(({ name }) => name === analysis);
    const early = report.verdict === 'healthy' && rounds < of && spec?.stopWhenShown !== true;
    return early ? [`${id}: ${analysis} is healthy after ${rounds} of ${of} rounds`] : [];
  });
}
