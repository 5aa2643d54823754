import { expect, test } from 'vitest';
import { type Knowledge, KNOWS_ALL } from '../../src/domain/fleet/knowledge.js';
import { environmentName } from '../../src/domain/model/ids.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { Fleet } from '../../src/workers/fleet/fleet.js';
import { HandOver } from '../../src/workers/jobs/hand-over.js';
import type { ArrivedJob } from '../../src/workers/jobs/job-gate.js';
import { API } from '../support/fixtures.js';
import { aWorkerSign, knowing, knownService } from '../support/worker-signs.js';

const GRACE_MS = 60_000;
const JOB: ArrivedJob = {
  ...{ queue: 'plan' as const, name: 'plan-deployment', jobId: 'job_1', publishedAt: 0, data: {} },
  request: API,
};
const NEED = { ref: API, bringsDriver: false };

/** A worker that knows one thing, beside another that may know more, `listened` ms after it came. */
async function handOver(
  own: Knowledge,
  other: Knowledge,
  { listened = 10_000, unknownFor = 0 } = {},
) {
  let now = 1_000_000;
  const clock = { now: () => now, sleep: async () => {} };
  const sign = aWorkerSign({ knowledge: own });
  const fleet = new Fleet({
    ...{ own: sign, outlines: new Map(), clock, log: SILENT },
    roster: {
      announce: async () => {},
      beat: async () => [sign, aWorkerSign({ id: 'other', host: 'host-2', knowledge: other })],
      leave: async () => {},
      workers: async () => [],
      outlineOf: async () => null,
    },
  });
  await fleet.join();
  now += listened;
  const nothing = async (): Promise<never> => Promise.reject(new Error('not asked'));
  return new HandOver({
    ...{ clock, log: SILENT, fleet, graceMs: GRACE_MS, refOf: nothing, publish: nothing },
    store: { load: nothing, append: nothing, service: nothing },
    handed: { handOn: async () => true, unknownFor: async () => unknownFor },
  });
}

const outcome = async (...world: Parameters<typeof handOver>) =>
  (await handOver(...world)).outcomeFor(JOB);

test('a job that this worker is configured for stays here', async () => {
  expect(await outcome(knowing('api'), knowing('web'))).toBeNull();
  expect(await outcome(KNOWS_ALL, knowing('web'))).toBeNull();
});

test('a job that another is configured for goes to it, and is looked at again after 10 s', async () => {
  expect(await outcome(knowing('web'), knowing('api'))).toEqual({
    kind: 'hand_on',
    ...{ need: NEED, wakeInMs: 10_000, known: true },
  });
});

test('nobody is said to know it before this worker has listened for a while', async () => {
  const late = { listened: 1_000, unknownFor: GRACE_MS };
  expect(await outcome(knowing('web'), knowing('shop'), late)).toMatchObject({
    ...{ kind: 'hand_on', wakeInMs: 1_000, known: false },
  });
});

test('a request for an environment that the service does not have is refused at once, with those that it has', async () => {
  const known = { environments: { production: 'f', staging: 'g' }, elsewhere: null };
  const worker = await handOver(knowing('web'), knowing(knownService('api', known)));
  const request = { ...API, environment: environmentName('prodution') };
  expect(await worker.outcomeFor({ ...JOB, request })).toEqual({
    kind: 'discard',
    reason:
      'environment: api has no environment prodution (did you mean `production`?): configured are production, staging',
  });
});

test('a request that nobody knows sleeps for what is left of its grace, and is refused then', async () => {
  const half = await outcome(knowing('web'), knowing('shop'), { unknownFor: 20_000 });
  expect(half).toMatchObject({ kind: 'hand_on', wakeInMs: 40_000, known: false });
  const over = await outcome(knowing('web'), knowing('shop'), { unknownFor: GRACE_MS });
  expect(over).toEqual({
    kind: 'discard',
    reason:
      'service: no worker is configured for production/api. Workers alive: host-1 (web in any environment), host-2 (shop in any environment). ' +
      "Add it to a worker's configuration, or check the name.",
  });
});

test('a request for a service that nobody knows is refused with the one that was probably meant', async () => {
  const worker = await handOver(knowing('web'), knowing('apis'), { unknownFor: GRACE_MS });
  expect(await worker.outcomeFor(JOB)).toMatchObject({
    kind: 'discard',
    reason: expect.stringContaining(
      'configured for production/api (did you mean `apis`?). Workers',
    ),
  });
});
