import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfiguredServices } from '../../../src/adapters/config/configured-services.js';
import { checkConfig } from '../../../src/adapters/config/load-config.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { aDeployment } from '../../support/fixtures.js';
import { subject } from '../probes/probe-fixtures.js';

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'signalbox-network-'));
});
afterEach(() => rm(stateDir, { recursive: true }));

describe('the network of a configuration', () => {
  test.each([
    [{ deny: ['127.0.0.0/8'] }, 'network.deny covers 127.0.0.1'],
    [{ allow: ['10.0.0.0/8'] }, 'network.allow does not cover 127.0.0.1'],
  ])('holds for checks and metric sources: %j', async (network, said) => {
    const services = new ConfiguredServices(
      checkConfig({
        network,
        services: {
          api: {
            driver: { kind: 'command', argv: ['true'] },
            checks: [{ kind: 'http', url: 'http://127.0.0.1:1/', unhealthyThreshold: 1 }],
          },
        },
        metricSources: { prom: { kind: 'prometheus', url: 'http://127.0.0.1:1' } },
      }),
      { clock: systemClock, stateDir, workerId: 'w', flagStore: () => null },
    );
    const runtime = services.runtimeOf(aDeployment());
    if (!runtime.ok) throw new Error(runtime.error);
    const { signal } = new AbortController();

    const query = { query: 'up', kind: 'instant', start: 0, end: 1, stepMs: 1 } as const;
    const answer = await runtime.value.metrics?.('prom')?.query(query, signal);
    expect(answer).toMatchObject({ error: { message: expect.stringContaining(said) } });
    const verdict = await runtime.value.checker?.runAll([subject()], signal);
    expect(JSON.stringify(verdict)).toContain(said);
  });
});
