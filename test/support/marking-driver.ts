import type {
  DriverCall,
  TargetObservation,
  UnsettledCall,
} from '../../src/domain/ports/target-driver.js';
import { type Answer, FakeDriver } from './fake-services.js';

type Observe = (
  call: UnsettledCall,
  signal: AbortSignal,
) => Promise<TargetObservation | null> | TargetObservation | null;

/** Targets that keep, as the last deed of a call, a mark of which one it was. */
export class MarkingDriver extends FakeDriver {
  readonly marks = new Map<string, TargetObservation>();
  /** Every call that took effect: `deploy web-1 by dep_…`. */
  readonly effects: string[] = [];
  readonly observed: UnsettledCall[] = [];
  onObserve: Observe = ({ target }) => this.marks.get(target.id) ?? null;

  override async apply(call: DriverCall, signal: AbortSignal): Promise<Answer> {
    const answer = await super.apply(call, signal);
    if (answer.ok) this.leaveMark(call);
    return answer;
  }

  async observe(call: UnsettledCall, signal: AbortSignal): Promise<TargetObservation | null> {
    this.observed.push(call);
    return this.onObserve(call, signal);
  }

  leaveMark({ action, target, version, deploymentId, fence }: DriverCall): void {
    this.effects.push(`${action} ${target.id} by ${deploymentId}`);
    this.marks.set(target.id, { version, deploymentId, fence });
  }
}
