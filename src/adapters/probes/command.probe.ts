import type { CommandCheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe, ProbeSubject } from '../../domain/ports/health-probe.js';
import { ok } from '../../domain/model/result.js';
import { markAlone } from '../drivers/process/call-processes.js';
import { basicVariables, redact, subjectVariables } from '../drivers/process/driver-environment.js';
import { fill, fillArgv, subjectPlaceholders } from '../drivers/process/placeholders.js';
import { runCommand, type CommandOutcome } from '../drivers/process/run-command.js';
import { resolveSecrets } from '../net/resolve-secrets.js';
import { healthy, probeOf, unhealthy, unknown, type Finding } from './observation.js';

/** A check only looks, so it needs no time to tidy up. */
const KILL_GRACE_MS = 200;
const KEEP_OUTPUT = 64 * 1024;

/** Runs a command of the operator's; its exit code and output are the answer. */
export function createCommandProbe(spec: CommandCheckSpec): HealthProbe {
  const probe = probeOf(spec, `command ${spec.argv.join(' ')}`, (subject, signal) =>
    look(spec, subject, signal),
  );
  return { ...probe, timeoutMs: spec.timeout + KILL_GRACE_MS };
}

async function look(
  spec: CommandCheckSpec,
  subject: ProbeSubject,
  signal: AbortSignal,
): Promise<Finding> {
  const values = subjectPlaceholders(subject);
  const argv = fillArgv(spec.argv, values);
  if (!argv.ok) return unknown(argv.error);
  const expected = spec.expectedOutput === undefined ? ok('') : fill(spec.expectedOutput, values);
  if (!expected.ok) return unknown(expected.error);
  const configured = await resolveSecrets(spec.env, process.env);
  if (!configured.ok) return unknown(configured.error);

  const outcome = await runCommand({
    argv: argv.value,
    cwd: spec.cwd,
    env: {
      ...basicVariables(process.env),
      ...configured.value.values,
      ...subjectVariables(subject),
    },
    call: markAlone(),
    timeoutMs: spec.timeout,
    killGraceMs: KILL_GRACE_MS,
    keepOutput: KEEP_OUTPUT,
    signal,
  });
  const { message, ...finding } = judge(spec, outcome, expected.value);
  return { ...finding, message: redact(message, configured.value.secrets) };
}

function judge(spec: CommandCheckSpec, outcome: CommandOutcome, expected: string): Finding {
  const { ending, output, stdout } = outcome;
  switch (ending.kind) {
    case 'not_started':
      return unknown(`the command could not be started: ${ending.reason}`);
    case 'aborted':
      return unknown('stopped before the command had ended');
    case 'timed_out':
      return unhealthy(`the command did not end within ${spec.timeout} ms`);
    case 'signalled':
      return unhealthy(`the command was ended by ${ending.signal}`);
    case 'exited': {
      const details = { exitCode: ending.exitCode };
      if (ending.exitCode !== spec.expectedExitCode) {
        const said = lastLine(output);
        const what = `exited with ${ending.exitCode}, expected ${spec.expectedExitCode}`;
        return unhealthy(said === '' ? what : `${what}: ${said}`, details);
      }
      return stdout.includes(expected)
        ? healthy(`exited with ${ending.exitCode}`, details)
        : unhealthy(`its output lacks ${JSON.stringify(expected)}`, details);
    }
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
