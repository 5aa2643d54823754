import { appendFileSync } from 'node:fs';
import type { DeploymentStore } from '../../src/domain/ports/deployment-store.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { machineNow } from './shifted-date.js';

/** What workers note beside Redis, by the machine's own clock: who had what in hand when it died. */
export interface Note {
  /** `dies`: by its own hand, this very moment. */
  readonly type: 'claimed' | 'let_go' | 'dies';
  readonly at: number;
  readonly pid: number;
  readonly deployment: string | null;
}

export type Noter = (type: Note['type'], deployment: string | null) => void;

export const noterFor =
  (path: string): Noter =>
  (type, deployment) => {
    const note: Note = { type, at: machineNow(), pid: process.pid, deployment };
    appendFileSync(path, `${JSON.stringify(note)}\n`);
  };

/** Notes what this worker takes up and lets go of. */
export function noted(store: DeploymentStore, note: Noter): DeploymentStore {
  const own: Partial<DeploymentStore> = {
    async claim(id, request) {
      const claim = await store.claim(id, request);
      if (claim.kind === 'claimed') note('claimed', id);
      return claim;
    },
    async append(transition) {
      const answer = await store.append(transition);
      const { fence, release, after } = transition;
      const ends = release || isTerminal(after.state.status);
      if (answer.ok && fence !== null && ends) note('let_go', after.id);
      return answer;
    },
    async release(id, ...rest) {
      const next = await store.release(id, ...rest);
      note('let_go', id);
      return next;
    },
  };
  return new Proxy(store, {
    get(target, name) {
      const mine: unknown = Reflect.get(own, name);
      if (mine !== undefined) return mine;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
