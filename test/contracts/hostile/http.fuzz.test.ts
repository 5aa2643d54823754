import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildApp } from '../../../src/api/app.js';
import { SECURITY_HEADERS } from '../../../src/api/http/security-headers.js';
import { fakePorts } from '../../api/fake-ports.js';
import { fuzzSeed } from '../../support/fuzz-seed.js';
import { aDraft } from '../../support/fixtures.js';
import { howMany } from '../../support/how-many.js';
import { inherited } from './hostile-values.js';
import { httpRequest } from './http-requests.js';

const CASES = howMany({ few: 2_000, full: 40_000 });
const seed = fuzzSeed('the fuzzer of the HTTP surface');

const unhandled: unknown[] = [];
const note = (reason: unknown): void => {
  unhandled.push(reason);
};
beforeAll(() => {
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterAll(() => {
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
});

describe('the HTTP surface', () => {
  test(`answers any of ${CASES} requests with what the asker did wrong, never with a fault of ours`, async () => {
    const app = buildApp(await fakePorts([aDraft()]), { host: '127.0.0.1', writableBoard: true });
    await app.ready();
    const before = inherited();
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(httpRequest, async ({ payload, ...request }) => {
        const answer = await app.inject({ ...request, ...(payload !== undefined && { payload }) });
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
        expect(answer.statusCode).toBeLessThan(500);
        for (const name of Object.keys(SECURITY_HEADERS)) {
          expect(answer.headers[name], name).toBeDefined();
        }
        expect(answer.headers['set-cookie']).toBeUndefined();
      }),
      { seed, numRuns: CASES },
    );
    expect(inherited()).toEqual(before);
    expect(unhandled).toEqual([]);
    // It came past the guard, to routes that are there and to some that are not.
    for (const status of [200, 400, 403, 404]) {
      expect(statuses.get(status)).toBeGreaterThan(CASES / 400);
    }
    expect((await app.inject({ url: '/healthz', headers: { host: 'localhost' } })).statusCode).toBe(
      200,
    );
    await app.close();
  });
});
