import { describe, expect, it, onTestFinished } from 'vitest';
import { asked, bodyOf, never, serve, source } from './source-fixtures.js';

/** A Prometheus whose clock is so far ahead; the times that it was asked for. */
async function clockAhead(ms: number, date: (now: number) => string | null) {
  const times: string[] = [];
  const server = await serve(async (request, response) => {
    const form = new URLSearchParams(await bodyOf(request));
    times.push(form.get('time') ?? `${form.get('start')} to ${form.get('end')}`);
    const said = date(Date.now() + ms);
    response.sendDate = false;
    if (said !== null) response.setHeader('date', said);
    const data = { resultType: 'vector', result: [{ metric: {}, value: [1, '7'] }] };
    response.end(JSON.stringify({ status: 'success', data, infos: ['an info'] }));
  });
  onTestFinished(async () => server.close());
  return { port: source({ kind: 'prometheus', url: server.url }), times };
}
const inHttp = (ms: number): string => new Date(ms).toUTCString();

describe('a Prometheus whose clock is another one', () => {
  it('is asked by its own, and the answer says so', async () => {
    const { port, times } = await clockAhead(90_000, inHttp);
    const now = Date.now();
    const query = asked('q', { start: now - 10_000, end: now, now });

    const first = await port.query(query, never());
    await port.query({ ...query, kind: 'range' }, never());

    expect(times).toHaveLength(3);
    expect(times[0]).toBe(String(now / 1_000));
    expect(Number(times[1]) - now / 1_000).toBeGreaterThan(87);
    expect(Number(times[1]) - now / 1_000).toBeLessThan(93);
    // Known from the first answer.
    expect(Number.parseFloat(times[2] ?? '') - now / 1_000).toBeGreaterThan(77);
    expect(first).toMatchObject({
      ok: true,
      value: {
        values: [7],
        infos: [
          'an info',
          expect.stringMatching(
            /^its clock is (89|90|91) s ahead of ours; it was asked by its own$/,
          ),
        ],
      },
    });
    const behind = await clockAhead(-90_000, inHttp);
    expect(await behind.port.query(query, never())).toMatchObject({
      value: { infos: ['an info', expect.stringMatching(/ s behind ours; /)] },
    });
  });

  it.each([
    ['agrees to the second', 0, inHttp],
    ['says no time', 90_000, () => null],
    ['says no time that makes sense', 90_000, () => 'noon'],
  ] as const)('is asked by ours where it %s', async (_, ahead, date) => {
    const { port, times } = await clockAhead(ahead, date);
    const now = Date.now();
    const answer = await port.query(asked('q', { end: now, now }), never());

    expect(times).toEqual([String(now / 1_000)]);
    expect(answer).toMatchObject({ value: { infos: ['an info'] } });
  });

  it('is asked by ours where nobody says what time that is', async () => {
    const { port, times } = await clockAhead(90_000, inHttp);
    await port.query(asked('q'), never());

    expect(times).toHaveLength(1);
  });
});
