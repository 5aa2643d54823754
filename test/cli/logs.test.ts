import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallOutput } from '../../src/domain/ports/call-output.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { driverCall } from '../adapters/drivers/driver-calls.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
let id: DeploymentId;
beforeEach(async () => {
  world = new CliWorld();
  id = await world.deployed('1.0.0');
});

const opened = (target: string): CallOutput =>
  world.output.open({ ...driverCall({ target: { id: target as never } }), deploymentId: id });
const said = (target: string, ...lines: string[]): void => {
  const call = opened(target);
  call.write(lines);
  call.end();
};

describe('logs', () => {
  it('shows the output of every call, each below a line that says whose it is', async () => {
    said('web-1', 'copying', 'done');
    said('web-2', 'copying');
    const { code, out, err } = await world.run(['logs', id]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^--- web-1 deploy, since \S+Z, by worker-1 ---\nweb-1 \| copying\nweb-1 \| done\n--- web-2 deploy, .+ ---\nweb-2 \| copying\n$/,
    );
  });

  it('shows the calls of one target, with the time of each line where that is wanted', async () => {
    said('web-1', 'one');
    said('web-2', 'two');
    const { out } = await world.run(['logs', id, 'web-2', '--timestamps']);
    expect(out).toMatch(/^--- web-2 .+\n\d{4}-\d\d-\d\d [\d:]+Z web-2 \| two\n$/);
  });

  it('gives programs one object a line', async () => {
    said('web-1', 'one', 'two');
    const { out } = await world.run(['logs', id, '--json']);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { target: 'web-1', action: 'deploy', call: 'call-1', line: 'one' },
      { target: 'web-1', action: 'deploy', call: 'call-1', line: 'two' },
    ]);
  });

  it('says what is missing', async () => {
    said('web-1', 'the end');
    world.output.change('call-1', { cut: 12, dropped: 3, outdated: true });
    const { out } = await world.run(['logs', id]);
    expect(out).toContain('outdated: a newer run had taken over');
    expect(out).toContain('12 earlier lines are not kept; 3 lines were dropped ---');
  });

  it('says when there is none', async () => {
    expect(await world.run(['logs', id])).toMatchObject({
      ...{ code: 0, out: '', err: `no output of ${id} is kept\n` },
    });
    expect(await world.run(['logs', id, '--follow'])).toMatchObject({ code: 0, out: '' });
  });

  it('refuses a target that the deployment does not have, and names those it has', async () => {
    const { code, err } = await world.run(['logs', id, 'web-9']);
    expect(code).toBe(2);
    expect(err).toContain(`${id} has no target web-9; its targets: web-1, web-2`);
    expect(await world.run(['logs', 'dep_unknown000'])).toMatchObject({ code: 2 });
  });

  it('can steer no terminal, whatever the store holds', async () => {
    said('web-1', 'a\u001b[2Jb\u202e');
    expect((await world.run(['logs', id])).out).toContain(String.raw`web-1 | a\x1b[2Jb\u202e`);
  });
});

describe('logs --follow', () => {
  beforeEach(async () => {
    world.callMs = 600;
    world.worker.away = true;
    await world.run(['deploy', 'api', '2.0.0']);
    const { items } = await world.index.history({ limit: 1 });
    id = items[0]?.id ?? id;
  });

  it('shows lines as they come, each once, and ends when the deployment has ended and all was read', async () => {
    let out = '';
    const stdout = { write: (text: string) => (out += text) };
    const call = opened('web-1');
    const following = world.run(['logs', id, '--follow'], { stdout });
    call.write(['one']);
    await vi.waitFor(() => expect(out).toContain('web-1 | one\n'));
    call.write(['two']);
    await vi.waitFor(() => expect(out).toContain('web-1 | two\n'));
    await world.run(['reject', id, '--reason', 'over']);
    await world.run(['abort', id, '--force', '--reason', 'over']);
    call.write(['the last one']);
    call.end();
    expect((await following).code).toBe(0);
    expect(out.match(/web-1 \| .+/g)).toEqual([
      'web-1 | one',
      'web-1 | two',
      'web-1 | the last one',
    ]);
  });

  it('ends, too, where a worker died and never said that its call had ended', async () => {
    opened('web-1').write(['half a line']);
    await world.run(['abort', id, '--force', '--reason', 'over']);
    const { code, out } = await world.run(['logs', id, '--follow']);
    expect(code).toBe(0);
    expect(out).toContain('web-1 | half a line\n');
  });

  it('ends when it is interrupted', async () => {
    opened('web-1').write(['one']);
    const following = world.run(['logs', id, '--follow']);
    world.interrupt.abort();
    expect((await following).code).toBe(0);
  });

  it('goes on when Redis is away for a moment', async () => {
    const revision = vi.spyOn(world.output, 'revision').mockRejectedValueOnce(new Error('away'));
    said('web-1', 'one');
    await world.run(['abort', id, '--force', '--reason', 'over']);
    expect((await world.run(['logs', id, '--follow'])).out).toContain('web-1 | one\n');
    expect(revision.mock.calls.length).toBeGreaterThan(1);
  });
});
