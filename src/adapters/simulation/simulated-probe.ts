import type { TargetId, Version } from '../../domain/ids.js';
import type { HealthProbe, Observation, ProbeSubject } from '../../domain/ports/health-probe.js';

/** What is wrong with a target that runs what it should; `null`: nothing. */
export type ProbeFault = (subject: ProbeSubject) => string | null;

/**
 * The same check, looking at simulated targets: healthy is what runs the
 * version that it is expected to run, unless a fault says otherwise.
 *
 * @param probe gives name, weight, thresholds and times
 * @param runs what each target really runs
 */
export function simulatedProbe(
  probe: Omit<HealthProbe, 'observe'>,
  runs: ReadonlyMap<TargetId, Version | null>,
  fault: ProbeFault = () => null,
): HealthProbe {
  const { name, kind, critical, timeoutMs, healthyThreshold, unhealthyThreshold, intervalMs } =
    probe;
  return {
    ...{ name, kind, critical, timeoutMs, healthyThreshold, unhealthyThreshold, intervalMs },
    observe: async (subject) => observation(wrongWith(subject, runs) ?? fault(subject)),
  };
}

/** A check of the service as a whole looks at no target. */
function wrongWith(
  { target, version }: ProbeSubject,
  runs: ReadonlyMap<TargetId, Version | null>,
): string | null {
  if (target === null) return null;
  const found = runs.get(target.id) ?? null;
  return found === version ? null : `runs ${found ?? 'nothing'}, not ${version ?? 'nothing'}`;
}

const observation = (problem: string | null): Observation => ({
  status: problem === null ? 'healthy' : 'unhealthy',
  message: problem ?? 'answers',
  latencyMs: 1,
  details: { simulated: true },
});
