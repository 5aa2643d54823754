import { lastThatKnew } from '../fleet/fleet-words.js';
import { knows, type Need } from '../fleet/knowledge.js';
import { serviceKey } from '../model/ids.js';
import type { Deployment } from '../model/deployment/deployment.js';
import { workOwed } from '../model/deployment/work-owed.js';
import type { ExplainInput, Holding } from './explanation.js';
import { agoWords } from './ago-words.js';

/** Nobody at work is configured for its service, now; `null` where somebody is, or nobody was asked. */
export function configurationHold({ deployment, workers = [], now }: ExplainInput): Holding | null {
  // Where none was ever seen, it is another version's workers that are at work, or nobody is.
  if (workers.length === 0 || workOwed(deployment) === null) return null;
  const need = needOf(deployment);
  if (workers.some(({ alive, knowledge }) => alive && knows(knowledge, need))) return null;
  const last = lastThatKnew(workers, need);
  const seen =
    last === undefined ? '' : `; last seen on ${last.host} ${agoWords(now - last.seenAt)}`;
  const { hold } = deployment.progress;
  return {
    kind: 'configuration',
    reason: `no worker is configured for ${serviceKey(deployment)}${seen}`,
    since: hold?.kind === 'configuration' ? hold.since : null,
    until: null,
    liftedBy: 'a worker that is configured for it',
    command: 'signalbox services --workers',
  };
}

const needOf = ({ environment, service, plan }: Deployment): Need => ({
  ref: { environment, service },
  bringsDriver: plan.trusted?.['driver'] !== undefined,
});
