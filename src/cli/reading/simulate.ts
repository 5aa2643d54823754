import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import {
  runsByVersion,
  type Simulated,
  simulationView,
} from '../../contracts/views/simulation-view.js';
import { eventViews } from '../../contracts/views/deployment-view.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { exitCodeOf } from '../session/exit-code.js';
import type { Program } from '../session/flags.js';
import { outcomeLine, writePlan } from '../render/deployment-text.js';
import { simulationTimeline } from '../render/simulation-timeline.js';
import { count } from '../render/step-text.js';
import { durationText } from '../text/time-text.js';
import { sleep } from '../session/wake.js';

export function addSimulate(program: Program, run: CliRun): void {
  simulateCommand(program).action(async (spec, flags) => {
    const { json, speed, fail, ...circumstances } = flags;
    const answer = await run.ports.simulate({ ...circumstances, spec, faults: fail ?? [] });
    if (!answer.ok) throw new UsageError(`${answer.error.path}: ${answer.error.message}`);
    const simulated = answer.value;
    if (json) run.out.json(simulationView(simulated));
    else await writeSimulated(run, simulated, speed);
    run.exitCode = exitCodeOf(simulated.deployment.state.status);
  });
}

const simulateCommand = (program: Program) =>
  program
    .command('simulate')
    .description('carry a plan out on a virtual clock, with no Redis and no targets')
    .argument(
      '<spec>',
      'a small spec or a whole configuration: YAML or JSON, a configuration also TypeScript',
    )
    .option('--service <name>', 'which of a configuration’s services')
    .option('-e, --environment <name>', 'else production')
    .option('--version <version>', 'what is deployed')
    .option('--previous <version>', 'what is live before it')
    .option('--first', 'nothing is live before it')
    .option(
      '--fail <fault>',
      'target=2 (the second target), web-2, web-2=2 (its first two calls), web-2=hang, web-2=lie, web-2=10m, restore:web-2, check:web-2, router, flag, metrics, source or worker=5 (dies at its fifth call to the store); repeatable',
      gather,
    )
    .option('--metrics <file>', 'what metric sources answer: YAML, JSON or CSV')
    .addOption(
      new Option('--gates <what>', 'promoted at once, left to their timeouts, or the end').choices([
        'promote',
        'timeout',
        'wait',
      ] as const),
    )
    .option('--at <time>', 'when it is planned, such as 2026-12-24T10:00; UTC without an offset')
    .option('--call-time <time>', 'how long one driver call takes: 5s, or 2s..20s')
    .option('--seed <seed>', 'for what is drawn')
    .option('--speed <factor>', 'play it at 1000x instead of printing it at once', parseSpeed)
    .option('--json', 'print JSON, for programs');

const gather = (text: string, before: string[] = []): string[] => [...before, text];

function parseSpeed(text: string): number {
  const factor = /^\d+(?:\.\d+)?x?$/.test(text) ? Number.parseFloat(text) : 0;
  if (factor > 0) return factor;
  throw new InvalidArgumentError('expected a factor such as 1000x');
}

async function writeSimulated(
  run: CliRun,
  simulated: Simulated,
  speed: number | undefined,
): Promise<void> {
  const { out } = run;
  const { deployment, events, startedAt, endedAt, waitsFor } = simulated;
  writePlan(out, { ...deployment, state: { status: 'draft' } });
  out.line('');
  let now = startedAt;
  for (const { at, segments } of simulationTimeline(eventViews(deployment, events), startedAt)) {
    if (speed !== undefined) await sleep((at - now) / speed, run.ports.interrupted);
    if (run.ports.interrupted.aborted) break;
    now = Math.max(now, at);
    out.line(...segments);
  }
  out.line('');
  out.line(...outcomeLine(deployment));
  if (waitsFor !== null) out.line(['warn', `waits for ${waitsFor}`]);
  const runs = runsByVersion(simulated)
    .map(({ version, targets }) => `${count(targets, 'target')} on ${version ?? 'nothing'}`)
    .join(', ');
  out.line(['faint', `simulated ${durationText(endedAt - startedAt)}: ${runs}`]);
}
