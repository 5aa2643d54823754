import {
  type DeploymentId,
  environmentName,
  serviceKey,
  type ServiceRef,
  serviceName,
  version,
} from '../../../domain/model/ids.js';
import type { ActiveDeployment, StableVersion } from '../../../domain/model/active-deployment.js';
import type { ServiceSnapshot, Snapshot } from '../../../domain/ports/audit-source.js';
import type { Keys } from '../connection/keys.js';
import { type Command, flat, strings } from '../connection/read-only.js';
import { readEntry, readStable, readStatuses } from './read-entry.js';
import { decodeDeployment, decodeEvents } from '../deployments/replies.js';

/** What to ask in one transaction, and how to read what comes back. */
export interface Questions<T> {
  readonly commands: readonly Command[];
  readonly read: (replies: readonly unknown[]) => T;
}

/** Whatever is stored in place of an id is looked up as it is: then it has no record. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
export const asId = (text: string): DeploymentId => text as DeploymentId;

/** What can't be read names a deployment that has no record: the audit finds it so. */
function entryIn(json: string, ref: ServiceRef): ActiveDeployment {
  const entry = readEntry(json);
  if (entry !== 'unreadable') return entry;
  return unreadableEntry(json, ref);
}

const unreadableEntry = (json: string, ref: ServiceRef): ActiveDeployment => ({
  ...{ ...ref, version: null, since: 0 },
  deploymentId: asId(`unreadable ${json.slice(0, 80)}`),
});

function stableIn(json: string, ref: ServiceRef): StableVersion {
  const entry = readStable(json);
  if (entry !== 'unreadable') return entry;
  const declared = { version: version('unreadable'), others: {}, missed: [], shares: null };
  return { ...unreadableEntry(json, ref), declared };
}

/** `environment/service` as the keys write it; `null` where it is none. */
export function refOf(key: string): ServiceRef | null {
  const [environment = '', service = ''] = key.split('/');
  try {
    return { environment: environmentName(environment), service: serviceName(service) };
  } catch {
    return null;
  }
}

/** @param known the record's service and limits, which never change and say what else to ask */
export function deploymentQuestions(
  keys: Keys,
  id: DeploymentId,
  known: unknown,
): Questions<Snapshot> {
  const [svc = '', limitsField = ''] = strings(known);
  const own = keys.deployment(id);
  const ref = refOf(svc);
  const limits = limitKeys(limitsField);
  const its = ref && keys.service(ref);
  const commands: Command[] = [
    ['hgetall', own.record],
    ['hgetall', own.targets],
    ['lrange', own.events, 0, -1],
    ['zscore', keys.due, id],
    ['zscore', keys.open, id],
    ['zscore', keys.history, id],
  ];
  if (its !== null) {
    commands.push(['zscore', its.history, id], ['hget', its.record, 'holder']);
    commands.push(['zscore', its.line, id]);
  }
  for (const key of limits) commands.push(['sismember', `${keys.prefix}:limit:${key}`, id]);
  return { commands, read: (replies) => readDeployment(id, limits, ref, replies) };
}

function readDeployment(
  id: DeploymentId,
  limits: readonly string[],
  ref: ServiceRef | null,
  [record, targets, events, due, open, history, ...rest]: readonly unknown[],
): Snapshot {
  const listed = history !== null;
  const fields = flat(record);
  if (fields.length === 0) return { id, kind: 'missing', listed };
  const [byService = null, holder = null, place = null] = ref === null ? [] : rest;
  const counts = rest.slice(ref === null ? 0 : 3);
  const field = (name: string): string => fields[fields.indexOf(name) + 1] ?? '';
  try {
    return {
      ...{ id, kind: 'stored', listed },
      deployment: decodeDeployment(fields, flat(targets)),
      events: decodeEvents(strings(events)),
      status: field('status'),
      service: field('svc'),
      fence: Number(field('fence')),
      due: due !== null,
      open: open !== null,
      listedByService: byService !== null,
      holds: holder === id,
      inLine: place !== null,
      counted: limits.filter((_, at) => Number(counts[at]) === 1),
    };
  } catch (error) {
    return { id, kind: 'unreadable', problem: `cannot be read: ${String(error)}` };
  }
}

function limitKeys(field: string): readonly string[] {
  if (field === '') return [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  const limits = JSON.parse(field) as readonly { readonly key: string }[];
  return limits.map(({ key }) => key);
}

export function serviceQuestions(keys: Keys, ref: ServiceRef): Questions<ServiceSnapshot> {
  const its = keys.service(ref);
  return {
    commands: [
      ['hmget', its.record, 'fence', 'holder'],
      ['zrange', its.line, 0, -1],
      ['hget', keys.active, serviceKey(ref)],
      ['lrange', its.stable, 0, -1],
      ['hgetall', its.targets],
    ],
    read: ([record, line, active, stable, targets]) => {
      const [fence, holder] = Array.isArray(record) ? record : [];
      return {
        ...ref,
        fence: Number(fence ?? 0),
        holder: typeof holder === 'string' ? asId(holder) : null,
        line: strings(line).map(asId),
        active: typeof active === 'string' ? entryIn(active, ref) : null,
        stable: strings(stable).map((json) => stableIn(json, ref)),
        targets: readStatuses(flat(targets)),
      };
    },
  };
}
