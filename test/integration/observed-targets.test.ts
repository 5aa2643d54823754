import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { openSite } from '../adapters/drivers/service-site.js';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';
import { spawnWorker } from '../support/spawn-worker.js';

/** Real workers over one target and one driver, each in a process of its own. */
async function aPlace(driver: Record<string, unknown>, address: string, stateDir: string) {
  const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
  const { producer, url: REDIS, namespace: NAMESPACE, until } = pipeline;
  const env = { REDIS, NAMESPACE, STATE_DIR: stateDir, DRIVER: JSON.stringify(driver) };
  const service = { service: 'api', targets: [{ id: 'web-1', name: 'web 1', address }] };
  const ask = async (version: string): Promise<string> => {
    const { deploymentId } = await producer.deploy({ ...service, version });
    return deploymentId;
  };
  return {
    ask,
    producer,
    until,
    spawn: () => spawnWorker(env),
    /** A worker that dies when the driver has done its work, and before a word of that is written. */
    async dieBehindTheEffect(): Promise<void> {
      const doomed = await spawnWorker({ ...env, CRASH_AT: 'apply:1:after' });
      await doomed.ended;
      expect(doomed.process.signalCode).toBe('SIGKILL');
    },
  };
}

const shown = ({ targets }: Deployment) => [...targets.values()].map(({ evidence }) => evidence);
const OBSERVED = [{ observed: true, fence: expect.any(Number) }];

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-observed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('a worker that is killed between the effect of a call and its record', () => {
  test('has started a local process once: the next one sees it there, on the way back, too', async () => {
    const site = await openSite();
    onTestFinished(() => site.close());
    for (const version of ['1.0.0', '2.0.0']) site.release(version);
    const settings = site.spec({ probation: false });
    const place = await aPlace(settings, `127.0.0.1:${site.port}`, join(site.folder, 'drivers'));
    const versions = () => site.starts().map(({ version }) => version);

    const first = await place.ask('1.0.0');
    await place.dieBehindTheEffect();
    expect(versions()).toEqual(['1.0.0']);
    const worker = await place.spawn();
    const deployed = await place.until(first);
    expect(deployed.state.status).toBe('completed');
    expect(shown(deployed)).toEqual(OBSERVED);

    const second = await place.ask('2.0.0');
    expect(shown(await place.until(second))).toMatchObject([{ alreadyRunning: false }]);
    worker.process.kill('SIGKILL');
    await worker.ended;
    await place.producer.rollback({ service: 'api', reason: 'too slow' });
    await place.dieBehindTheEffect();
    await place.spawn();
    const back = await place.until(second, 'rolled_back');
    expect(shown(back)).toEqual(OBSERVED);
    expect(versions()).toEqual(['1.0.0', '2.0.0', '1.0.0']);
    expect(site.living()).toEqual([(await site.answer())?.pid]);
    expect(await site.runs()).toBe('1.0.0');
  });

  test.each([
    ['once, where another command can see what is there', { argv: ['cat', 'mark'] }, 1],
    ['twice, where nobody can see what is there', undefined, 2],
  ])('has run a command %s', async (_, observe, times) => {
    const folder = scratch();
    const ledger = join(folder, 'ledger');
    writeFileSync(
      join(folder, 'deploy.sh'),
      `rm -f mark
echo "$1" >> ledger
printf '{"version":"%s","deploymentId":"%s","fence":%s}' \
  "$1" "$SIGNALBOX_DEPLOYMENT_ID" "$SIGNALBOX_FENCE" > mark
`,
    );
    const argv = ['/bin/sh', 'deploy.sh', '{version}'];
    const driver = { kind: 'command', argv, cwd: folder, ...(observe && { observe }) };
    const place = await aPlace(driver, 'web-1.internal', join(folder, 'state'));

    const id = await place.ask('1.0.0');
    await place.dieBehindTheEffect();
    expect(existsSync(join(folder, 'mark'))).toBe(true);
    await place.spawn();
    const ended = await place.until(id);
    expect(ended.state.status).toBe('completed');
    expect(readFileSync(ledger, 'utf8')).toBe('1.0.0\n'.repeat(times));
    expect(shown(ended)).toMatchObject(observe ? OBSERVED : [{ exitCode: 0 }]);
  });
});
