import type { CommandDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { Evidence } from '../../../domain/model/target.js';
import type { DriverFailure } from '../../../domain/ports/target-driver.js';
import { ok, type Result } from '../../../domain/model/result.js';
import type { ResolvedValues } from '../../net/resolve-secrets.js';
import { redact } from '../process/driver-environment.js';
import { failed } from '../process/driver-failure.js';
import type { LeftProcess } from '../process/call-processes.js';
import { lastBytes } from '../process/output-tail.js';
import type { CommandOutcome } from '../process/run-command.js';
import { type CommandRecord, isOpen } from './command-record.js';

type Answer = Result<Evidence, DriverFailure>;

interface Ran {
  readonly configured: ResolvedValues;
  readonly record: CommandRecord;
}

/** What the ending of a command means, and what it shows. */
export function judgeCommand(spec: CommandDriverSpec, outcome: CommandOutcome, ran: Ran): Answer {
  const { ending, durationMs } = outcome;
  const escaped = escapedText(outcome, ran.configured.secrets);
  const also = escaped === '' ? '' : `; it ${escaped}`;
  const output = lastBytes(redact(outcome.output, ran.configured.secrets), spec.keepOutput);
  const evidence = { output, durationMs };
  switch (ending.kind) {
    case 'exited': {
      const { exitCode } = ending;
      const shown = { evidence: { exitCode, ...evidence } };
      if (exitCode === 0) return succeeded(spec, outcome, { ...ran, evidence: shown.evidence });
      if (!isOpen(ran.record)) return takenOver();
      const transient = spec.transientExitCodes.includes(exitCode);
      // What the launcher exits with when it can't become the command, as any shell does.
      if (!transient && (exitCode === 126 || exitCode === 127)) {
        const message = `the command could not be run (exit code ${exitCode})`;
        return failed('driver/misconfigured', message, shown);
      }
      return failed('driver/rejected', `the command failed with exit code ${exitCode}${also}`, {
        transient,
        ...shown,
      });
    }
    case 'signalled':
      if (!isOpen(ran.record)) return takenOver();
      return failed('driver/rejected', `the command was ended by ${ending.signal}${also}`, {
        evidence,
      });
    case 'timed_out':
      return failed('driver/timeout', `the command took longer than ${spec.timeout} ms${also}`, {
        evidence,
      });
    case 'aborted':
      return failed('driver/aborted', `the command was stopped on request${also}`, { evidence });
    case 'not_started':
      return failed('driver/misconfigured', `the command could not start: ${ending.reason}`);
  }
}

const takenOver = (): Answer => failed('driver/fenced', 'a later run has ended this command');

interface Succeeded extends Ran {
  readonly evidence: Evidence;
}

function succeeded(
  { background }: CommandDriverSpec,
  outcome: CommandOutcome,
  { evidence, configured }: Succeeded,
): Answer {
  const left = redact(leftText(outcome), configured.secrets);
  if (left === '') return ok(evidence);
  if (background === 'keep') return ok({ ...evidence, background: left });
  return failed(
    'driver/rejected',
    `the command ended and left running: ${left}; what was found of it is ended. Let the command wait for it, or set \`background: keep\``,
    { evidence: { ...evidence, background: left } },
  );
}

/** What a command that failed, or was cut short, had started outside of its process group; empty where nothing. */
export function escapedText(
  { ending, ended, left }: CommandOutcome,
  secrets: readonly string[],
): string {
  if (ending.kind === 'exited' && ending.exitCode === 0) return '';
  const parts = [
    ...(ended.length > 0 ? [`had left its process group, and was ended: ${named(ended)}`] : []),
    ...(left.length > 0 ? [`can't be ended and still runs: ${named(left)}`] : []),
  ];
  return redact(parts.length === 0 ? '' : `started what ${parts.join('; and what ')}`, secrets);
}

function leftText({ left, outputHeld }: CommandOutcome): string {
  if (left.length > 0) return named(left);
  return outputHeld ? 'a process that was not found, and holds its output open' : '';
}

/** More are only counted: evidence is small. */
const NAMED = 5;

function named(processes: readonly LeftProcess[]): string {
  // What a service starts by itself comes and goes with it.
  const own = processes.filter(({ parent }) => !processes.some(({ pid }) => pid === parent));
  const shown = own.slice(0, NAMED).map(({ pid, command }) => `pid ${pid} (${command})`);
  if (own.length > NAMED) shown.push(`${own.length - NAMED} more`);
  return shown.join(', ');
}
