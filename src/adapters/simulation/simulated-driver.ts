import { serviceKey, type TargetId, type Version } from '../../domain/model/ids.js';
import type { Evidence } from '../../domain/model/target.js';
import type { Clock } from '../../domain/ports/clock.js';
import type {
  DriverCall,
  DriverFailure,
  TargetDriver,
  TargetObservation,
  UnsettledCall,
} from '../../domain/ports/target-driver.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { CallFault } from '../../contracts/simulation/fault.schema.js';
import { failed } from '../drivers/process/driver-failure.js';

/** One call, and which one on its target it is, counted from 1 per action. */
export interface SimulatedCall extends DriverCall {
  readonly attempt: number;
}

/** What goes wrong with a call; `null`: nothing. */
export type DriverFault = (call: SimulatedCall) => CallFault | null;

export interface SimulatedDriverOptions {
  readonly clock: Clock;
  readonly kind?: string;
  readonly fences?: boolean;
  readonly removes?: boolean;
  readonly timeoutMs?: number;
  /** How long a call takes, by the clock. At once, if not given. */
  readonly callMs?: (call: SimulatedCall) => number;
  readonly fault?: DriverFault;
}

type Answer = Result<Evidence, DriverFailure>;

/**
 * Puts versions on targets that there are not, and remembers what each of them
 * really runs, whatever it answered.
 */
export class SimulatedDriver implements TargetDriver {
  readonly kind: string;
  readonly fences: boolean;
  readonly removes: boolean;
  readonly timeoutMs: number;
  /** In the order in which they were made. */
  readonly calls: SimulatedCall[] = [];
  readonly runs = new Map<TargetId, Version | null>();
  readonly #clock: Clock;
  readonly #callMs: (call: SimulatedCall) => number;
  readonly #fault: DriverFault;
  readonly #attempts = new Map<string, number>();
  readonly #fence = new Map<string, number>();
  readonly #taken = new Map<string, TargetObservation>();
  readonly #open = new Map<TargetId, AbortController>();

  constructor(options: SimulatedDriverOptions) {
    const { clock, callMs = () => 0, fault = () => null, timeoutMs = 900_000 } = options;
    this.kind = options.kind ?? 'simulated';
    this.fences = options.fences ?? true;
    this.removes = options.removes ?? true;
    this.timeoutMs = timeoutMs;
    this.#clock = clock;
    this.#callMs = callMs;
    this.#fault = fault;
  }

  async apply(call: DriverCall, signal: AbortSignal): Promise<Answer> {
    const old = this.#refuseOld(call);
    if (old) return old;
    const stop = new AbortController();
    this.#open.set(call.target.id, stop);
    const answer = await this.#carryOut(
      this.#counted(call),
      AbortSignal.any([signal, stop.signal]),
    );
    if (this.#open.get(call.target.id) === stop) this.#open.delete(call.target.id);
    return answer;
  }

  /** Ends what an earlier call still does: it answers that it was stopped. */
  async settle({ target }: UnsettledCall): Promise<number> {
    this.#open.get(target.id)?.abort();
    return 0;
  }

  async observe(call: UnsettledCall): Promise<TargetObservation | null> {
    return this.#taken.get(placeOf(call)) ?? null;
  }

  #refuseOld(call: DriverCall): Answer | null {
    const key = placeOf(call);
    const seen = this.#fence.get(key) ?? 0;
    if (this.fences && call.fence < seen) {
      return failed('driver/fenced', `${call.target.id} has seen fence ${seen}`);
    }
    this.#fence.set(key, call.fence);
    return null;
  }

  #counted(call: DriverCall): SimulatedCall {
    const key = `${call.action} ${call.deploymentId} ${call.target.id}`;
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    const counted = { ...call, attempt };
    this.calls.push(counted);
    return counted;
  }

  async #carryOut(call: SimulatedCall, signal: AbortSignal): Promise<Answer> {
    const { target, version } = call;
    if (version === null && !this.removes) {
      return failed('driver/misconfigured', `${target.id} can't be taken back to running nothing`);
    }
    const fault = this.#fault(call);
    const wanted =
      fault === 'hang'
        ? Number.POSITIVE_INFINITY
        : typeof fault === 'number'
          ? fault
          : this.#callMs(call);
    const ms = Math.min(wanted, this.timeoutMs);
    if (ms > 0) await this.#clock.sleep(ms, signal);
    if (signal.aborted) return failed('driver/aborted', `${target.id} was told to stop`);
    if (wanted > this.timeoutMs) {
      return failed('driver/timeout', `${target.id} took longer than ${this.timeoutMs} ms`);
    }
    if (fault === 'refuse') return failed('driver/rejected', `${target.id} refuses it`);
    if (fault === 'fail') return failed('driver/unreachable', `${target.id} does not answer`);
    if (fault !== 'lie') {
      const { deploymentId, fence } = call;
      this.runs.set(target.id, version);
      this.#taken.set(placeOf(call), { version, deploymentId, fence });
    }
    return ok({ simulated: true, version });
  }
}

const placeOf = (call: DriverCall): string => `${serviceKey(call)}/${call.target.id}`;
