import { deploymentIdForKey } from '../../src/contracts/values/deployment-id.js';
import {
  type DeploymentId,
  deploymentId,
  environmentName,
  type ServiceRef,
  serviceName,
} from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { Transition } from '../../src/domain/ports/deployment-store.js';
import { API } from '../support/fixtures.js';
import type { Session } from './next-work.js';
import { StoreModel } from './store-model.js';
import type { Subject } from './subject.js';

export const REFS: readonly ServiceRef[] = [
  API,
  { ...API, service: serviceName('web') },
  // It has the same targets as production.
  { ...API, environment: environmentName('staging') },
];
export const WORKERS = ['w1', 'w2', 'w3'] as const;

/** A write that was sent, and can be sent again. */
export interface Sent {
  readonly send: () => Promise<string>;
  readonly transition: Transition;
  readonly op: number;
}

/** One call: what the store is asked, and what the model says to the same. */
export interface Call {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
  readonly expected: () => unknown;
  /** Of a store that takes scripts: each is sent twice. */
  readonly twice?: boolean;
  /** Given what the model answered. */
  readonly after?: (answer: unknown) => void;
}

/** Everything that goes on around a store while it is played with. */
export class Stage {
  readonly model = new StoreModel();
  readonly subject: Subject;
  readonly sessions: Session[] = [];
  readonly sent: Sent[] = [];
  readonly views = new Map<DeploymentId, readonly Deployment[]>();
  op = 0;

  constructor(subject: Subject) {
    this.subject = subject;
  }

  /** One of those there are, and sometimes one that is not. */
  any(which: number): DeploymentId {
    const all = [...this.model.deployments.keys()];
    return which === 0 ? NOBODY : (at(all, which) ?? NOBODY);
  }

  session(which: number): Session | undefined {
    // The newest first: they have come further.
    return at(this.sessions.toReversed(), which);
  }

  /** Keeps what each deployment was, for those who act on old news. */
  remember(): void {
    for (const [id, { deployment }] of this.model.deployments) {
      const views = this.views.get(id) ?? [];
      if (views.at(-1)?.revision === deployment.revision) continue;
      this.views.set(id, [...views, deployment]);
    }
  }
}

const NOBODY = deploymentId('dep_0000000nobody');

/** The deployment of an idempotency key; keys belong to services in turn. */
export function keyed(key: number): { readonly id: DeploymentId; readonly ref: ServiceRef } {
  const ref = at(REFS, key) ?? API;
  return { id: deploymentIdForKey(ref, `key-${key}`), ref };
}

export const at = <T>(all: readonly T[], which: number): T | undefined => all[which % all.length];
