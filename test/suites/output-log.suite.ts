import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import type { OutputLog, OutputReader } from '../../src/domain/ports/call-output.js';
import { driverCall } from '../adapters/drivers/driver-calls.js';

export interface OutputHand {
  readonly log: OutputLog;
  readonly reader: OutputReader;
  /** A deployment that is there. */
  readonly deploymentId: DeploymentId;
  /** Its fence. */
  readonly fence: number;
}

/** Everything that is kept of a deployment's output, by call. */
export async function readAll(reader: OutputReader, id: DeploymentId) {
  const calls = await reader.calls(id);
  return Promise.all(
    calls.map(async (output) => {
      const lines: string[] = [];
      for (let after = 0; ;) {
        const pieces = await reader.pieces(id, output, after);
        const last = pieces.at(-1);
        if (last === undefined) break;
        lines.push(...pieces.flatMap((piece) => piece.lines));
        after = last.number;
      }
      return { output, lines };
    }),
  );
}

/** What every place for the output of driver calls must do, whatever it is made of. */
export function outputLogSuite(name: string, make: () => Promise<OutputHand>): void {
  describe(name, () => {
    let hand: OutputHand;
    beforeEach(async () => {
      hand = await make();
    });
    const open = (target: string) =>
      hand.log.open({
        ...driverCall({ fence: hand.fence, target: { id: target as never } }),
        deploymentId: hand.deploymentId,
      });
    const all = () => readAll(hand.reader, hand.deploymentId);

    test('has nothing of a deployment whose calls wrote nothing', async () => {
      expect(await hand.reader.revision(hand.deploymentId)).toBe(0);
      expect(await all()).toEqual([]);
    });

    test('can be read while the call runs, and says when it has ended', async () => {
      const said = open('web-1');
      said.write(['one', 'two']);
      await vi.waitFor(async () => expect((await all())[0]?.lines).toEqual(['one', 'two']));
      const before = await hand.reader.revision(hand.deploymentId);
      expect((await all())[0]?.output).toMatchObject({
        target: 'web-1',
        endedAt: null,
        action: 'deploy',
      });
      said.write(['three']);
      said.end();
      await vi.waitFor(async () =>
        expect(await all()).toMatchObject([
          {
            lines: ['one', 'two', 'three'],
            output: { endedAt: expect.any(Number), cut: 0, dropped: 0 },
          },
        ]),
      );
      expect(await hand.reader.revision(hand.deploymentId)).toBeGreaterThan(before);
    });

    test('keeps each call apart, in the order in which they began', async () => {
      for (const target of ['web-2', 'web-1', 'web-2']) {
        const said = open(target);
        said.write([`of ${target}`]);
        said.end();
        await vi.waitFor(async () => expect((await all()).at(-1)?.lines).toEqual([`of ${target}`]));
      }
      expect((await all()).map(({ output, lines }) => [output.target, lines])).toEqual([
        ['web-2', ['of web-2']],
        ['web-1', ['of web-1']],
        ['web-2', ['of web-2']],
      ]);
    });

    test('gives what stands behind a piece, and nothing where nothing does', async () => {
      const said = open('web-1');
      for (let n = 1; n <= 40; n += 1) {
        said.write([`line ${n}`]);
        if (n % 10 === 0) {
          await vi.waitFor(async () => expect((await all())[0]?.lines.at(-1)).toBe(`line ${n}`));
        }
      }
      said.end();
      expect((await all())[0]?.lines).toEqual(
        Array.from({ length: 40 }, (_, n) => `line ${n + 1}`),
      );
      const [output] = await hand.reader.calls(hand.deploymentId);
      if (output === undefined) throw new Error('no call');
      expect(await hand.reader.pieces(hand.deploymentId, output, output.pieces)).toEqual([]);
    });

    test('takes empty lines and lines of any characters as they are', async () => {
      const lines = ['', 'späť 😀', '\\n', '7 8', ''];
      const said = open('web-1');
      said.write(lines);
      said.end();
      await vi.waitFor(async () => expect((await all())[0]?.lines).toEqual(lines));
    });
  });
}
