import { describe, expect, test } from 'vitest';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';

const DAY = 86_400_000;
const parsed = (retention?: unknown) => ConfigSchema.safeParse({ services: {}, retention });
const refused = (retention: unknown): string => {
  const [issue] = parsed(retention).error?.issues ?? [];
  return issue === undefined ? 'accepted' : `${issue.path.join('.')}: ${issue.message}`;
};

describe('retention', () => {
  test('keeps a quarter of a year, and the newest of each service, where nothing is said', () => {
    const usual = {
      ...{ deployments: 90 * DAY, keep: 50, most: 1_000, atLeast: DAY },
      ...{ releases: 90 * DAY, promotions: 90 * DAY, jobs: 7 * DAY },
    };

    expect(parsed().data?.retention).toEqual(usual);
    expect(parsed({ deployments: '30d', keep: 5 }).data?.retention).toEqual({
      ...usual,
      ...{ deployments: 30 * DAY, keep: 5 },
    });
  });

  test('may be off, or reach over years', () => {
    expect(parsed('off').data?.retention).toBe('off');
    expect(parsed({ deployments: '3650d' }).success).toBe(true);
  });

  test('names the field that is wrong', () => {
    expect(refused('on')).toBe('retention: expected "off", or how long what has ended is kept');
    expect(refused({ deployments: '90 years' })).toContain('deployments: expected a duration');
    expect(refused({ deployments: '3651d' })).toContain('deployments: ');
    expect(refused({ keep: 0 })).toContain('keep: ');
    expect(refused({ keep: 100, most: 99 })).toContain('most: expected at least `keep`');
    expect(refused({ forever: true })).toContain('forever');
  });
});
