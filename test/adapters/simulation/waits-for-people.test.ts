import { describe, expect, test } from 'vitest';
import { simulate } from '../../../src/app/entries/testing.js';
import { endOf, type Strategy } from './simulations.js';

const HOUR = 3_600_000;

describe('what waits for people', () => {
  const after = (pauseAfterFirst: Extract<Strategy, { kind: 'rolling' }>['pauseAfterFirst']) => ({
    ...{ targets: 2, strategy: { kind: 'rolling' as const, pauseAfterFirst } },
  });
  const gated = after(true);
  const timed = after({ timeout: '1h', onTimeout: 'promote' });

  test('a gate is promoted at once, left to its timeout, or the end of the simulation', async () => {
    const promoted = await endOf({ spec: timed });
    const late = await endOf({ spec: timed, gates: 'timeout' });
    const stopped = await endOf({ spec: timed, gates: 'wait' });
    const forEver = await endOf({ spec: gated, gates: 'timeout' });

    expect(promoted).toMatchObject({ status: 'completed', waitsFor: null });
    expect(late.status).toBe('completed');
    expect(late.endedAt - promoted.endedAt).toBe(HOUR);
    for (const { status, waitsFor } of [stopped, forEver]) {
      expect({ status, waitsFor }).toEqual({
        status: 'executing',
        waitsFor: expect.stringMatching(/^somebody to promote gate /),
      });
    }
  });

  test('approvals are given, by as many and by whom the policy asks', async () => {
    const by = async (approval: object | 'required') => {
      const { deployment } = await simulate({ spec: { policy: { approval } } });
      return { status: deployment.state.status, by: deployment.progress.approvals };
    };
    expect(await by('required')).toEqual({ status: 'completed', by: ['approver-1'] });
    expect(await by({ required: 2 })).toEqual({
      ...{ status: 'completed', by: ['approver-1', 'approver-2'] },
    });
    expect(await by({ required: 1, of: ['ann', 'bob'] })).toEqual({
      ...{ status: 'completed', by: ['ann'] },
    });
  });

  test('windows and freezes are waited for, from the time it is planned', async () => {
    const window = { kind: 'allow', rrule: 'FREQ=DAILY', start: '2026-01-01T14:00' } as const;
    const policy = { windows: [{ ...window, duration: '2h', timeZone: 'Europe/Berlin' }] };
    const { deployment } = await simulate({ spec: { policy }, at: '2026-06-01T10:00' });
    // 14:00 in Berlin's summer.
    expect(deployment.startedAt).toBe(Date.parse('2026-06-01T12:00:00Z'));

    const until = '2026-06-03T00:00:00Z';
    const over = { reason: 'over', until: '2026-05-01T00:00:00Z' };
    const freezes = [{ reason: 'stocktaking', until }, over];
    const thawed = await simulate({ spec: { freezes }, at: '2026-06-01T10:00' });
    expect(thawed.deployment.startedAt).toBe(Date.parse(until));

    const frozen = await endOf({ spec: { freezes: [{ reason: 'for good' }] } });
    expect(frozen).toMatchObject({
      status: 'approved',
      waitsFor: expect.stringContaining('for good'),
    });
  });

  test('what is paused stays so, and what takes for ever is given up', async () => {
    const query = 'p99{version="{version}"}';
    const metric = { kind: 'threshold' as const, name: 'p99', source: 'prom', max: 300, query };
    const slow = {
      onInconclusive: 'pause' as const,
      count: 1,
      metrics: [metric] as [typeof metric],
    };
    const paused = await endOf({
      spec: {
        analyses: { slow },
        strategy: { kind: 'canary', stages: [50, 100], analysis: { name: 'slow' } },
      },
      metrics: { p99: 'none' },
    });
    expect(paused.status).toBe('paused');
    expect(paused.waitsFor).toMatch(/^somebody to resume or abort it \(analysis slow: /);

    const wait = '30d';
    const stages = Array.from({ length: 20 }, (_, n) => 5 * (n + 1));
    const long = await endOf({ spec: { targets: 20, strategy: { kind: 'canary', stages, wait } } });
    expect(long.waitsFor).toBe('an end that does not come within a year');
  });
});
