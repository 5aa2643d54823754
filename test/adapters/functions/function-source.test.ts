import { describe, expect, it } from 'vitest';
import {
  functionSource,
  type MetricFunction,
} from '../../../src/adapters/functions/function-source.js';
import { metricSourceSuite } from '../../suites/metric-source.suite.js';
import { asked, never } from '../metrics/source-fixtures.js';

metricSourceSuite('a function', async () => {
  let silent = false;
  const answers: Readonly<Record<string, readonly number[]>> = {
    ...{ some: [0.25, 0.5], nothing: [], notNumbers: [Number.NaN] },
    infinite: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  };
  const answer: MetricFunction = (query) => {
    if (silent) return new Promise<null>(() => {});
    const found = answers[query];
    if (found === undefined) throw new Error('no such query');
    return found;
  };
  const down: MetricFunction = () => {
    throw Object.assign(new Error('connection refused'), { transient: true });
  };
  return {
    source: functionSource(answer),
    hasty: functionSource(answer, { timeoutMs: 300 }),
    unreachable: functionSource(down),
    queries: {
      ...{ some: 'some', nothing: 'nothing', notNumbers: 'notNumbers' },
      ...{ infinite: 'infinite', warned: null },
      refused: { query: 'unheard of', reason: 'no such query' },
    },
    muted: async (work) => {
      silent = true;
      return work().finally(() => (silent = false));
    },
    close: async () => {},
  };
});

describe('a metric function', () => {
  it('may answer one value, and null for no data', async () => {
    const source = functionSource((query) => (query === 'one' ? 0 : null));
    expect(await source.query(asked('one'), never())).toMatchObject({ value: { values: [0] } });
    expect(await source.query(asked('none'), never())).toMatchObject({
      value: { values: [], series: 0 },
    });
  });

  it('is told the time that is asked about', async () => {
    const source = functionSource((_, { start, end, kind }) => [end - start, kind.length]);
    expect(await source.query(asked('window'), never())).toMatchObject({
      value: { values: [60_000, 'instant'.length] },
    });
  });
});
