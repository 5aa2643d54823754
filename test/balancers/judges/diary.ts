import type { RecordedEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { ServerView } from '../sites/balancer.js';

/** A balancer as it was at one moment (epoch milliseconds); `null` where it could not be asked. */
export interface Sample {
  /** When it was asked, and when it answered. */
  readonly at: number;
  readonly until: number;
  readonly servers: readonly ServerView[] | null;
}

/** What somebody else did to a balancer. */
export type Deed =
  | {
      readonly kind: 'maint';
      readonly balancer: string;
      readonly target: string;
      readonly begunAt: number;
      /** From when it surely was so, and until it was lifted. */
      readonly at: number;
      until: number;
    }
  | {
      readonly kind: 'restart';
      readonly balancer: string;
      readonly how: 'kill' | 'reload';
      readonly forgets: boolean;
      readonly begunAt: number;
      /** When it surely answered again. */
      readonly until: number;
    };

/** A deployment as it ended. */
export interface Told {
  readonly id: string;
  readonly name: string;
  /** The capacity that had to go on serving, as its strategy asks for it, or more where its plan said so. */
  readonly floor: number;
  /** It switches from one colour to the other, whatever others hold out of that: nothing limits it. */
  readonly isSwitch: boolean;
  /** What each target can carry. */
  readonly capacities: Readonly<Record<string, number>>;
  readonly events: readonly RecordedEvent[];
}

/** All that was seen and done in a case. */
export interface Diary {
  readonly samples: Map<string, Sample[]>;
  readonly deeds: Deed[];
  readonly deployments: Told[];
}
