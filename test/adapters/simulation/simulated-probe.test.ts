import { simulatedProbe } from '../../../src/adapters/simulation/simulated-probe.js';
import { describe, expect, test } from 'vitest';
import { API, aTarget, v, web } from '../../support/fixtures.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { healthProbeSuite } from '../../suites/health-probe.suite.js';

const probe = aProbe(async () => saw('healthy'), { name: 'up', unhealthyThreshold: 3 });
const runs = new Map([[web(1), v('2.0.0')]]);
const subject = { ...API, version: v('2.0.0'), target: aTarget('web-1') };
const never = (): AbortSignal => new AbortController().signal;

healthProbeSuite('simulated', async () => ({
  subject,
  good: simulatedProbe(probe, runs),
  bad: simulatedProbe(probe, runs, () => 'broken'),
  blind: simulatedProbe(probe, runs, () => ({ status: 'unknown', message: 'foggy' })),
}));

describe('a simulated probe', () => {
  test('keeps what is configured of the check', () => {
    expect(simulatedProbe(probe, runs)).toMatchObject({ name: 'up', unhealthyThreshold: 3 });
  });

  test('finds unhealthy what runs something else, whatever was reported of it', async () => {
    const expected = { ...subject, version: v('3.0.0') };
    expect(await simulatedProbe(probe, runs).observe(expected, never())).toMatchObject({
      status: 'unhealthy',
      message: 'runs 2.0.0, not 3.0.0',
    });
    const nothing = { ...subject, target: aTarget('web-2') };
    expect(await simulatedProbe(probe, runs).observe(nothing, never())).toMatchObject({
      message: 'runs nothing, not 2.0.0',
    });
    const gone = { ...subject, version: null };
    expect(await simulatedProbe(probe, runs).observe(gone, never())).toMatchObject({
      message: 'runs 2.0.0, not nothing',
    });
  });

  test('of the service as a whole looks at no target', async () => {
    const whole = { ...subject, target: null };
    expect(await simulatedProbe(probe, runs).observe(whole, never())).toMatchObject({
      status: 'healthy',
    });
  });
});
