import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DriverCall, TargetDriver } from '../../src/domain/ports/target-driver.js';

/**
 * What a driver's tests bring to the suite. The calls are for one target and
 * grow in fence from the first call made to the last: `first`, `second`, `hanging`.
 */
export interface TargetDriverFixture {
  readonly driver: TargetDriver;
  /** A second driver over the same state, as a worker that was started anew would have. */
  readonly successor: TargetDriver;
  readonly first: DriverCall;
  /** Puts another version on the same target. */
  readonly second: DriverCall;
  /** Takes far longer than a test unless it is stopped. */
  readonly hanging: DriverCall;
  /** One that the target or the command refuses. */
  readonly failing: DriverCall;
  /** Whether it shows what the target runs, and by which call. */
  readonly observes: boolean;
  /** The version that the target really runs; `null` for none. */
  runs(): Promise<string | null>;
  /** Whether the hanging call has got to work. */
  isAtWork(): Promise<boolean>;
  /** Whether anything that the hanging call started still lives. */
  isAnythingLeft(): Promise<boolean>;
  close(): Promise<void>;
}

const never = (): AbortSignal => new AbortController().signal;

/** What every driver promises, whatever it drives. */
export function targetDriverSuite(
  name: string,
  makeFixture: () => Promise<TargetDriverFixture>,
): void {
  describe(`${name} as a target driver`, () => {
    let fixture: TargetDriverFixture;
    beforeEach(async () => {
      fixture = await makeFixture();
    });
    afterEach(() => fixture.close());

    succeeding(() => fixture);
    stopping(() => fixture);
    settling(() => fixture);
    observing(() => fixture);
  });
}

function succeeding(the: () => TargetDriverFixture): void {
  it('puts the version on the target and shows small, flat evidence of it', async () => {
    const answer = await the().driver.apply(the().first, never());
    expect(answer).toMatchObject({ ok: true });
    expect(await the().runs()).toBe(the().first.version);
    const evidence = answer.ok ? answer.value : {};
    expect(Object.keys(evidence)).not.toHaveLength(0);
    for (const value of Object.values(evidence)) expect(value).not.toBeTypeOf('undefined');
    expect(JSON.stringify(evidence).length).toBeLessThan(70_000);
  });

  it('converges when the same call is made again', async () => {
    await the().driver.apply(the().first, never());
    const again = await the().driver.apply(the().first, never());
    expect(again).toMatchObject({ ok: true });
    expect(await the().runs()).toBe(the().first.version);
  });

  it('replaces one version by the next', async () => {
    await the().driver.apply(the().first, never());
    expect(await the().driver.apply(the().second, never())).toMatchObject({ ok: true });
    expect(await the().runs()).toBe(the().second.version);
  });

  it('goes back to the earlier version on a rollback', async () => {
    const { driver, first, second } = the();
    await driver.apply(second, never());
    const back = { ...first, action: 'rollback' as const, fence: second.fence + 1 };
    expect(await driver.apply(back, never())).toMatchObject({ ok: true });
    expect(await the().runs()).toBe(first.version);
  });

  it('refuses an older fence, or says that it holds none', async () => {
    const { driver, first, second } = the();
    await driver.apply(second, never());
    const stale = await driver.apply(first, never());
    expect(stale.ok ? null : stale.error.code).toBe(driver.fences ? 'driver/fenced' : null);
    expect(await the().runs()).toBe(driver.fences ? second.version : first.version);
  });

  it('leaves nothing there when asked for no version, or says that it never does', async () => {
    const { driver, first, second } = the();
    await driver.apply(first, never());
    const answer = await driver.apply({ ...second, version: null }, never());
    expect(answer.ok).toBe(driver.removes);
    expect(await the().runs()).toBe(driver.removes ? null : first.version);
    expect(answer.ok || answer.error.code).toBe(driver.removes || 'driver/misconfigured');
  });

  it('says in one sentence why a target did not take the version, and does not throw', async () => {
    const answer = await the().driver.apply(the().failing, never());
    const error = answer.ok ? null : answer.error;
    expect(error?.code).toMatch(/^driver\/(rejected|unreachable|timeout|misconfigured)$/);
    expect(error?.message).toMatch(/\S/);
    expect(error?.message).not.toContain('\n');
  });
}

function stopping(the: () => TargetDriverFixture): void {
  it('does not start when it is stopped before', async () => {
    const answer = await the().driver.apply(the().first, AbortSignal.abort());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/aborted' } });
    expect(await the().runs()).toBeNull();
  });

  it('answers "aborted" when it is stopped at work, and leaves nothing running', async () => {
    const { driver, hanging } = the();
    const stop = new AbortController();
    const answer = driver.apply(hanging, stop.signal);
    await vi.waitFor(async () => expect(await the().isAtWork()).toBe(true), 15_000);
    stop.abort();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'driver/aborted' } });
    expect(await the().isAnythingLeft()).toBe(false);
  });

  it('works again after it was stopped', async () => {
    const { driver, hanging, second } = the();
    const stop = new AbortController();
    const answer = driver.apply(hanging, stop.signal);
    await vi.waitFor(async () => expect(await the().isAtWork()).toBe(true), 15_000);
    stop.abort();
    await answer;
    const next = { ...second, fence: hanging.fence + 1 };
    expect(await driver.apply(next, never())).toMatchObject({ ok: true });
    expect(await the().runs()).toBe(next.version);
  });
}

const unsettled = { worker: null, calledAt: null };

function settling(the: () => TargetDriverFixture): void {
  it('has nothing to settle where no call was made', async () => {
    expect(await the().driver.settle({ ...the().first, ...unsettled }, never())).toBe(0);
  });

  it('has nothing to settle once a call has ended, and leaves what it put there alone', async () => {
    const { driver, successor, first } = the();
    await driver.apply(first, never());
    expect(await driver.settle({ ...first, ...unsettled }, never())).toBe(0);
    expect(await successor.settle({ ...first, ...unsettled }, never())).toBe(0);
    expect(await the().runs()).toBe(first.version);
  });

  it('takes a new call after settling, by whoever settled', async () => {
    const { driver, successor, first, second } = the();
    await driver.apply(first, never());
    await successor.settle({ ...first, ...unsettled }, never());
    expect(await successor.apply(second, never())).toMatchObject({ ok: true });
    expect(await the().runs()).toBe(second.version);
  });
}

function observing(the: () => TargetDriverFixture): void {
  /** As whoever takes over would see it, once nothing of that call runs any more. */
  const seenAfter = async (call: DriverCall): Promise<unknown> => {
    const { successor } = the();
    const earlier = { ...call, ...unsettled };
    expect(await successor.settle(earlier, never())).toBe(0);
    return successor.observe?.(earlier, never()).catch(() => null);
  };
  const markOf = ({ version, deploymentId, fence }: DriverCall) => ({
    ...{ version, deploymentId, fence },
  });

  it('shows what the target runs and by which call, or says that it can not', async () => {
    const { driver, successor, first, observes } = the();
    expect([driver.observe !== undefined, successor.observe !== undefined]).toEqual([
      observes,
      observes,
    ]);
    await driver.apply(first, never());
    expect(await seenAfter(first)).toEqual(observes ? markOf(first) : undefined);
    expect(await the().runs()).toBe(first.version);
  });

  it('knows nothing of a target that was never called', async () => {
    expect(await seenAfter(the().first)).toBe(the().observes ? null : undefined);
  });

  it('shows the later of two calls', async () => {
    const { driver, first, second, observes } = the();
    await driver.apply(first, never());
    await driver.apply(second, never());
    expect(await seenAfter(second)).toEqual(observes ? markOf(second) : undefined);
  });

  it('never shows a call that failed, nor one that was stopped half way, as carried out', async () => {
    const { driver, first, failing, hanging } = the();
    await driver.apply(first, never());
    await driver.apply(failing, never());
    expect(await seenAfter(failing)).not.toEqual(markOf(failing));
    const stop = new AbortController();
    const later = { ...hanging, fence: failing.fence + 2 };
    const answer = driver.apply(later, stop.signal);
    await vi.waitFor(async () => expect(await the().isAtWork()).toBe(true), 15_000);
    stop.abort();
    await answer;
    expect(await seenAfter(later)).not.toEqual(markOf(later));
  });
}
