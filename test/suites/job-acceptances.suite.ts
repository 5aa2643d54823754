import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Acceptance, JobAcceptances } from '../../src/domain/ports/job-acceptances.js';

export interface AcceptancesHand {
  readonly acceptances: JobAcceptances;
  /** Lets this much time pass, or waits for it. */
  pass(ms: number): Promise<void>;
}

const JOB = { queue: 'plan', jobId: 'job_1', publishedAt: 1 };
const acceptance = (rest: Partial<Acceptance> = {}): Acceptance => ({
  job: JOB,
  digest: 'one',
  publisher: 'ci',
  nonce: 'n1',
  nonceMs: 60_000,
  ...rest,
});

/** What every memory of accepted jobs must do, whatever it is made of. */
export function jobAcceptancesSuite(name: string, make: () => Promise<AcceptancesHand>): void {
  describe(name, () => {
    let acceptances: JobAcceptances;
    let pass: AcceptancesHand['pass'];
    beforeEach(async () => {
      const hand = await make();
      ({ acceptances } = hand);
      pass = (ms) => hand.pass(ms);
    });

    test('knows the content it accepted, under its own name only', async () => {
      expect(await acceptances.accept(acceptance())).toBe(true);
      expect(await acceptances.isAccepted(JOB, 'one')).toBe(true);
      expect(await acceptances.isAccepted(JOB, 'two')).toBe(false);
      expect(await acceptances.isAccepted({ ...JOB, jobId: 'job_2' }, 'one')).toBe(false);
      expect(await acceptances.isAccepted({ ...JOB, queue: 'rollback' }, 'one')).toBe(false);
      // BullMQ gave the id again: it is another job.
      expect(await acceptances.isAccepted({ ...JOB, publishedAt: 2 }, 'one')).toBe(false);
    });

    test('takes a nonce once, of each publisher', async () => {
      await acceptances.accept(acceptance());
      const elsewhere = { job: { ...JOB, jobId: 'job_2' } };
      expect(await acceptances.accept(acceptance(elsewhere))).toBe(false);
      expect(await acceptances.isAccepted(elsewhere.job, 'one')).toBe(false);
      expect(await acceptances.accept(acceptance({ digest: 'two' }))).toBe(false);
      expect(await acceptances.isAccepted(JOB, 'one')).toBe(true);
      expect(await acceptances.accept(acceptance({ ...elsewhere, publisher: 'cd' }))).toBe(true);
    });

    test('says the same when the same call is sent again', async () => {
      await acceptances.accept(acceptance());
      expect(await acceptances.accept(acceptance())).toBe(true);
    });

    test('a decision takes the place of what was asked, and a nonce is no way back', async () => {
      await acceptances.accept(acceptance());
      await acceptances.vouch(JOB, ['one', 'decided']);
      expect(await acceptances.isAccepted(JOB, 'one')).toBe(true);
      expect(await acceptances.isAccepted(JOB, 'decided')).toBe(true);
      await acceptances.vouch(JOB, ['decided']);
      expect(await acceptances.isAccepted(JOB, 'one')).toBe(false);
      expect(await acceptances.accept(acceptance())).toBe(false);
    });

    test('forgets what has ended, at once or a little later', async () => {
      await acceptances.accept(acceptance());
      await acceptances.end(JOB, 0);
      expect(await acceptances.isAccepted(JOB, 'one')).toBe(false);
      expect(await acceptances.accept(acceptance())).toBe(false);

      await acceptances.accept(acceptance({ nonce: 'n2' }));
      await acceptances.end(JOB, 60_000);
      expect(await acceptances.isAccepted(JOB, 'one')).toBe(true);
    });

    test('forgets a nonce when its time is over', async () => {
      await acceptances.accept(acceptance({ nonceMs: 50 }));
      await pass(60);
      await vi.waitFor(async () =>
        expect(await acceptances.accept(acceptance({ digest: 'two' }))).toBe(true),
      );
    });
  });
}
