import { z } from 'zod';
import type { CommandDriverSpec, ObserveSpec } from '../../../contracts/config/driver.schema.js';
import { DeploymentIdSchema, VersionSchema } from '../../../contracts/values/schemas.js';
import type { TargetObservation, UnsettledCall } from '../../../domain/ports/target-driver.js';
import { resolveSecrets } from '../../net/resolve-secrets.js';
import { markAlone } from '../process/call-processes.js';
import {
  basicVariables,
  observationVariables,
  type WorkerEnvironment,
} from '../process/driver-environment.js';
import { fillArgv, subjectPlaceholders } from '../process/placeholders.js';
import { runCommand } from '../process/run-command.js';

/** All three, or it is not known whose work it shows; more may be there for people to read. */
const MarkSchema = z.object({
  version: VersionSchema,
  deploymentId: DeploymentIdSchema,
  fence: z.int().positive(),
});

/** It only looks, so it needs no time to tidy up. */
const KILL_GRACE_MS = 200;
const MOST_BYTES = 16 * 1024;

/** Asks a command of the operator's what the target runs; anything but a clear answer is none. */
export async function observeByCommand(
  { env, cwd }: CommandDriverSpec,
  { argv: template, timeout }: ObserveSpec,
  environment: WorkerEnvironment,
  call: UnsettledCall,
  signal: AbortSignal,
): Promise<TargetObservation | null> {
  const argv = fillArgv(template, subjectPlaceholders({ ...call, version: null }));
  const configured = await resolveSecrets(env, environment);
  if (!argv.ok || !configured.ok) return null;
  const { ending, stdout } = await runCommand({
    argv: argv.value,
    cwd,
    env: {
      ...basicVariables(environment),
      ...configured.value.values,
      ...observationVariables(call),
    },
    call: markAlone(),
    timeoutMs: timeout,
    killGraceMs: KILL_GRACE_MS,
    keepOutput: MOST_BYTES,
    signal,
  });
  return ending.kind === 'exited' && ending.exitCode === 0 ? markIn(stdout) : null;
}

function markIn(text: string): TargetObservation | null {
  try {
    return MarkSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
