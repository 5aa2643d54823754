import type { CallFault, Fault } from '../../contracts/simulation/fault.schema.js';
import type { Version } from '../../domain/model/ids.js';
import type { ProbeSubject } from '../../domain/ports/health-probe.js';
import type { RouterFailure } from '../../domain/ports/traffic-router.js';
import type { Death } from './mortal-store.js';
import type { SimulatedCall } from './simulated-driver.js';

type FaultOn<On extends Fault['on']> = Extract<Fault, { readonly on: On }>;

export interface Circumstances {
  /** Whether a version is the one from before: checks find nothing wrong with it. */
  readonly isGood: (version: Version) => boolean;
  /** Which of the targets of its deployment this is, in the plan's order, from 1. */
  readonly placeOf: (call: SimulatedCall) => number;
}

/** Decides for each thing that is done whether it goes wrong, and counts what goes wrong a number of times. */
export class FaultPlan {
  /** In the order in which workers die. */
  readonly deaths: readonly Death[];
  readonly #faults: readonly Fault[];
  readonly #circumstances: Circumstances;
  readonly #spent = new Map<Fault, Map<string, number>>();

  constructor(faults: readonly Fault[], circumstances: Circumstances) {
    this.#faults = faults;
    this.#circumstances = circumstances;
    this.deaths = this.#all('worker').map(({ nth }) => ({ nth }));
  }

  readonly call = (call: SimulatedCall): CallFault | null => {
    const on = call.action === 'deploy' ? 'deploy' : 'restore';
    const met = this.#all(on).find(
      ({ target, nth, times }) =>
        (target === null ? nth === this.#circumstances.placeOf(call) : target === call.target.id) &&
        (times === null || call.attempt <= times),
    );
    return met?.how ?? null;
  };

  readonly check = ({ target, version }: ProbeSubject): string | null => {
    if (version !== null && this.#circumstances.isGood(version)) return null;
    const id = target?.id ?? '';
    const met = this.#all('check').some(
      (fault) => (fault.target === null || fault.target === id) && this.#strikes(fault, id),
    );
    return met ? 'a simulated fault' : null;
  };

  readonly router = (): RouterFailure | null =>
    this.#any('router')
      ? {
          code: 'router/unreachable',
          message: 'the simulated router does not answer',
          transient: true,
        }
      : null;

  readonly flag = (): boolean => this.#any('flag');

  readonly metric = (name: string): boolean =>
    this.#all('metrics').some(({ metric }) => metric === null || metric === name);

  readonly source = (name: string): boolean =>
    this.#all('source').some(
      (fault) => (fault.source === null || fault.source === name) && this.#strikes(fault),
    );

  #any(on: 'router' | 'flag'): boolean {
    return this.#faults.some((fault) => fault.on === on && this.#strikes(fault));
  }

  /** Each strike is one of those that it has. */
  #strikes(fault: FaultOn<'check' | 'router' | 'flag' | 'source'>, where = ''): boolean {
    const spent = this.#spent.get(fault) ?? new Map<string, number>();
    this.#spent.set(fault, spent);
    const before = spent.get(where) ?? 0;
    spent.set(where, before + 1);
    return fault.times === null || before < fault.times;
  }

  #all<On extends Fault['on']>(on: On): readonly FaultOn<On>[] {
    return this.#faults.filter((fault): fault is FaultOn<On> => fault.on === on);
  }
}
