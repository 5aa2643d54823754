import type { DeploymentId } from '../model/ids.js';
import { isTerminal, PLAN_STATUSES } from '../model/deployment/plan-state.js';
import type { AuditFrame, AuditSource, Snapshot, StoredDeployment } from '../ports/audit-source.js';
import { checkDeployment, reporterOf } from './check-deployment.js';
import { checkIndexed, checkJobs, checkLimitCounts } from './check-indexes.js';
import { checkActiveOnTargets, checkLedger } from './check-ledger.js';
import { checkService } from './check-service.js';
import { type Finding, FindingLog } from './findings/finding.js';
import { LedgerBook } from './ledger/ledger-book.js';
import { parseLedgerLine } from './ledger/ledger-entry.js';
import { statusAfter } from './fold/replay.js';
import { StreamFold } from './fold/stream-fold.js';

export interface AuditOptions {
  /** The lines of the targets' ledger, where they keep one. */
  readonly ledger?: AsyncIterable<string> | undefined;
  /** Of each invariant so many findings are kept; all are counted. 20 where not given. */
  readonly most?: number | undefined;
  /** Told now and then how many deployments have been looked at. */
  readonly progress?: ((deployments: number) => void) | undefined;
}

export interface AuditReport {
  readonly clean: boolean;
  /** Of each invariant that is broken, the first few in the order in which they were found. */
  readonly findings: readonly Finding[];
  readonly counts: FindingLog['counts'];
  readonly looked: {
    readonly deployments: number;
    readonly events: number;
    readonly services: number;
    readonly jobs: number;
    readonly ledgerLines: number;
  };
  /** What could not be judged, and why. */
  readonly notes: readonly string[];
}

/**
 * Reads everything a store holds, and the ledger of the targets, and says
 * which of the guarantees does not hold and where that first shows. It writes
 * nothing and needs no quiet: what others write meanwhile is told apart by the
 * number that the events had reached at the beginning.
 */
export function audit(source: AuditSource, options: AuditOptions = {}): Promise<AuditReport> {
  return new Audit(source, options).run();
}

class Audit {
  readonly #source: AuditSource;
  readonly #options: AuditOptions;
  readonly #log: FindingLog;
  readonly #counted = new Map<string, number>();
  readonly #limits = new Map<string, number>();
  readonly #movedSeen = new Set<DeploymentId>();
  #deployments = 0;
  #services = 0;

  constructor(source: AuditSource, options: AuditOptions) {
    this.#source = source;
    this.#options = options;
    this.#log = new FindingLog(options.most ?? 20);
  }

  async run(): Promise<AuditReport> {
    const source = this.#source;
    const frame = await source.frame();
    const book = await this.#readLedger();
    const stream = new StreamFold(source, this.#log, frame);
    await stream.advance(frame.sequence);
    for await (const ids of source.history()) await this.#checkDeployments(ids, stream, book);
    await this.#checkUnlisted(stream, book);
    const trimmed = await this.#compareCounters(frame, stream);
    await this.#checkServices(frame.sequence, stream, book);
    await checkIndexed(source, this.#log);
    await checkLimitCounts(source, this.#log, this.#limits);
    const jobs = await checkJobs(source, this.#log);
    const { kept: findings, counts } = this.#log;
    const { events } = stream;
    const looked = { events, jobs, ledgerLines: book?.lines ?? 0 };
    return {
      clean: findings.length === 0,
      findings,
      counts,
      looked: { ...looked, deployments: this.#deployments, services: this.#services },
      notes: [
        ...(stream.whole ? [] : [STREAM_TRIMMED]),
        ...(trimmed > 0 ? [goneNote(trimmed)] : []),
      ],
    };
  }

  async #readLedger(): Promise<LedgerBook | null> {
    const { ledger } = this.#options;
    if (ledger === undefined) return null;
    const book = new LedgerBook();
    let number = 0;
    for await (const line of ledger) {
      number += 1;
      if (line.trim() === '') continue;
      const entry = parseLedgerLine(line);
      if (entry.ok) book.take(entry.value, (finding) => this.#log.add(finding));
      else {
        const message = `line ${number}: ${entry.error}`;
        this.#log.add({ invariant: 'ledger_readable', message });
      }
    }
    return book;
  }

  async #checkDeployments(
    ids: readonly DeploymentId[],
    stream: StreamFold,
    book: LedgerBook | null,
    unlistedOnly = false,
  ): Promise<void> {
    for await (const group of this.#source.snapshots(ids)) {
      // Read behind them: whatever they have seen, the stream tells by now.
      await stream.advance(null);
      for (const snapshot of group) {
        // Listed by now, it had its turn, or is younger than this audit.
        const listed = snapshot.kind === 'stored' && snapshot.listed;
        if (!unlistedOnly || !listed) this.#checkOne(snapshot, stream, book);
      }
      this.#options.progress?.(this.#deployments);
    }
  }

  #checkOne(snapshot: Snapshot, stream: StreamFold, book: LedgerBook | null): void {
    if (snapshot.kind !== 'stored') return this.#reportUnfit(snapshot);
    this.#deployments += 1;
    checkDeployment(snapshot, this.#log);
    this.#checkStreamed(snapshot, stream);
    const moved = stream.moved.get(snapshot.id);
    const before = moved === undefined ? snapshot.events.length : moved - 1;
    if (book !== null) checkLedger(snapshot, book, this.#log, before);
    const { deployment, events } = snapshot;
    const status = moved === undefined ? deployment.state.status : statusAfter(events, before);
    if (status !== null) this.#counted.set(status, (this.#counted.get(status) ?? 0) + 1);
    if (moved !== undefined) this.#movedSeen.add(snapshot.id);
    for (const { key, most } of deployment.plan.limits) {
      this.#limits.set(key, Math.max(most, this.#limits.get(key) ?? 0));
    }
    return undefined;
  }

  #reportUnfit(snapshot: Exclude<Snapshot, StoredDeployment>): void {
    const { id: deploymentId } = snapshot;
    if (snapshot.kind === 'unreadable') {
      const { problem: message } = snapshot;
      this.#log.add({ invariant: 'record_readable', deploymentId, message });
    } else if (snapshot.listed) {
      const message = 'the history names it, and it has no record';
      this.#log.add({ invariant: 'history_complete', deploymentId, message });
    }
  }

  /** The stream must have told all that an open deployment remembers. */
  #checkStreamed(snapshot: StoredDeployment, stream: StreamFold): void {
    if (isTerminal(snapshot.deployment.state.status)) return;
    // Ended since, it stands nowhere any more.
    const none = stream.whole && !stream.moved.has(snapshot.id) ? 0 : null;
    const told = stream.standing(snapshot.id) ?? none;
    const { length } = snapshot.events;
    if (told === null || told >= length) return;
    const message = `the stream of all tells ${told} of its ${length} events`;
    reporterOf(snapshot, this.#log)('stream_agrees', message, told + 1);
  }

  /** Records that no history names: else nobody would ever look at them. */
  async #checkUnlisted(stream: StreamFold, book: LedgerBook | null): Promise<void> {
    const seen = new Set<DeploymentId>();
    for await (const ids of this.#source.unlisted()) {
      const fresh = [...new Set(ids)].filter((id) => !seen.has(id));
      for (const id of fresh) seen.add(id);
      await this.#checkDeployments(fresh, stream, book, true);
    }
  }

  /**
   * Counters go on counting what retention pruned. What it pruned since they
   * were read may have been recounted before, or not: as far as that goes, and
   * only as far, the recount may differ.
   *
   * @returns how many deployments were pruned by now
   */
  async #compareCounters(
    { counters, trimmed }: AuditFrame,
    { moved }: StreamFold,
  ): Promise<number> {
    const { trimmed: byNow } = await this.#source.frame();
    const total = sumOf(byNow);
    // Of what went on and was pruned since, nobody can tell any more what it was counted as.
    const unseen = [...moved].filter(([id, first]) => first > 1 && !this.#movedSeen.has(id));
    const untold = Math.min(unseen.length, total - sumOf(trimmed));
    for (const status of PLAN_STATUSES) {
      const counter = counters[status] ?? 0;
      const gone = trimmed[status] ?? 0;
      const least = (this.#counted.get(status) ?? 0) + gone;
      const most = least + (byNow[status] ?? 0) - gone + untold;
      if (counter >= least && counter <= most) continue;
      const recount = least === most ? `${least}` : `${least} to ${most}`;
      const told = gone > 0 ? ` with the ${gone} that were pruned` : '';
      const message = `${counter} are counted as ${status}: a recount gives ${recount}${told}`;
      this.#log.add({ invariant: 'counters_exact', message });
    }
    return total;
  }

  async #checkServices(from: number, stream: StreamFold, book: LedgerBook | null): Promise<void> {
    for await (const refs of this.#source.services()) {
      const { sequence, services } = await this.#source.servicesNow(refs);
      await stream.advance(sequence);
      for (const snapshot of services) {
        this.#services += 1;
        const fold = stream.service(snapshot);
        await checkService(this.#source, snapshot, fold, this.#log);
        // What the ledger told at the beginning is compared with what has not changed since.
        if (book === null || fold.newest > from) continue;
        await checkActiveOnTargets(this.#source, snapshot, book, this.#log);
      }
    }
  }
}

const sumOf = (amounts: AuditFrame['trimmed']): number =>
  Object.values(amounts).reduce((sum, amount) => sum + amount, 0);

const goneNote = (trimmed: number): string =>
  `retention has let ${trimmed} deployments go: of them, only their number is known`;

const STREAM_TRIMMED =
  'the stream of all does not reach back to the first event: what is active, stacks and who ran beside whom are judged from its oldest event on';
