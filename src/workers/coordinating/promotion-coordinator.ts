import type { QueueName } from '../../contracts/jobs/define-job.js';
import { promotedDeploymentId, promotionJobId } from '../../contracts/values/promotion-ids.js';
import type { DeploymentId, ServiceRef } from '../../domain/model/ids.js';
import type { Clock } from '../../domain/ports/clock.js';
import type { DeploymentIndex } from '../../domain/ports/deployment-index.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { DeploymentEvent, EventLog } from '../../domain/ports/event-log.js';
import type { Log } from '../../domain/ports/log.js';
import type { PromotionStore } from '../../domain/promotion/promotion-store.js';
import { concernsPromotions, followEvents } from '../../domain/promotion/follow-events.js';
import type { Promotion, PromotionId, PromotionRule } from '../../domain/promotion/promotion.js';
import { type PromotionFacts, promotionOwed } from '../../domain/promotion/promotion-owed.js';
import type { JobFact } from '../../domain/release/member-fact.js';

export interface PromotionPorts {
  readonly promotions: Omit<PromotionStore, 'list'>;
  readonly events: Pick<EventLog, 'read' | 'position'>;
  readonly store: Pick<DeploymentStore, 'load'>;
  readonly index: Pick<DeploymentIndex, 'active' | 'targetStatuses'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** The configured promotions that begin with this service in this environment. */
  readonly promotionsFrom: (ref: ServiceRef) => readonly PromotionRule[];
  /** How a published job stands; a refused one with its reason. */
  readonly jobOutcome: (queue: QueueName, jobId: string) => Promise<JobFact>;
  /** Publishing the same promotion twice is one job. */
  readonly publishPromotion: (promotion: Promotion) => Promise<void>;
  /** These deployments ended, or began to go back. Told again after a crash. */
  readonly onTurned: (deployments: readonly DeploymentId[]) => Promise<void>;
}

const BATCH = 500;
/** Keeps a round well under the time for which a worker leads; what is left is read in the next. */
const MOST_BATCHES = 10;
const MOST_LOOKS = 200;
const TROUBLE_MS = 10_000;

const TURNS: ReadonlySet<string> = new Set([
  'deployment.completed',
  'deployment.rollback_started',
  'deployment.rolled_back',
  'deployment.failed',
  'deployment.cancelled',
]);

/** Reads on in the stream of all events from where the last round, of whichever worker, ended. */
export async function followRound(ports: PromotionPorts, stop: AbortSignal): Promise<void> {
  const { promotions, events } = ports;
  for (let batch = 0; batch < MOST_BATCHES && !stop.aborted; batch++) {
    const from = await promotions.cursor();
    if (from === null) {
      // What completed before anybody followed is not promoted.
      const to = await events.position('now');
      await promotions.write({ changes: [], cursor: { from, to } });
      return;
    }
    const read = await events.read(from, BATCH, 0);
    if (!(await follow(ports, from, read)) || read.length < BATCH) return;
  }
}

async function follow(
  ports: PromotionPorts,
  from: string,
  read: readonly DeploymentEvent[],
): Promise<boolean> {
  const { promotions, clock, log, promotionsFrom } = ports;
  const [oldest] = read;
  const newest = read.at(-1);
  if (oldest === undefined || newest === undefined) return false;
  const missed = numberOf(oldest.id) - numberOf(from) - 1;
  if (missed > 0)
    log.warn({ missed, after: from }, 'events were trimmed before they were followed');
  const turned = read.flatMap(({ type, deploymentId }) => (TURNS.has(type) ? [deploymentId] : []));
  await ports.onTurned(turned);
  // Without a rule nothing begins here; what is left over from an earlier rule is dropped when it is due.
  const relevant = read.filter(
    (event) => concernsPromotions(event) && promotionsFrom(event).length > 0,
  );
  const changes = followEvents(relevant, await openOf(ports, relevant), {
    rulesOf: promotionsFrom,
    deploymentOf: promotedDeploymentId,
  }).map((change) => {
    const lookInMs = Math.max(0, change.after.soakUntil - clock.now());
    return { ...change, lookInMs };
  });
  return (await promotions.write({ changes, cursor: { from, to: newest.id } })).ok;
}

async function openOf(
  { promotions }: PromotionPorts,
  events: readonly DeploymentEvent[],
): Promise<readonly Promotion[]> {
  const services = new Map(
    events.map(({ environment, service }) => [
      `${environment}/${service}`,
      { environment, service },
    ]),
  );
  const open = await Promise.all([...services.values()].map((ref) => promotions.openOf(ref)));
  return open.flat();
}

/** One round: carries on with every promotion that is due. Two workers doing it at once do no harm. */
export async function promotionRound(ports: PromotionPorts, stop: AbortSignal): Promise<void> {
  for (const id of await ports.promotions.due(MOST_LOOKS)) {
    if (stop.aborted) return;
    await lookAt(ports, id);
  }
}

async function lookAt(ports: PromotionPorts, id: PromotionId): Promise<void> {
  const { promotions, log } = ports;
  const promotion = await promotions.load(id);
  if (promotion === undefined) return;
  try {
    await carryOn(ports, promotion);
  } catch (error) {
    log.error({ promotion: id, err: error }, 'a promotion could not be carried on');
    await promotions.postpone(promotion, TROUBLE_MS);
  }
}

/** The intent is stored before the job is published: after a crash in between, it is found missing. */
async function carryOn(ports: PromotionPorts, promotion: Promotion): Promise<void> {
  const { promotions, clock, log } = ports;
  const facts = await factsOf(ports, promotion);
  const { after, publish, lookInMs } = promotionOwed(promotion, facts, clock.now());
  if (after === promotion) {
    await promotions.postpone(promotion, lookInMs);
  } else {
    const written = await promotions.write({
      changes: [{ before: promotion, after, lookInMs }],
    });
    // Somebody else wrote: they, or the next round, go on from there.
    if (!written.ok) return;
    log.info({ promotion: after.id, ...after.state }, 'promotion');
  }
  if (publish) await ports.publishPromotion(after);
}

async function factsOf(ports: PromotionPorts, promotion: Promotion): Promise<PromotionFacts> {
  const { store, index, promotionsFrom } = ports;
  const { id, service, from, to, source, deploymentId } = promotion;
  const here = { environment: from, service };
  const job = await ports.jobOutcome('plan', promotionJobId(id));
  // After the look at the job: one that ended has left its deployment in the store.
  const [deployed, planned, activeFrom, activeTo, targets] = await Promise.all([
    store.load(source),
    store.load(deploymentId),
    index.active(here),
    index.active({ environment: to, service }),
    index.targetStatuses(here),
  ]);
  const there = activeTo === null ? undefined : await store.load(activeTo.deploymentId);
  return {
    rule: promotionsFrom(here).find((rule) => rule.to === to) ?? null,
    source: deployed ?? null,
    activeFrom,
    activeTo,
    toPromoted: there?.metadata['promotedFrom'] !== undefined,
    targets,
    planned: planned !== undefined,
    job,
  };
}

/** Ids of events are `<number>-0`, counted without gaps. */
const numberOf = (id: string): number => Number(id.split('-')[0]);
