/** A target as one balancer has it at one moment. */
export interface ServerView {
  readonly target: string;
  /** As it is set, whatever the server's state. */
  readonly weight: number;
  /** It is given new requests. */
  readonly serves: boolean;
  /** A person holds it out here. */
  readonly held: boolean;
}

export type RestartKind = 'kill' | 'reload';

/** One balancer before the service, and what people do to it. */
export interface Balancer {
  readonly name: string;
  /** Where requests go; several where clients choose a target by themselves. */
  readonly urls: readonly string[];
  /** `null` while it can't be asked. */
  readonly look: () => Promise<readonly ServerView[] | null>;
  /** A person takes the target out of service, and waits until that is so; false where it can't be done now. */
  readonly hold: (target: string) => Promise<boolean>;
  readonly giveBack: (target: string) => Promise<void>;
  /** `forgets`: what was set while it ran is lost. */
  readonly restart: (how: RestartKind) => Promise<{ readonly forgets: boolean }>;
  readonly dispose: () => Promise<void>;
}

export interface PlacedTarget {
  readonly id: string;
  readonly address: string;
  readonly capacity?: number;
  readonly metadata?: { readonly colour: string };
}

/** The balancers before the service, and the part of a configuration that names them. */
export interface Site {
  readonly balancers: readonly Balancer[];
  readonly router: object;
}
