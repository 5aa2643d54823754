import type { CommandDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { Evidence } from '../../../domain/model/target.js';
import type {
  DriverCall,
  DriverFailure,
  TargetDriver,
  UnsettledCall,
} from '../../../domain/ports/target-driver.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { close, CommandRecords, endCommand, isHere } from './command-record.js';
import type { DriverDependencies } from '../process/driver-dependencies.js';
import { basicVariables, callVariables } from '../process/driver-environment.js';
import { resolveSecrets } from '../../net/resolve-secrets.js';
import { failed, messageOf } from '../process/driver-failure.js';
import { startProblem } from '../process/find-executable.js';
import { leashed } from '../process/launcher.js';
import { observeByCommand } from './observe-command.js';
import {
  callPlaceholders,
  fillArgv,
  placeholdersIn,
  templateProblem,
  type TemplateUse,
} from '../process/placeholders.js';
import { OutputLines } from '../process/output-lines.js';
import { runCommand } from '../process/run-command.js';
import { escapedText, judgeCommand } from './judge-command.js';
import { registerWorker, workedHere } from './worker-register.js';

type Argv = readonly [string, ...string[]];
type Answer = Result<Evidence, DriverFailure>;

/** Read beyond what is kept, so that a secret that is cut in half falls in the part that is dropped. */
const MARGIN_BYTES = 4_096;
/** What starting, killing and collecting may take on top of the command's own time. */
const OVERHEAD_MS = 10_000;

/**
 * Puts a version on a target by running a command for it. It can't make a remote
 * target refuse an older call, so it holds no fence; but on one machine it ends
 * what an older call still runs before it starts anything.
 *
 * @throws TypeError for a template that no call can fill
 */
export function createCommandDriver(
  spec: CommandDriverSpec,
  dependencies: DriverDependencies,
): TargetDriver {
  for (const argv of [spec.argv, spec.rollbackArgv ?? spec.argv]) refuseBadTemplates(spec, argv);
  const { stateDir, workerId, environment } = dependencies;
  const { observe } = spec;
  if (observe) refuseUnknown(observe.argv, 'observation');
  if (workerId !== undefined) registerWorker(stateDir, workerId);
  return {
    kind: spec.kind,
    fences: false,
    removes: false,
    timeoutMs: spec.timeout + 2 * spec.killGrace + OVERHEAD_MS,
    apply: async (call, signal) => {
      try {
        return await apply(spec, dependencies, call, signal);
      } catch (error) {
        // What its own files and folders do to it; a command only ever answers with an ending.
        return failed('driver/misconfigured', `the state folder: ${messageOf(error)}`);
      }
    },
    settle: (call) => settle(spec, dependencies, call),
    ...(observe && {
      observe: (call, signal) => observeByCommand(spec, observe, environment, call, signal),
    }),
  };
}

async function apply(
  spec: CommandDriverSpec,
  { stateDir, environment, output }: DriverDependencies,
  call: DriverCall,
  signal: AbortSignal,
): Promise<Answer> {
  if (call.version === null) {
    return failed('driver/misconfigured', 'a command can put a version, and cannot remove one');
  }
  const argv = commandFor(spec, call);
  if (!argv.ok) return failed('driver/misconfigured', argv.error);
  const configured = await resolveSecrets(spec.env, environment);
  if (!configured.ok) return failed('driver/misconfigured', configured.error);
  const env = {
    ...basicVariables(environment),
    ...configured.value.values,
    ...callVariables(call),
  };
  const problem = await startProblem(argv.value[0], { cwd: spec.cwd, env });
  if (problem !== null) return failed('driver/misconfigured', problem);

  const records = new CommandRecords(stateDir, call);
  const refusal = await endOlder(records, call, spec.killGrace);
  if (refusal !== null) return refusal;
  const record = await records.open(call, environment);
  const said = output?.open(call);
  const lines = new OutputLines(configured.value.secrets, (some) => said?.write(some));
  const outcome = await runCommand({
    argv: leashed(argv.value, {
      pidFile: record.pidFile,
      permit: record.path,
      killGraceMs: spec.killGrace,
      cgroup: record.cgroup,
    }),
    cwd: spec.cwd,
    env,
    call: record,
    namesLeft: true,
    timeoutMs: spec.timeout,
    killGraceMs: spec.killGrace,
    keepOutput: spec.keepOutput + MARGIN_BYTES,
    signal,
    leash: true,
    onOutput: said && ((chunk) => lines.push(chunk)),
  });
  lines.end();
  const escaped = escapedText(outcome, configured.value.secrets);
  if (escaped !== '') said?.write([`signalbox: the command ${escaped}`]);
  said?.end();
  const answer = judgeCommand(spec, outcome, { configured: configured.value, record });
  // After a failure nothing is left of it; after a success the command may have left a service.
  if (answer.ok) await close(record);
  else await endCommand(record, spec.killGrace);
  return answer;
}

/** Two commands on one target at a time would undo each other's work. */
async function endOlder(
  records: CommandRecords,
  call: DriverCall,
  killGraceMs: number,
): Promise<Answer | null> {
  if (await records.isSettled(call)) {
    return failed('driver/fenced', `fence ${call.fence} was settled by a later run`);
  }
  const running = (await records.all()).filter(isHere);
  const newer = running.find(({ fence }) => fence > call.fence);
  if (newer) return failed('driver/fenced', `fence ${newer.fence} is at work on this target`);
  const ended = await Promise.all(running.map((record) => endCommand(record, killGraceMs)));
  return ended.every(Boolean)
    ? null
    : failed('driver/unreachable', 'what an earlier call started can not be killed');
}

async function settle(
  spec: CommandDriverSpec,
  { stateDir, clock }: DriverDependencies,
  call: UnsettledCall,
): Promise<number> {
  const ENDS_MS = 1_000;
  const records = new CommandRecords(stateDir, call);
  await records.markSettled(call);
  const older = (await records.all()).filter(({ fence }) => fence <= call.fence);
  const here = older.filter(isHere);
  const ended = await Promise.all(here.map((record) => endCommand(record, spec.killGrace)));
  if (!ended.every(Boolean)) return ENDS_MS;
  const madeHere =
    (await records.wasMadeHere(call)) ||
    (call.worker !== null && (await workedHere(stateDir, call.worker)));
  // Elsewhere it can't be looked for; it has ended when its time is over, for its leash ends it with its worker.
  if (madeHere || call.calledAt === null) return 0;
  return Math.max(0, call.calledAt + spec.timeout + spec.killGrace - clock.now());
}

function commandFor(spec: CommandDriverSpec, call: DriverCall): Result<Argv, string> {
  const argv = call.action === 'rollback' ? (spec.rollbackArgv ?? spec.argv) : spec.argv;
  if (spec.shell) return ok(['/bin/sh', '-c', argv.join(' ')]);
  return fillArgv(argv, callPlaceholders(call));
}

function refuseUnknown(argv: Argv, use: TemplateUse): void {
  for (const element of argv) {
    const problem = templateProblem(element, use);
    if (problem !== null) throw new TypeError(problem);
  }
}

function refuseBadTemplates({ shell }: CommandDriverSpec, argv: Argv): void {
  if (!shell) return refuseUnknown(argv, 'call');
  for (const element of argv) {
    // ${name} is the shell's own.
    const names = placeholdersIn(element.replaceAll(/\$\{[^}]*\}/g, ''));
    const name = names.find((one) => templateProblem(`{${one}}`, 'call') === null);
    if (name === undefined) continue;
    throw new TypeError(
      `{${name}} inside a shell command would be read as shell; use "$SIGNALBOX_…" variables instead`,
    );
  }
}
