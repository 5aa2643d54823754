import type { DriverCall, TargetDriver } from '../../src/domain/ports/target-driver.js';
import { ok } from '../../src/domain/model/result.js';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, broken } from '../support/fake-services.js';

/** How the targets can be made to misbehave. */
export interface TargetFaults {
  /** They let an older fence act. */
  readonly unfenced?: true;
  /** They do what they are told twice. */
  readonly twice?: true;
  /** They answer for work that they did not do. */
  readonly lying?: true;
  /** They take another version than the one they were given. */
  readonly other?: true;
}

/**
 * The world that deployments change: targets that remember the newest fence
 * they have seen, and write a ledger of their own.
 */
export class LedgerTargets {
  readonly lines: string[] = [];
  readonly #fences = new Map<string, number>();
  readonly #open = new Map<string, number>();
  readonly #faults: TargetFaults;
  readonly #ms: () => number;

  constructor(faults: TargetFaults, ms: () => number) {
    this.#faults = faults;
    this.#ms = ms;
  }

  fenceOf(service: string, target: string): number {
    return this.#fences.get(`${service} ${target}`) ?? 0;
  }

  isBusy(service: string, target: string): boolean {
    return (this.#open.get(`${service} ${target}`) ?? 0) > 0;
  }

  async apply(call: DriverCall): Promise<Answer> {
    const key = `${call.service} ${call.target.id}`;
    const newest = this.fenceOf(call.service, call.target.id);
    if (call.fence < newest && !this.#faults.unfenced) {
      const message = `fence ${call.fence} is older than ${newest}`;
      return { ok: false, error: { code: 'driver/fenced', message, transient: false } };
    }
    this.#fences.set(key, Math.max(newest, call.fence));
    for (let times = this.#faults.twice ? 2 : 1; times > 0; times--) await this.#carryOut(call);
    const bad = call.action === 'deploy' && call.version === 'bad' && call.target.id === 'web-2';
    return bad ? broken('it does not start') : ok({ fence: call.fence });
  }

  async #carryOut(call: DriverCall): Promise<void> {
    const done = !(
      call.action === 'deploy' &&
      call.version === 'bad' &&
      call.target.id === 'web-2'
    );
    const key = `${call.service} ${call.target.id}`;
    this.#note('begin', call, true);
    this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    await pause(this.#ms());
    this.#open.set(key, (this.#open.get(key) ?? 0) - 1);
    if (!this.#faults.lying || call.target.id !== 'web-1') this.#note('end', call, done);
  }

  #note(phase: 'begin' | 'end', call: DriverCall, done: boolean): void {
    const { action, environment, service, deploymentId, fence } = call;
    const version = this.#faults.other && call.target.id === 'web-1' ? 'other' : call.version;
    const on = { target: call.target.id, version, deploymentId, fence };
    const at = new Date().toISOString();
    this.lines.push(
      JSON.stringify({ at, phase, action, environment, service, ...on, ...(done ? {} : { done }) }),
    );
  }
}

/** A worker's way to the targets; `gate` lets it be frozen before a call. */
export const ledgerDriver = (
  targets: LedgerTargets,
  gate: (what: string) => Promise<void>,
): TargetDriver => ({
  kind: 'ledger',
  fences: true,
  removes: true,
  timeoutMs: 1_000,
  apply: async (call) => {
    await gate(`call ${call.service} ${call.target.id}`);
    const answer = await targets.apply(call);
    await gate(`answer ${call.service} ${call.target.id}`);
    return answer;
  },
  settle: async ({ service, target }) => (targets.isBusy(service, target.id) ? 5 : 0),
});
