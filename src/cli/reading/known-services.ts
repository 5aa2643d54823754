import { workerView } from '../../contracts/views/worker-view.js';
import type { WorkerSign } from '../../domain/fleet/worker-sign.js';
import type { Output } from '../session/output.js';
import type { Cell } from '../text/table.js';
import { agoText } from '../text/time-text.js';

const SHORT = 12;

interface Row {
  readonly environment: string;
  readonly service: string;
  readonly fingerprint: string;
  readonly worker: WorkerSign;
}

/** Who knows what: those at work, and for what none of them knows the one that was last seen with it. */
export function writeKnownServices(out: Output, workers: readonly WorkerSign[], now: number): void {
  const rows = workers.flatMap(rowsOf);
  const alive = rows.filter(({ worker }) => worker.alive);
  const covered = new Set(alive.map(nameOf));
  const lost = new Map<string, Row>();
  for (const row of rows) {
    const name = nameOf(row);
    if (!covered.has(name) && !lost.has(name)) lost.set(name, row);
  }
  const shown = [...alive, ...lost.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  if (shown.length === 0) {
    out.line('No worker has been seen in this namespace. Start one: `signalbox worker`');
    return;
  }
  out.table(
    [
      { title: 'environment', shrinks: true },
      { title: 'service', shrinks: true },
      { title: 'configuration' },
      { title: 'worker', shrinks: true },
      { title: 'version' },
      { title: 'seen' },
    ],
    shown.map(({ environment, service, fingerprint, worker }) => [
      ...[environment, service, fingerprint.slice(0, SHORT) || '-', worker.id, worker.version],
      seenText(worker, now),
    ]),
  );
}

function seenText({ alive, seenAt, configChanged }: WorkerSign, now: number): Cell {
  if (!alive) return ['warn', `stopped, last seen ${agoText(seenAt, now)}`];
  return configChanged ? ['warn', 'alive, restart it: its configuration has changed'] : 'alive';
}

const nameOf = ({ environment, service }: Row): string => `${environment}/${service}`;

function rowsOf(worker: WorkerSign): readonly Row[] {
  const { services } = workerView(worker);
  if (services === 'all') {
    return [{ environment: 'any', service: 'any', fingerprint: '', worker }];
  }
  return services.map(({ environment, service, fingerprint }) => ({
    environment: environment === '*' ? 'any' : environment,
    service: service === '*' ? 'any other' : service,
    fingerprint,
    worker,
  }));
}
