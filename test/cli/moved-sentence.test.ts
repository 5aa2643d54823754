import { expect, test } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';

const told = (shares: Readonly<Record<string, number>>, evidence: object): string =>
  eventSentence({ type: 'deployment.shifted', data: { step: 0, shares, evidence } });

test('what the weights of a balancer make of a share that they cannot keep to is said', () => {
  const asked = { 'web-1': 0.999, 'web-2': 0.001 };
  const evidence = { shares: 'web-1=0.99805 web-2=0.00195', largestDeviation: 0.00095 };

  expect(told(asked, evidence)).toBe(
    "traffic moved: web-1 99.9%, web-2 0.1%; the nearest the balancer's weights come is web-1 99.805%, web-2 0.195%",
  );
  expect(told({ 'web-1': 1 }, { shares: 'web-1=1', largestDeviation: 0.0004 })).toBe(
    'traffic moved: web-1 100%',
  );
});

test('where two balancers make something else of it, what each does is said', () => {
  const evidence = { shares: 'web-1=0.9 and 3 more; web-1=1', largestDeviation: 0.1 };

  expect(told({ 'web-1': 1 }, evidence)).toBe(
    "traffic moved: web-1 100%; the nearest the balancer's weights come is web-1 90% and 3 more; web-1 100%",
  );
});

test('a target that gets nothing of its share is named, such as one in maintenance', () => {
  const shares = { 'web-1': 0.75, 'web-2': 0.25 };

  expect(told(shares, { largestDeviation: 0, notServing: 'web-2 (MAINT)' })).toBe(
    'traffic moved: web-1 75%, web-2 25%; not serving: web-2 (MAINT)',
  );
  expect(told(shares, { largestDeviation: 0, notServing: null })).toBe(
    'traffic moved: web-1 75%, web-2 25%',
  );
});
