import { Command, CommanderError } from '@commander-js/extra-typings';
import { ConfigError } from '../contracts/problems/config-error.js';
import {
  MalformedRedisUrl,
  RedisRefused,
  RedisUnavailable,
} from '../contracts/problems/redis-problem.js';
import { InvalidRequest } from '../producers/publish-job.js';
import type { CliPorts } from './session/cli-ports.js';
import { CliRun, UsageError } from './session/cli-run.js';
import { addAbort } from './orders/abort.js';
import { addAcl } from './operating/acl.js';
import { addApprove } from './orders/approve.js';
import { addConfig } from './operating/config.js';
import { addDeploy } from './orders/deploy.js';
import { addDoctor } from './operating/doctor.js';
import { addEvents } from './reading/events.js';
import { addExplain } from './reading/explain.js';
import { addFlags } from './operating/flags.js';
import { addFreeze, addFreezes, addUnfreeze } from './orders/freeze.js';
import { addHistory } from './reading/history.js';
import { addLogs } from './reading/logs.js';
import { addOverride } from './orders/override.js';
import { addPause, addResume } from './orders/pause.js';
import { addPlan } from './orders/plan.js';
import { addPromote } from './orders/promote.js';
import { addPromotion } from './orders/promotion.js';
import { addReject } from './orders/reject.js';
import { addRelease } from './orders/release.js';
import { addReleaseAutomation } from './orders/release-automation.js';
import { addRepair } from './operating/repair.js';
import { addRetry } from './orders/retry.js';
import { addRollback } from './orders/rollback.js';
import { addServer } from './operating/server.js';
import { addSessions } from './operating/sessions.js';
import { addServices } from './reading/services.js';
import { addShow } from './reading/show.js';
import { addSimulate } from './reading/simulate.js';
import { addStatus } from './reading/status.js';
import { addToken } from './operating/token.js';
import { addUp } from './operating/up.js';
import { addVersions } from './reading/versions.js';
import { addWatch } from './reading/watch.js';
import { addWorker } from './operating/worker.js';
import { EXIT, type ExitCode, exitCodeOfSignal } from './session/exit-code.js';
import type { Program } from './session/flags.js';
import { unlessAborted } from './session/wake.js';
import { jsonText, printable } from './text/printable.js';

const COMMANDS = [
  addUp,
  addWorker,
  addServer,
  addPlan,
  addDeploy,
  addApprove,
  addReject,
  addPromote,
  addPause,
  addResume,
  addAbort,
  addRetry,
  addRollback,
  addOverride,
  addStatus,
  addServices,
  addVersions,
  addHistory,
  addShow,
  addExplain,
  addWatch,
  addEvents,
  addLogs,
  addSimulate,
  addRelease,
  addPromotion,
  addFreeze,
  addUnfreeze,
  addFreezes,
  addFlags,
  addReleaseAutomation,
  addConfig,
  addToken,
  addSessions,
  addAcl,
  (program: Program, run: CliRun) => addDoctor(program, run, run.ports.openDoctor),
  (program: Program, run: CliRun) => addRepair(program, run, run.ports.openRepair),
];

/** What they print is all that they do: the exit code of the others tells more than that. */
const PRINTING: ReadonlySet<string> = new Set([
  ...['status', 'services', 'versions', 'history', 'show', 'explain', 'events', 'logs'],
  ...['simulate', 'freezes', 'config', 'token', 'acl', 'doctor'],
]);

/**
 * Runs one command and answers the exit code; it never ends the process itself.
 *
 * @param argv what stands behind the program's name
 */
export async function runCli(argv: readonly string[], ports: CliPorts): Promise<number> {
  const run = new CliRun(ports);
  const work = untilStopped(runCommand(argv, run), run);
  const { lost = new AbortController().signal } = ports.stdout;
  const code = (await unlessAborted(work, lost)) ?? (run.onlyPrints ? EXIT.ok : await work);
  await ports.stdout.flush?.();
  return lost.aborted && !run.serves ? exitCodeWithout(run, code, lost.reason) : code;
}

async function untilStopped(work: Promise<ExitCode>, run: CliRun): Promise<ExitCode> {
  const { interrupted } = run.ports;
  const answer = await unlessAborted(work, interrupted, STOPPING_MS);
  if (answer !== null || !run.onlyAsks) return answer ?? work;
  run.out.note(
    'interrupted before Redis answered: what was asked for may be carried out all the same',
  );
  return exitCodeOfSignal(interrupted);
}

/** Who reads the exit code alone must not take what was never printed for success. */
function exitCodeWithout(run: CliRun, code: ExitCode, why: unknown): ExitCode {
  // Whoever reads us may have read enough, `signalbox deploy … --wait | grep -q planned`: the outcome counts.
  if (why === 'EPIPE') return code === EXIT.ok && run.onlyPrints ? EXIT.closedPipe : code;
  run.out.note(
    `error: standard output can't be written (${String(why)}): not everything was printed`,
  );
  return code === EXIT.ok ? EXIT.failed : code;
}

/** Whoever is told to stop has this long to say how things stand. */
const STOPPING_MS = 1_500;

async function runCommand(argv: readonly string[], run: CliRun): Promise<ExitCode> {
  try {
    await programFor(run).parseAsync([...argv], { from: 'user' });
    return run.exitCode;
  } catch (error) {
    return reportFailure(error, run.ports, argv.includes('--json'));
  }
}

function programFor(run: CliRun): Program {
  const { stdout, stderr } = run.ports;
  const program = new Command('signalbox')
    .description('Deployments as queue jobs')
    .version(run.ports.version)
    // So that `simulate --version` is its own, and not the program's.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      // Errors are reported in one place, on one line, as all others are.
      outputError: () => {},
    });
  for (const add of COMMANDS) add(program, run);
  program.hook('preSubcommand', (_, command) => {
    run.onlyPrints = PRINTING.has(command.name());
  });
  return program;
}

function reportFailure(
  thrown: unknown,
  { stderr, redisTrouble = (error) => error }: CliPorts,
  json: boolean,
): ExitCode {
  const error = redisTrouble(thrown);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    // The help was printed, as no command was named.
    if (error.code === 'commander.help') return EXIT.usage;
  }
  const message = messageOf(error);
  const problems = error instanceof ConfigError ? error.problems : [];
  // A configuration has one line a problem; whatever else is told on one line.
  const lines = problems.length > 0 ? message.split('\n') : [message];
  stderr.write(`error: ${lines.map(printable).join('\n')}\n`);
  if (json) {
    stderr.write(`${jsonText({ error: { message, ...(problems.length > 0 && { problems }) } })}\n`);
  }
  if (isUsage(error)) return EXIT.usage;
  return error instanceof RedisUnavailable ? EXIT.unreachable : EXIT.failed;
}

const isUsage = (error: unknown): boolean =>
  error instanceof CommanderError ||
  error instanceof UsageError ||
  error instanceof InvalidRequest ||
  error instanceof MalformedRedisUrl ||
  error instanceof RedisRefused;

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof MalformedRedisUrl) return `redis: ${error.message}`;
  if (!(error instanceof CommanderError)) return error.message;
  return error.message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
}
