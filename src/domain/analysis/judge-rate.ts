import {
  EVIDENCE_WORDS,
  type MetricFinding,
  type Judged,
} from '../model/deployment/analysis-report.js';
import type { Direction, Margin } from '../model/plan/analysis-spec.js';
import { allowance, between, bound, chance, moreOrLess, percent, points } from './figures.js';
import {
  binomialHead,
  binomialTail,
  clopperPearson,
  type Count,
  type Interval,
} from './statistics/binomial.js';
import { moreOften } from './statistics/fisher.js';
import {
  differenceSequence,
  evidenceAgainstLimit,
  evidenceAgainstLine,
  proportionSequence,
  type SequentialEvidence,
} from './statistics/sequential-proportions.js';

export interface RateLook {
  readonly direction: Direction;
  /** How often a version just at its limit may be called unhealthy. */
  readonly level: number;
  /** Whether other looks at the same, growing counts share this level. */
  readonly sequential: boolean;
}

interface Tested {
  readonly evidence: Judged['evidence'];
  readonly pValue: number;
  readonly test: NonNullable<MetricFinding['test']>;
}

/** Whole events among whole trials. A source that extrapolates may give more events than trials: then all are. */
export function wholeCount({ events, trials }: Count): Count {
  const whole = Math.max(0, Math.round(trials));
  return { events: Math.min(whole, Math.max(0, Math.round(events))), trials: whole };
}

export function judgeRateAlone(count: Count, limit: number, look: RateLook): Judged {
  const { direction, level, sequential } = look;
  const rate = count.events / count.trials;
  const interval = sequential ? proportionSequence(count, level) : clopperPearson(count, level);
  const confidence = 1 - 2 * level;
  const { evidence, pValue, test } = testAlone(
    bad(count, direction),
    direction === 'lower' ? limit : 1 - limit,
    look,
  );
  return {
    evidence,
    finding: { estimate: rate, interval, confidence, effect: null, pValue, test },
    sentence:
      `${EVIDENCE_WORDS[evidence]}: ${percent(rate)} of ${count.trials} ` +
      `(${between(interval, confidence, percent)}, ${chance(pValue)}), ${bound(percent(limit), direction)}`,
  };
}

export function judgeRateBeside(
  canary: Count,
  baseline: Count,
  margin: Margin,
  look: RateLook,
): Judged {
  const { direction, level, sequential } = look;
  const [p1, p2] = [canary.events / canary.trials, baseline.events / baseline.trials];
  const interval = sequential
    ? differenceSequence(canary, baseline, level)
    : contrastInterval(canary, baseline, 1, level);
  const confidence = 1 - 2 * level;
  const { evidence, pValue, test } = testBeside(
    bad(canary, direction),
    bad(baseline, direction),
    lineOf(margin, direction),
    look,
  );
  const effect = p2 === 0 ? null : ({ measure: 'relative_risk', value: p1 / p2 } as const);
  return {
    evidence,
    finding: { estimate: p1 - p2, interval, confidence, effect, pValue, test },
    sentence:
      `${EVIDENCE_WORDS[evidence]}: ${percent(p1)} of ${canary.trials} beside the old version's ${percent(p2)} of ${baseline.trials}, ` +
      `${moreOrLess(p1 - p2, points)} (${between(interval, confidence, points)}, ${chance(pValue)}), ` +
      allowance(margin, direction, points),
  };
}

/** Everything is tested as "too many bad ones"; where the query counts good events, the rest are the bad. */
const bad = ({ events, trials }: Count, direction: Direction): Count =>
  direction === 'lower' ? { events, trials } : { events: trials - events, trials };

/** The most bad ones allowed, as k·(the baseline's) + offset. */
interface Line {
  readonly k: number;
  readonly offset: number;
}

function lineOf({ kind, by }: Margin, direction: Direction): Line {
  if (kind === 'absolute') return { k: 1, offset: by };
  // good₁ ≥ (1 − by)·good₂ is bad₁ ≤ (1 − by)·bad₂ + by.
  return direction === 'lower' ? { k: 1 + by, offset: 0 } : { k: 1 - by, offset: by };
}

function testAlone(count: Count, limit: number, { level, sequential }: RateLook): Tested {
  if (sequential) {
    return fromEvidence(evidenceAgainstLimit(count, limit), level, 'sequential_binomial');
  }
  const pValue = binomialTail(count, limit);
  const within = binomialHead(count, limit) <= level;
  return {
    evidence: pValue <= level ? 'worse' : within ? 'within' : 'open',
    pValue,
    test: 'exact_binomial',
  };
}

/** Worse only where the rates differ (Fisher, χ²) and the interval lies wholly above what is allowed. */
function testBeside(canary: Count, baseline: Count, line: Line, look: RateLook): Tested {
  const { level, sequential } = look;
  if (sequential) {
    const evidence = evidenceAgainstLine(canary, baseline, line.k, line.offset);
    return fromEvidence(evidence, level, 'sequential_two_binomials');
  }
  const { test, pValue } = moreOften(canary, baseline);
  const [low, high] = contrastInterval(canary, baseline, line.k, level);
  const worse = pValue <= level && low > line.offset;
  return { evidence: worse ? 'worse' : high <= line.offset ? 'within' : 'open', pValue, test };
}

function fromEvidence(
  { above, below }: SequentialEvidence,
  level: number,
  test: Tested['test'],
): Tested {
  const bar = -Math.log(level);
  return {
    evidence: above >= bar ? 'worse' : below >= bar ? 'within' : 'open',
    pValue: Math.min(1, Math.exp(-above)),
    test,
  };
}

/**
 * The interval of p₁ − k·p₂, each limit at `level`, from the exact limits of
 * either proportion: Zou & Donner, Stat. Med. 27 (2008); with k = 1 it is
 * method 10 of Newcombe, Stat. Med. 17 (1998), with Clopper–Pearson's limits in place of Wilson's.
 */
export function contrastInterval(first: Count, second: Count, k: number, level: number): Interval {
  const p1 = first.events / first.trials;
  const p2 = second.events / second.trials;
  const [low1, high1] = clopperPearson(first, level);
  const [low2, high2] = clopperPearson(second, level);
  const middle = p1 - k * p2;
  return [
    Math.max(-k, middle - Math.hypot(p1 - low1, k * (high2 - p2))),
    Math.min(1, middle + Math.hypot(high1 - p1, k * (p2 - low2))),
  ];
}
