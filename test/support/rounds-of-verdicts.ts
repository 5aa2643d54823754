import { analysisStandings } from '../../src/domain/explain/analysis-standing.js';
import { gathered } from '../../src/domain/model/deployment/analysis-progress.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';

/**
 * The analyses that are shown as healthy on fewer rounds than they were to have, in sentences. An
 * analysis that is told to stop when it is shown to be healthy is to have only as many as that takes.
 */
export function healthyTooEarly(deployment: Deployment): readonly string[] {
  const { id, plan } = deployment;
  return analysisStandings(deployment).flatMap(({ step, analysis, report, rounds, of }) => {
    const spec = plan.analyses.find(({ name }) => name === analysis);
    if (report.verdict !== 'healthy' || spec?.stopWhenShown === true) return [];
    const early = rounds < of;
    const empty = report.metrics.flatMap(({ name, verdict, basis }) => {
      const measured = verdict === 'healthy' && basis === 'measured';
      const had = roundsWithData(deployment, step, name) ?? of;
      return measured && had < of ? [`${name} had data in ${had} of ${of} rounds`] : [];
    });
    return [
      ...(early ? [`${id}: ${analysis} is healthy after ${rounds} of ${of} rounds`] : []),
      ...empty.map((said) => `${id}: ${analysis} is healthy, but ${said}`),
    ];
  });
}

function roundsWithData({ analyses }: Deployment, step: number, name: string): number | undefined {
  const metric = analyses[step]?.progress.metrics.find((its) => its.name === name);
  return metric && gathered(metric).canary?.rounds;
}
