import type { TargetId, Version } from '../../domain/model/ids.js';
import type { HealthProbe, Observation, ProbeSubject } from '../../domain/ports/health-probe.js';

/** What is wrong with a target that runs what it should, or what is seen of it instead; `null`: it is well. */
export type ProbeFault = (
  subject: ProbeSubject,
) => string | Pick<Observation, 'status' | 'message'> | null;

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
    observe: async (subject, signal) => {
      if (signal.aborted) return observation({ status: 'unknown', message: 'stopped' });
      const problem = wrongWith(subject, runs) ?? fault(subject) ?? WELL;
      return observation(
        typeof problem === 'string' ? { status: 'unhealthy', message: problem } : problem,
      );
    },
  };
}

const WELL = { status: 'healthy', message: 'answers' } as const;

/** A check of the service as a whole looks at no target. */
function wrongWith(
  { target, version }: ProbeSubject,
  runs: ReadonlyMap<TargetId, Version | null>,
): string | null {
  if (target === null) return null;
  const found = runs.get(target.id) ?? null;
  return found === version ? null : `runs ${found ?? 'nothing'}, not ${version ?? 'nothing'}`;
}

const observation = (seen: Pick<Observation, 'status' | 'message'>): Observation => ({
  ...seen,
  latencyMs: 1,
  details: { simulated: true },
});
