import { expect, test } from 'vitest';
import { liveView } from '../../src/cli/follow/live-view.js';
import { Output } from '../../src/cli/session/output.js';
import type { EventView } from '../../src/contracts/views/deployment-view.js';
import { aDeployment } from '../support/fixtures.js';

const AT = 1_000_000;

/** What a terminal shows of a deployment after these events, `later` milliseconds on. */
function shown(events: readonly (readonly [type: string, data: EventView['data']])[], later = 0) {
  let text = '';
  const stream = { write: (said: string) => void (text += said), isTTY: true, columns: 100 };
  const view = liveView(
    new Output({ stdout: stream, stderr: stream, env: { NO_COLOR: '1' } }),
    false,
    () => AT + later,
  );
  view.update(
    aDeployment(),
    events.map(([type, data], at) => ({
      ...{ sequence: at + 1, type: `deployment.${type}`, data, actor: 'w1' },
      ...{ time: new Date(AT).toISOString(), state: 'executing' },
    })),
  );
  return text;
}
const begun = ['target_draining', { target: 'web-1', withinMs: 30_000 }] as const;
const seen = [
  'drain_seen',
  { target: 'web-1', withinMs: 24_000, count: { left: 3, of: 'requests' } },
] as const;

test('whoever watches sees what a drain waits for, and the time that is left goes down', () => {
  expect(shown([begun])).toContain('  draining web-1: at most 30 s more\n');
  expect(shown([begun, seen])).toContain('  draining web-1: 3 requests left, at most 24 s more\n');
  expect(shown([begun, seen], 20_000)).toContain('3 requests left, at most 4 s more\n');
  expect(shown([begun, seen], 25_000)).toContain('3 requests left, its time is up\n');
});

test('a drain that has ended is seen no more', () => {
  expect(shown([begun, seen, ['target_drained', { target: 'web-1' }]])).not.toContain('draining');
  expect(shown([begun, ['target_failed', { target: 'web-1' }]])).not.toContain('draining');
});

test('a drain of an older version says that it goes on', () => {
  expect(shown([['target_draining', { target: 'web-1' }]])).toContain(
    '  web-1: taking it out of rotation\n',
  );
});

test('a frame has room for a few drains only', () => {
  const many = Array.from({ length: 9 }, (_, at) => {
    return ['target_draining', { target: `web-${at}`, withinMs: 5_000 }] as const;
  });
  expect(shown(many).match(/draining web-/g)).toHaveLength(3);
});
