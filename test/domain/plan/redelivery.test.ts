import { describe, expect, test } from 'vitest';
import {
  aDeployment,
  after,
  asDelivered,
  type DeploymentFixture,
  eventsOf,
  isReported,
  web,
} from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import * as give from './commands.js';
import { inStatus, wholeLife } from './states.js';

const stories: Readonly<Record<string, readonly Said[]>> = {
  'a whole life': wholeLife,
  'a life with a pause, a repetition and a second look': [
    ...[
      give.approve,
      give.begin,
      give.startTarget(web(1)),
      give.failTarget(web(1), 'flaked', true, 5_000),
    ],
    ...[
      give.startTarget(web(1)),
      give.pause,
      give.updateTarget(web(1)),
      give.resume,
      give.completeStep(0),
    ],
    ...[give.startTarget(web(2)), give.updateTarget(web(2)), give.completeStep(1)],
    ...[give.judge('unknown', 6_000), give.judge('unknown', 11_000), give.judge('healthy', 16_000)],
  ],
  'a rollback': [
    ...[
      give.approve,
      give.beginFirst,
      give.startTarget(web(1)),
      give.failTarget(web(1)),
      give.completeStep(0),
    ],
    ...[
      give.startRestore(web(1)),
      give.failRestore(web(1), 'flaked', true, 7_000),
      give.startRestore(web(1)),
    ],
    ...[give.restoreTarget(web(1)), give.finishRollback()],
  ],
  'a rollback that is given up': [
    ...[give.approve, give.begin, give.startTarget(web(1)), give.rollback()],
    ...[give.startRestore(web(1)), give.failRestore(web(1)), give.finishRollback()],
  ],
  'a cancelled draft': [give.cancel],
  'a draft that a rollback cancels': [give.rollback()],
  'a deployment given up': [give.approve, give.begin, give.giveUp],
};

/** What is said at each point of a story, in the words in which it is delivered again. */
const deliveries = Object.entries(stories).flatMap(([story, said]) => {
  let deployment = aDeployment();
  return said.map((each, at) => {
    const what = asDelivered(each, eventsOf(deployment, each));
    const type = typeof what === 'function' ? 'what was concluded' : what.type;
    deployment = after(deployment, each);
    return { story, at, type, what, accepted: deployment };
  });
});

describe('at-least-once delivery', () => {
  test.each(deliveries)(
    'in $story, $type (#$at) delivered a second time changes nothing',
    ({ what, accepted }) => {
      if (!isReported(what)) {
        expect(eventsOf(accepted, what)).toEqual([]);
      } else if (!give.isLate(accepted, what)) {
        const { revision } = accepted;
        expect({ ...after(accepted, what), revision }).toEqual(accepted);
      }
    },
  );

  test('a step that failed the deployment is not failed again, rolled back or held', () => {
    for (const onFailure of ['rollback', 'hold'] as const) {
      const failed = after(inStatus('executing', policy({ onFailure })), give.failTarget(web(1)));
      const ended = after(failed, give.completeStep(0));

      expect(ended.state.status).toBe(onFailure === 'hold' ? 'failed' : 'rolling_back');
      expect(eventsOf(ended, give.completeStep(0))).toEqual([]);
    }
  });

  test('a wait is entered once, and not again after it is over', () => {
    const waiting = after(inStatus('executing'), give.wait(0));

    expect(give.isLate(waiting, give.wait(0))).toBe(true);
  });

  test('an inconclusive look that is reported twice counts once', () => {
    const once = after(inStatus('verifying'), give.judge('unknown'));

    expect(once.state).toMatchObject({ status: 'verifying', attempt: 1 });
    expect(eventsOf(once, give.judge('unknown'))).toEqual([]);
  });
});

const policy = (rules: DeploymentFixture['policy'] = {}): DeploymentFixture => ({ policy: rules });
