import { composeWorker } from '../src/app/workers/compose.js';
import { createProducer } from '../src/app/session/compose-producer.js';
import { type ConfigInput, ConfigSchema } from '../src/contracts/config/config.schema.js';
import { TargetSchema } from '../src/contracts/values/schemas.js';
import { DEFAULT_POLICY } from '../src/domain/model/plan/policy.js';
import { isTerminal } from '../src/domain/model/deployment/plan-state.js';
import type { DeploymentStore } from '../src/domain/ports/deployment-store.js';
import { ok } from '../src/domain/model/result.js';
import { SILENT } from '../src/domain/ports/log.js';
import type { TargetDriver } from '../src/domain/ports/target-driver.js';
import type { Contender } from './contender.js';

const noop: TargetDriver = {
  kind: 'noop',
  fences: true,
  removes: true,
  timeoutMs: 1_000,
  apply: async () => ok({}),
  settle: async () => 0,
};

/** Signalbox with everything on: slot, fence, intents, events, indexes, stable. */
export async function signalboxPipeline(
  url: string,
  services: number,
  retention?: ConfigInput['retention'],
): Promise<Contender> {
  const namespace = 'bench-signalbox';
  const config = ConfigSchema.parse({ namespace, services: {}, retention });
  const targets = TargetSchema.array().parse([{ id: 'a' }, { id: 'b' }, { id: 'c' }]);
  const { kind, fences, removes, timeoutMs: driverTimeoutMs } = noop;
  const waiting = new Map<string, (state: string) => void>();
  const host = await composeWorker({
    connection: url,
    config,
    log: SILENT,
    wrapStore: (store) => noticeEnds(store, waiting),
    services: () => ({
      resolve: (_, version) =>
        ok({
          version,
          strategy: { kind: 'rolling' },
          targets,
          checks: [],
          driver: { kind, fences, removes },
          driverTimeoutMs,
          policy: DEFAULT_POLICY,
        }),
      runtimeOf: () => ok({ driver: noop, checker: null }),
    }),
  });
  const producer = createProducer({ connection: url, namespace });
  let made = 0;
  return {
    name: 'Signalbox',
    async deploy() {
      const service = `s${made++ % services}`;
      const { deploymentId } = await producer.deploy({ service, version: `${made}` });
      const state = await new Promise<string>((resolve) => waiting.set(deploymentId, resolve));
      if (state !== 'completed') throw new Error(`${deploymentId} is ${state}`);
    },
    async close() {
      await host.stop();
      await producer.close();
    },
  };
}

/** Tells of an ending the moment its write is answered, as the other contender's own code does. */
function noticeEnds(
  store: DeploymentStore,
  waiting: Map<string, (state: string) => void>,
): DeploymentStore {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'append') return value.bind(target);
      return async (transition: Parameters<DeploymentStore['append']>[0]) => {
        const answer = await target.append(transition);
        const { id, state } = transition.after;
        if (answer.ok && isTerminal(state.status)) {
          waiting.get(id)?.(state.status);
          waiting.delete(id);
        }
        return answer;
      };
    },
  });
}
