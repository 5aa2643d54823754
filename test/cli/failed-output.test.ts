import { beforeEach, describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';

const SAID = `${Array.from({ length: 30 }, (_, i) => `step ${i + 1}`).join('\n')}\nno space left on device\n\n`;

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
  world.said = SAID;
  world.policy = { ...world.policy, onFailure: 'hold' };
});

const newest = async (): Promise<string> => {
  const { items } = await world.index.history({ limit: 1 });
  return items[0]?.id ?? '';
};

/** Below the failure, and not all of it. */
const LAST_LINES =
  /web-1: failed: .+\n {4}\| … \(earlier lines are not shown here\)\n( {4}\| step \d+\n){9} {4}\| no space left on device\n/;

describe('the last lines of what a failed command said', () => {
  it('stand below its failure in `deploy --wait`', async () => {
    const { out } = await world.run(['deploy', 'api', '3.0.0', '--wait']);
    expect(out).toMatch(LAST_LINES);
    expect(out).not.toMatch(/\| step 21\n/);
  });

  it('stand below the picture that `deploy --wait` draws on a terminal', async () => {
    world.terminal = { isTTY: true, columns: 80 };
    world.env['NO_COLOR'] = '1';
    const { out } = await world.run(['deploy', 'api', '3.0.0', '--wait']);
    expect(out).toContain('  step 1 deploy ');
    expect(out).toMatch(LAST_LINES);
    expect(out).toMatch(/device\nproduction\/api 3\.0\.0 failed in \S+: .+\n$/);
  });

  it('stand below its failure in `watch` and `show`', async () => {
    await world.run(['deploy', 'api', '3.0.0', '--wait']);
    const id = await newest();
    expect((await world.run(['watch', id])).out).toMatch(LAST_LINES);
    expect((await world.run(['show', id])).out).toMatch(LAST_LINES);
  });

  it('stand in `explain`, for programs too', async () => {
    await world.run(['deploy', 'api', '3.0.0', '--wait']);
    const id = await newest();
    const { out } = await world.run(['explain', id]);
    expect(out).toMatch(/failed {4}web-1: .+\n {4}\| …/);
    expect(out).toContain(
      `    | no space left on device\n          all of it: signalbox logs ${id} web-1\n`,
    );
    const [failure] = JSON.parse((await world.run(['explain', id, '--json'])).out).failures;
    expect(failure).toMatchObject({ target: 'web-1', error: expect.any(String) });
    expect(failure.lastLines.at(-1)).toBe('no space left on device');
  });

  it('are told of the first targets only, and of the others how many there are', async () => {
    world.targets = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5'];
    await world.run(['deploy', 'api', '3.0.0', '--wait', '--batch-size', '5']);
    const { out } = await world.run(['explain', await newest()]);
    expect(out.match(/\| no space left on device/g)).toHaveLength(3);
    expect(out).toMatch(/failed {4}2 more targets: signalbox show dep_\w+\n/);
  });

  it('can steer no terminal', async () => {
    world.said = 'a\u001b[2Jb\u202e\u0007\n';
    const { out } = await world.run(['deploy', 'api', '3.0.0', '--wait']);
    expect(out).toContain(String.raw`    | a\x1b[2Jb\u202e\x07`);
  });

  it('are none where it said nothing', async () => {
    world.said = '\n \n';
    const { out } = await world.run(['deploy', 'api', '3.0.0', '--wait']);
    expect(out).toContain('web-1: failed: ');
    expect(out).not.toContain(' | ');
  });
});
