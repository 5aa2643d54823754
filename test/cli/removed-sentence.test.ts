import { expect, test } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';

const type = 'deployment.targets_removed';

test('what left the configuration is told of with what becomes of it, and why it is left', () => {
  const targets = [
    { target: 'web-3', address: 'h:3', fate: 'retire', reason: null },
    {
      target: 'web-4',
      address: 'h:4',
      fate: 'leave',
      reason: 'the command driver cannot remove anything',
    },
  ];

  expect(eventSentence({ type, data: { targets } })).toBe(
    'web-3 at h:3 left the configuration (removed once the new version serves), web-4 at h:4 left the configuration (left as it is: the command driver cannot remove anything)',
  );
  expect(eventSentence({ type, data: {} })).toBe('targets left the configuration');
});
