import type { DeploymentId } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { isTerminal } from '../../domain/model/deployment/plan-state.js';
import type { DeploymentEvent } from '../../domain/ports/event-log.js';
import { unknownDeployment } from '../../domain/retention/unknown-deployment.js';
import type { CliPorts, CliSession } from '../session/cli-ports.js';
import { UsageError } from '../session/cli-run.js';
import { type EventView, eventViews } from '../../contracts/views/deployment-view.js';
import { Wake } from '../session/wake.js';
import { Patience } from './patience.js';

/** The store is looked at this often even where no event comes: a missed one never hangs a follower. */
const POLL_MS = 1_000;

export interface FollowRequest {
  readonly id: DeploymentId;
  /** The last event that need not be told. */
  readonly after: number;
  /** Epoch milliseconds; null waits for ever. */
  readonly deadline: number | null;
  readonly onChange: (deployment: Deployment, events: readonly EventView[]) => void;
}

export interface Followed {
  readonly kind: 'ended' | 'timed_out' | 'interrupted';
  readonly deployment: Deployment;
}

/**
 * Tells each event once and in order until the deployment has ended. The event
 * stream only makes it prompt: what counts is the store's revision, and events
 * that did not come by themselves are read from the deployment's own.
 *
 * @throws UsageError when there is no such deployment
 */
export async function followDeployment(
  ports: Pick<CliPorts, 'now' | 'interrupted'>,
  session: CliSession,
  { id, after, deadline, onChange }: FollowRequest,
): Promise<Followed> {
  const { now, interrupted } = ports;
  const stop = new AbortController();
  // Begun before the first look at the store, so that nothing falls in between.
  const feed = new EventFeed(session, id, stop.signal);
  const look = patientLook(session, id, new Patience(ports));
  let told = after;
  try {
    for (;;) {
      const { deployment, events } = await look(told, feed.take());
      told = Math.max(told, events.at(-1)?.sequence ?? 0);
      onChange(deployment, events);
      if (isTerminal(deployment.state.status)) return { kind: 'ended', deployment };
      if (interrupted.aborted) return { kind: 'interrupted', deployment };
      if (deadline !== null && now() >= deadline) return { kind: 'timed_out', deployment };
      const left = deadline === null ? POLL_MS : deadline - now();
      await feed.wake.wait(Math.min(POLL_MS, left), interrupted);
    }
  } finally {
    stop.abort();
  }
}

interface Look {
  readonly deployment: Deployment;
  readonly events: readonly EventView[];
}

/** While Redis is away for a moment, what was seen last still stands. */
function patientLook(session: CliSession, id: DeploymentId, patience: Patience) {
  let last: Deployment | null = null;
  return async (told: number, streamed: readonly DeploymentEvent[]): Promise<Look> => {
    const look = async (): Promise<Look> => {
      const deployment = await session.store.load(id);
      if (deployment === undefined) throw new UsageError(`id: ${unknownDeployment(id)}`);
      return { deployment, events: await untold(session, deployment, told, streamed) };
    };
    const seen = await patience.look(look);
    if (seen !== null) last = seen.deployment;
    return seen ?? (last === null ? look() : { deployment: last, events: [] });
  };
}

async function untold(
  session: CliSession,
  deployment: Deployment,
  told: number,
  streamed: readonly DeploymentEvent[],
): Promise<readonly EventView[]> {
  const fresh = streamed.filter(({ sequence }) => sequence > told);
  const gapless = fresh.every(({ sequence }, at) => sequence === told + 1 + at);
  if (gapless && told + fresh.length >= deployment.revision) return fresh;
  const all = eventViews(deployment, await session.index.events(deployment.id));
  return all.filter(({ sequence }) => sequence > told);
}

/** The deployment's events as they come; where the stream fails, polling goes on without it. */
class EventFeed {
  readonly wake = new Wake();
  #events: DeploymentEvent[] = [];

  constructor(session: CliSession, deploymentId: DeploymentId, signal: AbortSignal) {
    void this.#pump(session, deploymentId, signal);
  }

  take(): readonly DeploymentEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  async #pump(session: CliSession, deploymentId: DeploymentId, signal: AbortSignal): Promise<void> {
    try {
      for await (const event of session.events({ from: 'now', deploymentId, signal })) {
        if (signal.aborted) return;
        this.#events.push(event);
        this.wake.ring();
      }
    } catch {
      // The store is polled all the same.
    }
  }
}
