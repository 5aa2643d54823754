import { InvalidArgumentError } from '@commander-js/extra-typings';
import { type CloudEvent, cloudEvent } from '../../contracts/events/cloud-event.schema.js';
import { DEFAULT_NAMESPACE } from '../../contracts/values/namespace.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { DeploymentEvent, EventPosition } from '../../domain/ports/event-log.js';
import { gapBehind } from '../../events/position-gap.js';
import type { GapPolicy } from '../../events/read-events.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, type CommonFlags, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import {
  commandOf,
  parseDeploymentId,
  parseEnvironment,
  parseService,
  type Program,
} from '../session/flags.js';
import { backlog } from '../follow/event-backlog.js';
import { dateTimeText } from '../text/time-text.js';
import { timelineLine } from '../render/timeline.js';

export function addEvents(program: Program, run: CliRun): void {
  commandOf(program, 'events')
    .description('what happens, one event a line')
    .option('--service <name>', 'only this service', parseService)
    .option('-e, --environment <name>', 'only this environment', parseEnvironment)
    .option('--deployment <id>', 'only this deployment', parseDeploymentId)
    .option('--from <position>', 'now, beginning, or the id of an event to go on behind', parseFrom)
    .option(
      '--on-gap <what>',
      'where the position is not there: fail, latest or beginning',
      parseGap,
    )
    .option('--format <form>', 'of --json: plain or cloudevents (CloudEvents 1.0)', parseFormat)
    .option('--follow', 'go on until interrupted', true)
    .option('--no-follow', 'end with the newest event')
    .action((flags) =>
      run.withSession(flags, async (session) => {
        const { service, environment, deployment: deploymentId, follow } = flags;
        const told = formOf(run, flags);
        const { interrupted } = run.ports;
        const { from = 'now', onGap = 'fail' } = flags;
        if (onGap === 'fail') await refuseGap(session, from);
        const wanted = (event: DeploymentEvent): boolean =>
          (service === undefined || event.service === service) &&
          (environment === undefined || event.environment === environment) &&
          (deploymentId === undefined || event.deploymentId === deploymentId);
        const events = follow
          ? session.events({ from, onGap, service, environment, deploymentId, signal: interrupted })
          : backlog(run.ports, session, { from, onGap });
        for await (const event of events) {
          if (wanted(event)) writeEvent(run, event, told);
          if (interrupted.aborted) break;
        }
        return EXIT.ok;
      }),
    );
}

/** Before anything is waited for: what is not there would look like a stream in which nothing happens. */
async function refuseGap(session: CliSession, from: EventPosition): Promise<void> {
  if (typeof from === 'string') return;
  const kept = await session.keptEvents();
  const gap = gapBehind(from.after, kept);
  if (gap === null) return;
  const there = kept === null ? 'none' : `${kept.oldest} to ${kept.newest}`;
  throw new UsageError(
    `--from: ${gap.message} (events kept: ${there}). Use --from beginning or --from now, or say --on-gap latest or --on-gap beginning`,
  );
}

type Form = (event: DeploymentEvent) => DeploymentEvent | CloudEvent;

/** How an event is told as JSON; `null` where it is told in a line for people. */
function formOf(
  run: CliRun,
  flags: CommonFlags & { readonly format?: 'plain' | 'cloudevents' | undefined },
): Form | null {
  if (flags.json !== true) {
    if (flags.format === undefined) return null;
    throw new UsageError('--format: expected --json to go with it');
  }
  const { namespace = DEFAULT_NAMESPACE } = run.connection(flags);
  return flags.format === 'cloudevents'
    ? (event) => cloudEvent(event, namespace)
    : (event) => event;
}

function writeEvent(run: CliRun, event: DeploymentEvent, told: Form | null): void {
  if (told !== null) run.out.json(told(event));
  else run.out.line(`${serviceKey(event)} ${event.version} `, ...timelineLine(event, dateTimeText));
}

function parseFormat(text: string): 'plain' | 'cloudevents' {
  if (text === 'plain' || text === 'cloudevents') return text;
  throw new InvalidArgumentError('expected plain or cloudevents');
}

function parseGap(text: string): GapPolicy {
  if (text === 'fail' || text === 'latest' || text === 'beginning') return text;
  throw new InvalidArgumentError('expected fail, latest or beginning');
}

function parseFrom(text: string): EventPosition {
  if (text === 'now' || text === 'beginning') return text;
  if (/^\d+-\d+$/.test(text)) return { after: text };
  throw new InvalidArgumentError('expected now, beginning or an event id such as 42-0');
}
