import { describe, expect, test } from 'vitest';
import { functionProbe } from '../../../src/adapters/functions/function-probe.js';
import { HealthChecker } from '../../../src/app/library/health-checker.js';
import { createLibrary } from '../../../src/app/library/create-library.js';

/** Remembers what it was asked about. */
function spy(answer = true) {
  const seen: unknown[] = [];
  const probe = functionProbe((target, { service, environment, version }) => {
    seen.push([environment, service, version, target?.id ?? null]);
    return answer;
  });
  return { probe, seen };
}

describe('a checker of the library', () => {
  test('needs its probes and nothing else, and checks the service as a whole', async () => {
    const { probe, seen } = spy();
    expect(await new HealthChecker(probe).runAll()).toMatchObject({ status: 'healthy' });
    expect(seen).toEqual([['production', 'service', null, null]]);
  });

  test('takes plain words for what is checked', async () => {
    const { probe, seen } = spy();
    const checker = new HealthChecker().addCheck(probe);
    await checker.runAllConcurrently([
      { service: 'api', version: '1.0.0', target: 'web-1' },
      { environment: 'staging', target: { id: 'web-2', address: '' } },
    ]);
    expect(seen).toEqual([
      ['production', 'api', '1.0.0', 'web-1'],
      ['staging', 'service', null, 'web-2'],
    ]);
  });

  test.each([
    [{ service: 'a b' }, 'not a service name'],
    [{ environment: '' }, 'not an environment name'],
    [{ version: ' ' }, 'not a version'],
    [{ target: 'a b' }, 'subjects.0.target'],
  ])('names what is no name: %j', async (subject, said) => {
    await expect(new HealthChecker().runAll([subject])).rejects.toThrow(said);
  });

  test('judges the deployments of a library', async () => {
    const { probe } = spy(false);
    const { manager } = createLibrary({
      ...{ driver: () => {}, targets: { api: ['web-1'] } },
      checks: new HealthChecker(probe),
    });
    expect(await manager.deploy('api', '1.0.0')).toMatchObject({ success: false });
  });
});
