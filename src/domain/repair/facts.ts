import { type Finding, FindingLog } from '../audit/findings/finding.js';
import { StreamFold } from '../audit/fold/stream-fold.js';
import { type DeploymentId, type ServiceRef, serviceKey } from '../model/ids.js';
import type { AuditSource, Snapshot } from '../ports/audit-source.js';
import type { RepairStore } from './repair-store.js';
import { deploymentRemedies } from './deployment-remedies.js';
import { INCURABLE } from './incurable.js';
import type { Remedy } from './repair.js';
import { serviceRemedies, whileBusy } from './service-remedies.js';

const FALLS = 'it falls as deployments end: until then nothing that counts against it begins';

/** What is read once for all findings, and what is read for a few of them. */
export class Facts {
  readonly #source: AuditSource;
  readonly #store: RepairStore;
  readonly #mark: CountMark;
  readonly #unread: boolean;
  readonly #snapshots = new Map<DeploymentId, Snapshot>();
  readonly #counted = new Map<DeploymentId, string[]>();
  readonly #services = new Map<string, ServiceRef>();
  #fold: StreamFold | null = null;

  private constructor(source: AuditSource, store: RepairStore, mark: CountMark, unread: boolean) {
    this.#source = source;
    this.#store = store;
    this.#mark = mark;
    this.#unread = unread;
  }

  static async of(
    source: AuditSource,
    store: RepairStore,
    mark: CountMark,
    findings: readonly Finding[],
    unreadable: readonly ServiceRef[],
  ): Promise<Facts> {
    const unread = findings.some(({ message }) => message.startsWith('cannot be read'));
    const facts = new Facts(source, store, mark, unread);
    const ids = [...new Set(findings.flatMap(({ deploymentId }) => deploymentId ?? []))];
    for await (const group of source.snapshots(ids)) {
      for (const snapshot of group) facts.#snapshots.set(snapshot.id, snapshot);
    }
    for (const ref of unreadable) facts.#services.set(serviceKey(ref), ref);
    for await (const refs of source.services()) {
      for (const ref of refs) facts.#services.set(serviceKey(ref), ref);
    }
    for await (const page of source.limits()) facts.#count(page);
    return facts;
  }

  #count(page: readonly { readonly key: string; readonly members: readonly DeploymentId[] }[]) {
    for (const { key, members } of page) {
      for (const id of members) this.#counted.set(id, [...(this.#counted.get(id) ?? []), key]);
    }
  }

  async remediesFor(finding: Finding): Promise<readonly Remedy[]> {
    const { invariant, deploymentId } = finding;
    const why = INCURABLE[invariant];
    if (why !== undefined) return [{ why }];
    if (invariant === 'counters_exact') {
      return [recountRemedy(finding, this.#mark, this.#unread)];
    }
    if (OF_SERVICES.has(invariant)) return this.#ofService(finding);
    const snapshot = deploymentId && this.#snapshots.get(deploymentId);
    if (!snapshot) return [{ why: FALLS }];
    return deploymentRemedies(finding, snapshot, this.#counted.get(snapshot.id) ?? []);
  }

  async #ofService(finding: Finding): Promise<readonly Remedy[]> {
    const { invariant, deploymentId, service = '' } = finding;
    const ref = this.#services.get(service);
    if (ref === undefined) return [];
    const fold = await this.#stream();
    const place = await this.#store.place(ref);
    await fold.advance(place.sequence);
    const snapshot = deploymentId && this.#snapshots.get(deploymentId);
    if (invariant === 'slot_held' && snapshot && snapshot.kind === 'stored') {
      if (place.busy) return [{ why: whileBusy(place) }];
      return deploymentRemedies(finding, snapshot, []);
    }
    const told = fold.service(ref);
    const entries = [place.active, ...place.stable, ...told.stable];
    const ids = entries.flatMap((each) =>
      each === null || each === 'unreadable' ? [] : [each.deploymentId],
    );
    const runs = await this.#source.runs(ids);
    const there = new Set(ids.filter((_, at) => runs[at] !== null));
    const { whole, stable, fence } = told;
    const active = told.activeBeside(place.targets);
    const folded = { whole, active, stable, fence };
    return serviceRemedies(finding, place, folded, (id) => there.has(id));
  }

  /** All that the stream tells; read once. */
  async #stream(): Promise<StreamFold> {
    if (this.#fold === null) {
      const frame = await this.#source.frame();
      this.#fold = new StreamFold(this.#source, new FindingLog(0), frame);
      await this.#fold.advance(frame.sequence);
    }
    return this.#fold;
  }
}

const OF_SERVICES: ReadonlySet<Finding['invariant']> = new Set([
  'slot_held',
  'active_folded',
  'stable_folded',
  'fence_rising',
]);

/** As the audit says it. */
const COUNTED =
  /^(\S+) are counted as (\w+): a recount gives (\d+)(?: with the \d+ that were pruned)?$/;

/** What was known of counters before they were counted again. */
interface CountMark {
  readonly recounts: ReadonlyMap<string, number>;
  readonly sequence: number;
}

/**
 * A counter is moved by as much as it was off when it was counted: what others
 * count meanwhile stays. A record that cannot be read has no status to count.
 */
export function recountRemedy(
  { message }: Finding,
  { recounts, sequence }: CountMark,
  unread: boolean,
): Remedy {
  const [, counter, status, recount] = COUNTED.exec(message) ?? [];
  if (counter === undefined || status === undefined) {
    return { why: 'how much it is off is not told' };
  }
  if (unread) return { why: 'a record cannot be read, so that a recount may not be right' };
  const mark = { recounts: recounts.get(status) ?? 0, sequence };
  return { repair: { kind: 'recount', status, counter, recount: Number(recount), ...mark } };
}
