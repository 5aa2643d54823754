import { serviceKey } from '../../model/ids.js';
import type { RecordedEvent } from '../../model/deployment/plan-event.js';
import type { AuditSource } from '../../ports/audit-source.js';
import type { DeploymentEvent } from '../../ports/event-log.js';
import { difference } from '../findings/difference.js';
import type { FindingLog } from '../findings/finding.js';

/** The place of an event in the order of all. */
export const numberOf = ({ id }: DeploymentEvent): number => Number.parseInt(id, 10);

/**
 * What the stream tells, and what the deployments themselves remember: one write wrote both.
 *
 * @returns the events as the deployments remember them; `null` for those that they do not
 */
export async function compareStreamed(
  source: AuditSource,
  log: FindingLog,
  page: readonly DeploymentEvent[],
): Promise<readonly (RecordedEvent | null)[]> {
  const own = await source.recorded(page);
  const unknown = page.filter((_, at) => own[at] == null);
  const runs = await source.runs(unknown.map(({ deploymentId }) => deploymentId));
  const gone = new Set(unknown.filter((_, at) => runs[at] == null));
  const differing = page.flatMap((event, at) => {
    const message = gone.has(event) ? null : differs(event, own[at] ?? null);
    return message === null ? [] : [{ event, message }];
  });
  // Whoever asks for the same again after retention let it go, makes one of the same id.
  const first = await source.recorded(
    differing.map(({ event: { deploymentId } }) => ({ deploymentId, sequence: 1 })),
  );
  for (const [at, { event, message }] of differing.entries()) {
    if (Date.parse(event.time) < (first[at]?.at ?? 0)) continue;
    const { deploymentId, sequence: eventSequence } = event;
    const service = serviceKey(event);
    log.add({ invariant: 'stream_agrees', deploymentId, service, eventSequence, message });
  }
  return own;
}

function differs(event: DeploymentEvent, own: RecordedEvent | null): string | null {
  const { sequence, type, data, time, actor } = event;
  if (own === null) return `event ${sequence} (${type}) is in the stream of all only`;
  const streamed = { at: Date.parse(time), actor, event: { ...data, type } };
  const { at, actor: by, event: fact } = own;
  const found = difference(streamed, { at, actor: by, event: fact });
  return found === null ? null : `in the stream of all, ${found}`;
}
