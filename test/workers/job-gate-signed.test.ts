import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueName } from '../../src/contracts/jobs/define-job.js';
import { serviceName } from '../../src/domain/model/ids.js';
import { aDraft, anId } from '../support/fixtures.js';
import {
  arrived,
  HOOK,
  makeGate,
  newWorld,
  PLAN,
  reasonOf,
  sign,
  type Where,
  WINDOW,
  world,
} from './gate-world.js';

beforeEach(newWorld);

describe('a signed job', () => {
  test('is taken from whoever is known, by either kind of key', async () => {
    const gate = await makeGate();
    expect(await gate.outcomeFor(arrived(sign(PLAN)))).toBeNull();
    const hooked = sign(PLAN, { jobId: 'job_2', as: HOOK });
    expect(await gate.outcomeFor(arrived(hooked, { jobId: 'job_2' }))).toBeNull();
  });

  test('is not taken with anything changed', async () => {
    const gate = await makeGate();
    const signed = sign(PLAN) as typeof PLAN & { signature: Record<string, unknown> };
    const { signature } = signed;
    const changed: [string, object, Where?][] = [
      ['its version', { ...signed, version: '6.6.6' }],
      ['its service', { ...signed, service: 'web' }],
      ['a field more', { ...signed, approve: true }],
      ['its id', signed, { jobId: 'job_2' }],
      ['its queue', signed, { queue: 'rollback' }],
      ['its time', { ...signed, signature: { ...signature, issuedAt: world.now + 1 } }],
      ['its nonce', { ...signed, signature: { ...signature, nonce: 'B'.repeat(24) } }],
      ['its value', { ...signed, signature: { ...signature, value: 'A'.repeat(86) } }],
    ];
    for (const [what, data, where] of changed) {
      const reason = reasonOf(await gate.outcomeFor(arrived(data, where)));
      expect(reason, what).toMatch(/^signature: it is not "ci"'s signature/);
    }
    expect(await gate.outcomeFor(arrived(signed))).toBeNull();
  });

  test('is for one installation: signed for another namespace, queue or audience it is refused', async () => {
    const gate = await makeGate({ audience: 'production' });
    const elsewhere = sign(PLAN, { namespace: 'staging' });
    expect(reasonOf(await gate.outcomeFor(arrived(elsewhere)))).toBe(
      'signature: it is not "ci"\'s signature of this job and its id, for the queue plan of the namespace signalbox',
    );
    // Both are called signalbox: the audience tells them apart.
    expect(reasonOf(await gate.outcomeFor(arrived(sign(PLAN))))).toBe(
      'signature.audience: the job is signed for "signalbox", and this is "production"',
    );
    const forUs = sign(PLAN, { as: { ...HOOK, audience: 'production' } });
    expect(await gate.outcomeFor(arrived(forUs))).toBeNull();
    const { signature, ...data } = forUs as { signature: object };
    const renamed = { ...data, signature: { ...signature, audience: 'signalbox' } };
    expect(reasonOf(await (await makeGate()).outcomeFor(arrived(renamed)))).toMatch(
      /^signature: it is not "hook"/,
    );
  });

  test('is not taken from somebody unknown, nor with the key of another or another algorithm', async () => {
    const gate = await makeGate();
    const as = (signature: object) => {
      const signed = sign(PLAN) as { signature: object };
      return arrived({ ...signed, signature: { ...signed.signature, ...signature } });
    };
    expect(reasonOf(await gate.outcomeFor(as({ publisher: 'nobody' })))).toBe(
      'signature.publisher: no publisher "nobody" is known here',
    );
    expect(reasonOf(await gate.outcomeFor(as({ publisher: 'hook' })))).toBe(
      'signature.algorithm: "hook" signs with hmac-sha256',
    );
    const forged = sign(PLAN, { as: { name: 'hook', secret: 'x'.repeat(32) } });
    expect(reasonOf(await gate.outcomeFor(arrived(forged)))).toMatch(
      /it is not "hook"'s signature/,
    );
  });

  test('is taken within its window and not after it, nor before it was made', async () => {
    const gate = await makeGate();
    const signed = sign(PLAN);
    world.now += WINDOW + 1;
    expect(reasonOf(await gate.outcomeFor(arrived(signed)))).toMatch(
      /^signature.issuedAt: 1 ms too old/,
    );
    world.now -= WINDOW + 60_002;
    expect(reasonOf(await gate.outcomeFor(arrived(signed)))).toMatch(
      /^signature.issuedAt: it is in the future/,
    );
    world.now += 1;
    expect(await gate.outcomeFor(arrived(signed))).toBeNull();
  });

  test('is taken once: not again when it has ended, nor under the id of another job', async () => {
    const gate = await makeGate();
    const job = arrived(sign(PLAN));
    await gate.outcomeFor(job);
    await gate.ended(job, { kind: 'discard', reason: 'no targets' });
    expect(reasonOf(await gate.outcomeFor(job))).toBe(
      'signature.nonce: this signature was used before',
    );
    world.now += WINDOW;
    expect(reasonOf(await gate.outcomeFor(job))).toBe(
      'signature.nonce: this signature was used before',
    );
    world.now += 60_001;
    expect(reasonOf(await gate.outcomeFor(job))).toMatch(/^signature.issuedAt/);
  });

  test('that waits for days is still the job that was taken', async () => {
    const gate = await makeGate();
    const job = arrived(sign(PLAN));
    await gate.outcomeFor(job);
    world.now += 20 * WINDOW;
    expect(await gate.outcomeFor(job)).toBeNull();
    expect(reasonOf(await gate.outcomeFor(arrived({ ...job.data, version: '6' })))).not.toBe(
      'taken',
    );
  });

  test('may come again by a crash just after it was done, but not later', async () => {
    const gate = await makeGate();
    const job = arrived(sign(PLAN));
    await gate.outcomeFor(job);
    await gate.ended(job, { kind: 'done', result: { deploymentId: null, state: null } });
    world.now += 59_000;
    expect(await gate.outcomeFor(job)).toBeNull();
    world.now += WINDOW;
    expect(reasonOf(await gate.outcomeFor(job))).not.toBe('taken');
  });

  test('keeps to what its publisher may do', async () => {
    const gate = await makeGate();
    const deployment = { ...aDraft().deployment, service: serviceName('web') };
    world.stored = [deployment];
    const cases: [QueueName, object, RegExp][] = [
      ['plan', { ...PLAN, service: 'web' }, /"hook" may not publish for production\/web$/],
      ['plan', { ...PLAN, environment: 'staging' }, /"hook" may not publish for staging\/api$/],
      ['rollback', { schema: 1, service: 'api' }, /"hook" may not publish rollback-deployment$/],
      [
        'execute',
        { schema: 1, deploymentId: deployment.id },
        /"hook" may not publish for production\/web$/,
      ],
    ];
    for (const [queue, data, said] of cases) {
      const signed = sign(data, { queue, as: HOOK });
      expect(reasonOf(await gate.outcomeFor(arrived(signed, { queue })))).toMatch(said);
    }
  });

  test('about a deployment that is not there yet waits for it, then is refused', async () => {
    const gate = await makeGate();
    const signed = sign({ schema: 1, deploymentId: anId() }, { queue: 'execute' });
    const job = arrived(signed, { queue: 'execute' });
    expect(await gate.outcomeFor(job)).toEqual({ kind: 'snooze', until: world.now + 500 });
    world.now += 30_000;
    expect(reasonOf(await gate.outcomeFor(job))).toMatch(/^deploymentId: no deployment /);
  });
});

describe('a decision that is written into a signed job', () => {
  const asked = { schema: 1, service: 'api' };
  const decided = { schema: 1, deploymentId: 'dep_0123456789' };
  const queue = 'rollback';

  test('is what is taken from then on, and what was asked for is not', async () => {
    const gate = await makeGate();
    const job = arrived(sign(asked, { queue }), { queue });
    await gate.outcomeFor(job);
    await gate.pin(job, job.data, decided, async () => {});
    expect(await gate.outcomeFor(arrived(decided, { queue }))).toBeNull();
    expect(reasonOf(await gate.outcomeFor(job))).toBe(
      'signature.nonce: this signature was used before',
    );
    const other = { ...decided, deploymentId: 'dep_9999999999' };
    expect(reasonOf(await gate.outcomeFor(arrived(other, { queue })))).toMatch(
      /^signature: the job is not signed/,
    );
  });

  test('leaves one of the two to be taken when the worker dies at the write', async () => {
    const gate = await makeGate();
    const job = arrived(sign(asked, { queue }), { queue });
    await gate.outcomeFor(job);
    const dies = () => Promise.reject(new Error('dead'));
    await expect(gate.pin(job, job.data, decided, dies)).rejects.toThrow('dead');
    expect(await gate.outcomeFor(job)).toBeNull();
    expect(await gate.outcomeFor(arrived(decided, { queue }))).toBeNull();
  });
});
