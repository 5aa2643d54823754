import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MetricQuery, MetricSource } from '../../src/domain/ports/metric-source.js';

export interface MetricSourceFixture {
  readonly source: MetricSource;
  /** The same source, with a time limit of 300 ms. */
  readonly hasty: MetricSource;
  /** One where nobody listens. */
  readonly unreachable: MetricSource;
  readonly queries: {
    /** Gives 0.25 and 0.5, from two series or one; over a range each of them several times. */
    readonly some: string;
    readonly nothing: string;
    /** Gives what is no number, and nothing else. */
    readonly notNumbers: string;
    /** Gives +Inf and -Inf, from two series or one. */
    readonly infinite: string;
    /** Gives 0.25, and the warning `a store is away`; `null` where the source has no way to warn. */
    readonly warned: string | null;
    /** Refused, with a reason that has this in it. */
    readonly refused: { readonly query: string; readonly reason: string };
  };
  /** Runs the work while the server takes connections and answers nothing. */
  readonly muted: <T>(work: () => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

const never = (): AbortSignal => new AbortController().signal;
const instant = (query: string): MetricQuery => {
  const end = Date.now();
  return { query, kind: 'instant', start: end - 60_000, end, stepMs: 1_000 };
};

/** What every metric source promises, whatever it asks. */
export function metricSourceSuite(
  name: string,
  makeFixture: () => Promise<MetricSourceFixture>,
): void {
  describe(`${name} as a metric source`, () => {
    let fixture: MetricSourceFixture;
    beforeAll(async () => {
      fixture = await makeFixture();
    });
    afterAll(async () => fixture.close());

    it('gives the values that match', async () => {
      const { source, queries } = fixture;
      const seen = await source.query(instant(queries.some), never());
      if (!seen.ok) throw new Error(seen.error.message);
      expect(seen.value.values.toSorted((a, b) => a - b)).toEqual([0.25, 0.5]);
      expect(seen.value.notNumbers).toBe(0);
      expect(seen.value.series).toBeGreaterThanOrEqual(1);
    });

    it('gives the values over a range', async () => {
      const { source, queries } = fixture;
      const range: MetricQuery = { ...instant(queries.some), kind: 'range' };
      const seen = await source.query(range, never());
      if (!seen.ok) throw new Error(seen.error.message);
      expect([...new Set(seen.value.values)].toSorted((a, b) => a - b)).toEqual([0.25, 0.5]);
    });

    it('gives the same answer to the same question', async () => {
      const { source, queries } = fixture;
      const query = instant(queries.some);
      const first = await source.query(query, never());
      expect(await source.query(query, never())).toEqual(first);
    });

    it('answers that nothing matches, which is no zero and no failure', async () => {
      const { source, queries } = fixture;
      const seen = await source.query(instant(queries.nothing), never());
      expect(seen).toEqual({ ok: true, value: { values: [], notNumbers: 0, series: 0 } });
    });

    it('counts what is no number and never gives it', async () => {
      const { source, queries } = fixture;
      const seen = await source.query(instant(queries.notNumbers), never());
      expect(seen).toMatchObject({
        ok: true,
        value: { values: [], notNumbers: expect.any(Number), series: 1 },
      });
      expect(seen.ok && seen.value.notNumbers).toBeGreaterThan(0);
    });

    it('gives values that are not finite as what they are', async () => {
      const { source, queries } = fixture;
      const seen = await source.query(instant(queries.infinite), never());
      if (!seen.ok) throw new Error(seen.error.message);
      expect(new Set(seen.value.values)).toEqual(
        new Set([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
      );
      expect(seen.value.notNumbers).toBe(0);
    });

    it('passes on what the source warns of, beside the values', async (context) => {
      const { source, queries } = fixture;
      if (queries.warned === null) return context.skip('no way to warn');
      const seen = await source.query(instant(queries.warned), never());
      expect(seen).toMatchObject({
        ok: true,
        value: { values: [0.25], warnings: ['a store is away'] },
      });
    });

    it("passes on the source's own reason for a query that it refuses", async () => {
      const { source, queries } = fixture;
      const seen = await source.query(instant(queries.refused.query), never());
      expect(seen).toEqual({
        ok: false,
        error: {
          code: 'metric/rejected',
          message: expect.stringContaining(queries.refused.reason),
        },
      });
    });

    it('says that a source nobody listens at is unreachable', async () => {
      const seen = await fixture.unreachable.query(instant(fixture.queries.some), never());
      expect(seen).toEqual({
        ok: false,
        error: {
          code: 'metric/unreachable',
          message: expect.stringContaining('connection refused'),
        },
      });
    });

    it('keeps to its time limit', async () => {
      const { hasty, queries, muted } = fixture;
      const seen = await muted(async () => hasty.query(instant(queries.some), never()));
      expect(seen).toEqual({
        ok: false,
        error: { code: 'metric/timeout', message: 'no answer within 300 ms' },
      });
    });

    it('stops when it is told to, and says so', async () => {
      const { source, queries, muted } = fixture;
      const seen = await muted(async () => {
        const stop = new AbortController();
        const asked = source.query(instant(queries.some), stop.signal);
        stop.abort();
        return asked;
      });
      expect(seen).toMatchObject({ ok: false, error: { code: 'metric/aborted' } });
    });

    it('does not ask when it is told to stop first', async () => {
      const seen = await fixture.unreachable.query(
        instant(fixture.queries.some),
        AbortSignal.abort(),
      );
      expect(seen).toMatchObject({ ok: false, error: { code: 'metric/aborted' } });
    });

    it('answers again once the server does', async () => {
      const { source, hasty, queries, muted } = fixture;
      await muted(async () => hasty.query(instant(queries.some), never()));
      const seen = await source.query(instant(queries.some), never());
      expect(seen).toMatchObject({ ok: true });
    });
  });
}
