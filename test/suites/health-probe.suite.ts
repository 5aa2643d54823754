import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HealthProbe, ProbeSubject } from '../../src/domain/ports/health-probe.js';
import type { HealthStatus } from '../../src/domain/model/verification.js';

export interface HealthProbeFixture {
  readonly subject: ProbeSubject;
  readonly good: HealthProbe;
  readonly bad: HealthProbe;
  /** One that is kept from looking. */
  readonly blind: HealthProbe;
  /** One whose look would outlast its time limit; left out by those that are done at once. */
  readonly slow?: { readonly probe: HealthProbe; readonly status: HealthStatus } | undefined;
  close?(): Promise<void>;
}

const never = (): AbortSignal => new AbortController().signal;

/** What every probe promises, whatever it looks at. */
export function healthProbeSuite(
  name: string,
  makeFixture: () => Promise<HealthProbeFixture>,
): void {
  describe(`${name} as a health probe`, () => {
    let fixture: HealthProbeFixture;
    beforeEach(async () => {
      fixture = await makeFixture();
    });
    afterEach(() => fixture.close?.());

    it('says healthy of what is well', async () => {
      const seen = await fixture.good.observe(fixture.subject, never());
      expect(seen).toMatchObject({ status: 'healthy', message: expect.stringMatching(/\S/) });
      expect(seen.latencyMs).toBeGreaterThanOrEqual(0);
    });

    it('says unhealthy of what is not, and why', async () => {
      const seen = await fixture.bad.observe(fixture.subject, never());
      expect(seen).toMatchObject({ status: 'unhealthy', message: expect.stringMatching(/\S/) });
    });

    it('says unknown, never healthy, when it can not look', async () => {
      const seen = await fixture.blind.observe(fixture.subject, never());
      expect(seen).toMatchObject({ status: 'unknown', message: expect.stringMatching(/\S/) });
    });

    it('has learnt nothing when it is stopped first', async () => {
      const seen = await fixture.good.observe(fixture.subject, AbortSignal.abort());
      expect(seen.status).toBe('unknown');
    });

    it('keeps to its time limit', async () => {
      const { slow = { probe: fixture.good, status: 'healthy' } } = fixture;
      const startedAt = performance.now();
      const seen = await slow.probe.observe(fixture.subject, never());
      expect(seen.status).toBe(slow.status);
      expect(performance.now() - startedAt).toBeLessThan(slow.probe.timeoutMs + 2_000);
    });

    it('has learnt nothing when it is stopped while it looks, unless it was done at once', async () => {
      const { slow, good } = fixture;
      const stop = new AbortController();
      const seen = (slow?.probe ?? good).observe(fixture.subject, stop.signal);
      stop.abort();
      expect(slow ? ['unknown'] : ['unknown', 'healthy']).toContain((await seen).status);
    });

    it('gives the same answer to the same question', async () => {
      const seen = [
        await fixture.good.observe(fixture.subject, never()),
        await fixture.good.observe(fixture.subject, never()),
      ];
      expect(seen.map(({ status }) => status)).toEqual(['healthy', 'healthy']);
    });

    it('has a name, and thresholds of one at least', () => {
      expect(fixture.good.name).toMatch(/\S/);
      expect(fixture.good.healthyThreshold).toBeGreaterThanOrEqual(1);
      expect(fixture.good.unhealthyThreshold).toBeGreaterThanOrEqual(1);
    });
  });
}
