import { describe, expect, it } from 'vitest';
import { functionProbe } from '../../../src/adapters/functions/function-probe.js';
import { healthProbeSuite } from '../../suites/health-probe.suite.js';
import { never, subject } from '../probes/probe-fixtures.js';

healthProbeSuite('a function', async () => ({
  subject: subject(),
  good: functionProbe(() => true),
  bad: functionProbe(() => false),
  blind: functionProbe(() => {
    throw Object.assign(new Error('no route'), { transient: true });
  }),
  slow: {
    probe: functionProbe(() => new Promise(() => {}), { timeoutMs: 50 }),
    status: 'unhealthy' as const,
  },
}));

describe('a check function', () => {
  it('is named as the function is, and told the target and the version', async () => {
    const seen: unknown[] = [];
    const probe = functionProbe(function answers(target, { version }) {
      seen.push([target?.id, version]);
    });
    expect((await probe.observe(subject(), never())).status).toBe('healthy');
    expect(probe.name).toBe('answers');
    expect(functionProbe(() => true).name).toBe('check');
    expect(seen).toEqual([['web-1', '1.4.2']]);
  });

  it('that throws is unhealthy, with what it threw', async () => {
    const probe = functionProbe(() => {
      throw new Error('500 instead of 200');
    });
    expect(await probe.observe(subject(), never())).toMatchObject({
      status: 'unhealthy',
      message: 'check failed: 500 instead of 200',
    });
  });
});
