import type { DeploymentId } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { PlanStatus } from '../../domain/model/deployment/plan-state.js';
import type { DeploymentProducer } from '../../producers/deployment-producer.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun, CommonFlags } from '../session/cli-run.js';
import { EXIT, type ExitCode } from '../session/exit-code.js';
import {
  commandOf,
  parseDeploymentId,
  parseDuration,
  parseName,
  type Program,
} from '../session/flags.js';
import { loadKnown } from '../session/load-known.js';
import { personOf } from '../session/person.js';
import type { Segment } from '../text/line.js';
import { STATUS_TONE } from '../text/paint.js';
import { watchToEnd } from '../follow/watch-to-end.js';

/** A command that gives one deployment an order. */
export const orderCommand = <Name extends string>(program: Program, name: Name) =>
  commandOf(program, name)
    .argument('<id>', 'the deployment', parseDeploymentId)
    .option('--by <who>', 'who asks for it; else USER', parseName);

/** An order after which the deployment goes on, and can be followed. */
export const followedCommand = <Name extends string>(program: Program, name: Name) =>
  orderCommand(program, name)
    .option('--wait', 'show what becomes of it, and leave with the outcome as exit code')
    .option('--timeout <time>', 'with --wait: leave with 4 after this long', parseDuration);

export interface OrderFlags extends CommonFlags {
  readonly by?: string | undefined;
  readonly wait?: true | undefined;
  readonly timeout?: number | undefined;
}

export interface Order {
  readonly id: DeploymentId;
  readonly flags: OrderFlags;
  readonly give: (producer: DeploymentProducer, by: string) => Promise<PlanStatus>;
  /** What is said behind the state, and printed as JSON beside it. */
  readonly tell?: (session: CliSession, by: string) => Promise<Told> | Told;
  /** What the end means to who waits for it. */
  readonly exitCode?: (deployment: Deployment) => ExitCode;
}

export interface Told {
  readonly text: readonly Segment[];
  readonly json?: Readonly<Record<string, unknown>>;
}

/** Gives the order; then tells the state it led to, or follows the deployment to its end. */
export function giveOrder(run: CliRun, order: Order): Promise<void> {
  const { id, flags, give, tell, exitCode } = order;
  return run.withSession(flags, async (session) => {
    const by = personOf(run, flags.by);
    const { revision: after } = await loadKnown(session, id);
    const json = flags.json === true;
    const deadline = flags.timeout === undefined ? null : run.ports.now() + flags.timeout;
    const state = await give(session.producer, by);
    if (flags.wait) {
      const wanted = exitCode === undefined ? {} : { exitCode };
      return watchToEnd(run, session, { id, json, after, deadline, ...wanted });
    }
    const told = (await tell?.(session, by)) ?? { text: [` by ${by}`] };
    if (json) {
      run.out.json({ id, state, ...told.json });
      return EXIT.ok;
    }
    // An order that was given before is accepted, and does nothing.
    const { revision } = await loadKnown(session, id);
    const text = revision === after ? [': nothing is left to do'] : told.text;
    run.out.line(`${id} `, [STATUS_TONE[state], state], ...text);
    return EXIT.ok;
  });
}
