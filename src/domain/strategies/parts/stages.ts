import type { TargetId } from '../../model/ids.js';
import type { AnalyzeStep, Step } from '../../model/plan/step.js';
import { ok, type Result } from '../../model/result.js';
import { gateOf } from './gate.js';
import { withMeasuring } from './measuring.js';
import { impossible, type PlanRefusal } from './strategy.js';
import type { AnalysisUse, StageSettings } from '../../model/plan/strategy-spec.js';

/** What one stage of a strategy does, before it is watched, measured and promoted. */
export interface Stage {
  /** Counted from 1, as in the spec. */
  readonly number: number;
  readonly settings: StageSettings;
  /** None where rounding leaves the stage nothing to do: then it keeps only what it says of its own. */
  readonly steps: readonly Step[];
  /** What is looked at again once it was watched for a while. */
  readonly recheck: readonly Step[];
  /** The targets with the new version by then, and the others. */
  readonly targets: readonly TargetId[];
  readonly baseline: readonly TargetId[];
}

/** What holds for every stage that says nothing else. */
export interface StageRules {
  /** How long each stage but the last is watched. */
  readonly wait: number;
  readonly analysis: AnalysisUse | undefined;
}

/**
 * Each stage's own steps, and after them in this order: a background analysis, the watch, inline
 * analyses, the gate. Before the last stage, and at the end, comes the wait for what is measured.
 */
export function stageSteps(stages: readonly Stage[], rules: StageRules): readonly Step[] {
  const acting = stages.filter(({ steps }) => steps.length > 0);
  const last = acting.at(-1);
  const analysed = analysedBy(acting, rules.analysis);
  const parts = stages.map((stage): readonly Step[] => {
    const { number, settings, steps, recheck } = stage;
    const watched = steps.length > 0 && stage !== last ? rules.wait : 0;
    const wait = settings.wait ?? watched;
    const shared = analysed.has(stage) ? rules.analysis : undefined;
    const inline = new Set<string>();
    if (settings.analyze !== undefined) inline.add(settings.analyze);
    if (shared !== undefined && shared.mode !== 'background') inline.add(shared.name);
    return [
      ...steps,
      ...(shared?.mode === 'background' ? [analyze(stage, shared.name, 'background')] : []),
      ...(wait > 0 ? [{ kind: 'wait', ms: wait } as const, ...recheck] : []),
      ...[...inline].map((name) => analyze(stage, name, 'inline')),
      ...gateOf(settings.gate, `stage-${number}`),
    ];
  });
  const before = parts.slice(
    0,
    stages.findLastIndex(({ steps }) => steps.length > 0),
  );
  return withMeasuring(parts.flat(), before.flat().length);
}

/**
 * The stages that the strategy's analysis follows. After the last, nothing is
 * left to compare with; but where rounding leaves no other, that one: an
 * analysis that was asked for is never passed over in silence.
 */
function analysedBy(
  acting: readonly Stage[],
  analysis: AnalysisUse | undefined,
): ReadonlySet<Stage> {
  if (analysis === undefined) return new Set();
  const last = acting.slice(-1);
  const { from = 1 } = analysis;
  const before = acting.slice(0, -1).filter(({ number }) => number >= from);
  const found = before.length > 0 ? before : last;
  return new Set(analysis.mode === 'background' ? found.slice(0, 1) : found);
}

const analyze = (
  { targets, baseline }: Stage,
  analysis: string,
  mode: AnalyzeStep['mode'],
): AnalyzeStep => ({ kind: 'analyze', analysis, mode, targets, baseline });

/** @param names each with the path it stands at; `undefined` where none is asked for */
export function knownAnalyses(
  names: readonly (readonly [path: string, name: string | undefined])[],
  analyses: readonly string[],
): Result<null, PlanRefusal> {
  for (const [path, name] of names) {
    if (name === undefined || analyses.includes(name)) continue;
    const known =
      analyses.length === 0 ? 'none are configured' : `known are ${analyses.join(', ')}`;
    return impossible(path, `no analysis is named ${name}: ${known}`);
  }
  return ok(null);
}

/** The names that a strategy with stages asks for. */
export const namesIn = (
  analysis: AnalysisUse | undefined,
  stages: readonly (number | StageSettings)[],
): readonly (readonly [string, string | undefined])[] => [
  ['strategy.analysis.name', analysis?.name],
  ...stages.map(
    (stage, at) =>
      [
        `strategy.stages.${at}.analyze`,
        typeof stage === 'number' ? undefined : stage.analyze,
      ] as const,
  ),
];

/** An analysis may begin at any stage there is. */
export function startsWithin(
  analysis: AnalysisUse | undefined,
  stages: number,
): Result<null, PlanRefusal> {
  const { from = 1 } = analysis ?? {};
  if (analysis === undefined || (Number.isInteger(from) && from >= 1 && from <= stages))
    return ok(null);
  return impossible('strategy.analysis.from', `expected a stage from 1 to ${stages}`);
}
