import { flagSpecOf } from '../../domain/model/plan/flag-setting.js';
import type { StepSpec } from '../../domain/model/plan/step-spec.js';
import type {
  AnalysisUse,
  CanaryStage,
  FlagStage,
  GateSetting,
  BlueGreenPromotion,
  StrategySpec,
} from '../../domain/model/plan/strategy-spec.js';
import { percentText, type Wording } from './step-words.js';

type Time = Wording['time'];
type Setting = readonly [name: string, value: string | number | undefined];

/** Its kind, and each setting that was made, in words: `rolling`, `batch size 2`, `delay 5s`. */
export const strategyWords = (spec: StrategySpec, time: Time): readonly string[] => [
  spec.kind.replaceAll('_', ' '),
  ...settingsOf(spec, time).flatMap(([name, value]) =>
    value === undefined ? [] : `${name} ${value}`,
  ),
];

function settingsOf(spec: StrategySpec, time: Time): readonly Setting[] {
  const timed = (ms: number | undefined): string | undefined =>
    ms === undefined ? undefined : time(ms);
  switch (spec.kind) {
    case 'rolling':
      return [
        ['batch size', spec.batchSize],
        ['delay', timed(spec.delay)],
        ['min healthy time', timed(spec.minHealthyTime)],
        ['max unavailable', spec.maxUnavailable],
        ['failure tolerance', spec.failureTolerance],
        ['analysis', analysisText(spec.analysis)],
        ['after the first', gateText(spec.pauseAfterFirst, time)],
      ];
    case 'canary':
      return [
        [spec.traffic === true ? 'traffic' : 'stages', stagesText(spec.stages, time)],
        ['wait', timed(spec.wait)],
        ['success threshold', spec.successThreshold],
        ['max unavailable', spec.maxUnavailable],
        ['analysis', analysisText(spec.analysis)],
      ];
    case 'blue_green':
      return [
        ['batch size', spec.batchSize],
        ['analysis before', spec.analyze?.before],
        ['analysis after', spec.analyze?.after],
        ['promotion', promotionText(spec.promotion, time)],
        ['old colour', spec.retire],
        ['retire delay', timed(spec.retireDelay)],
        ['max unavailable', spec.maxUnavailable],
      ];
    case 'feature_flag':
      return [
        ['flag', flagSpecOf(spec.flag).name],
        ['keep flags of', flagSpecOf(spec.flag).keep],
        ['on foreign change', flagSpecOf(spec.flag).onForeignChange],
        ['percentage', spec.percentage],
        ['stages', stagesText(spec.stages, time)],
        ['batch size', spec.batchSize],
        ['max unavailable', spec.maxUnavailable],
        ['failure tolerance', spec.failureTolerance],
        ['wait', timed(spec.wait)],
        ['analysis', analysisText(spec.analysis)],
      ];
    case 'steps':
      return [
        ['in order', spec.steps.map(({ kind }: StepSpec) => kind).join(' → ')],
        ['partial', spec.partial === true ? 'yes' : undefined],
        ['max unavailable', spec.maxUnavailable],
        ['failure tolerance', spec.failureTolerance],
      ];
  }
}

const analysisText = (analysis: AnalysisUse | undefined): string | undefined =>
  analysis &&
  [
    analysis.name,
    ...(analysis.mode === 'background' ? ['in the background'] : []),
    ...(analysis.from === undefined ? [] : [`from stage ${analysis.from}`]),
  ].join(' ');

/** `10% → 50% of traffic on 25% of targets, gate → 100%` */
const stagesText = (
  stages: readonly (number | CanaryStage | FlagStage)[] | undefined,
  time: Time,
): string | undefined => stages?.map((stage) => stageText(stage, time)).join(' → ');

function stageText(stage: number | CanaryStage | FlagStage, time: Time): string {
  if (typeof stage === 'number') return percentText(stage);
  const gate = gateText(stage.gate, time);
  return [
    levelText(stage),
    ...(stage.wait === undefined ? [] : [`wait ${time(stage.wait)}`]),
    ...(stage.analyze === undefined ? [] : [`analyze ${stage.analyze}`]),
    ...(gate === undefined ? [] : [gate]),
  ].join(' + ');
}

function levelText(stage: CanaryStage | FlagStage): string {
  if ('percent' in stage) return percentText(stage.percent);
  const levels = [
    ...(stage.weight === undefined ? [] : [`${percentText(stage.weight)} of the traffic`]),
    ...(stage.targets === undefined ? [] : [`${percentText(stage.targets)} of the targets`]),
  ];
  return levels.join(' on ');
}

function gateText(gate: GateSetting | undefined, time: Time): string | undefined {
  if (gate === undefined || gate === false) return undefined;
  const { name, timeout } = gate === true ? {} : gate;
  const until = timeout === undefined ? [] : [`for ${time(timeout)}`];
  return ['gate', ...(name === undefined ? [] : [name]), ...until].join(' ');
}

function promotionText(promotion: BlueGreenPromotion | undefined, time: Time): string | undefined {
  if (promotion === undefined) return undefined;
  if (promotion.kind === 'gate') return gateText(promotion, time);
  return promotion.after === undefined ? 'at once' : `after ${time(promotion.after)}`;
}
