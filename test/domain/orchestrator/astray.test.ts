import { describe, expect, test } from 'vitest';
import { deploymentId, type TargetId } from '../../../src/domain/ids.js';
import { astrayFrom } from '../../../src/domain/orchestrator/astray.js';
import type { KnownTarget } from '../../../src/domain/plan/target.js';
import { after, v, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { inStatus } from '../plan/states.js';
import { legOf } from './a-leg.js';

const other = deploymentId('dep_0000000000other');
const executing = inStatus('executing');
const { previous } = executing;
const good = previous?.version ?? v('0.0.0');
const back = after(
  executing,
  ...[give.rollback('request'), give.startRestore(web(1)), give.restoreTarget(web(1))],
);
const known = (versions: Readonly<Record<number, string | null>>) => async () =>
  new Map<TargetId, KnownTarget>(
    Object.entries(versions).map(([n, version]) => [
      web(Number(n)),
      { version: version === null ? null : v(version), healthy: null, deploymentId: other },
    ]),
  );
const loadDeployment = async () => inStatus('completed');

describe('what another deployment left with something else', () => {
  test('is what the previous deployment had, and neither has nor was put back', async () => {
    const leg = legOf(back, { loadDeployment, knownTargets: known({ 1: null, 2: '9.9.9' }) });
    expect(await astrayFrom(leg)).toEqual([web(2)]);
    const unsaid = legOf(back, { loadDeployment, knownTargets: known({}) });
    expect(await astrayFrom(unsaid)).toEqual([web(2)]);
  });

  test('is nothing where all have the version, or there was none before', async () => {
    const well = legOf(back, { loadDeployment, knownTargets: known({ 2: good }) });
    expect(await astrayFrom(well)).toEqual([]);
    const first = legOf({ ...back, previous: null }, { loadDeployment });
    expect(await astrayFrom(first)).toEqual([]);
    const gone = legOf(back, { loadDeployment: async () => undefined });
    expect(await astrayFrom(gone)).toEqual([]);
  });
});
