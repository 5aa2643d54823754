import type { z } from 'zod';
import {
  type Config,
  ConfigSchema,
  ServiceConfigSchema,
} from '../../contracts/config/config.schema.js';
import { writtenValue } from '../../contracts/written/written-value.js';
import type { AnalysisSpec, MetricRule } from '../../domain/model/plan/analysis-spec.js';
import { type EnvironmentName, type ServiceName, type ServiceRef } from '../../domain/model/ids.js';
import { limitsOf } from '../../domain/model/plan/limits.js';
import type { Policy } from '../../domain/model/plan/policy.js';
import type { StrategySpec } from '../../domain/model/plan/strategy-spec.js';
import { windowsOf } from '../../domain/model/plan/window.js';
import { ok, type Result } from '../../domain/model/result.js';
import type { PlanRefusal } from '../../domain/strategies/parts/strategy.js';
import { DEFAULT_STAGES } from '../../domain/strategies/canary/canary-stages.js';
import { configuredPromotions } from './configured-promotions.js';
import { environmentsOf } from './environments-of.js';
import { settingsFor } from './service-settings.js';

/** What holds for a service in an environment, in the words of a configuration. */
export type EffectiveService = Readonly<Record<string, unknown>>;

function inWords(config: Config, ref: ServiceRef): Result<EffectiveService, PlanRefusal> {
  const found = settingsFor(config, ref);
  if (!found.ok) return found;
  const { strategy, policy, analyses, router, flags, ...settings } = found.value;
  const subject = { environment: ref.environment, labels: settings.labels };
  const shared = windowsOf(config.windows, subject);
  return ok({
    ...settings,
    strategy: filledStrategy(strategy),
    router: router ?? { kind: 'none' },
    flags: flags ?? { kind: 'redis' },
    analyses: Object.fromEntries(analyses.map(writtenAnalysis)),
    policy: writtenPolicy({ ...policy, windows: [...policy.windows, ...shared] }),
    promotions: configuredPromotions(config)(ref),
    limits: limitsOf(config.limits, subject).map(({ key, most }) => ({ of: key, most })),
  });
}

/**
 * All defaults filled in, the environment's settings over the service's, and what of
 * the whole configuration is about it; lengths of time as text, and no secret.
 *
 * @returns an error for a service that is not configured, or has no driver
 */
export function effectiveService(
  config: Config,
  ref: ServiceRef,
): Result<EffectiveService, PlanRefusal> {
  const found = inWords(config, ref);
  if (!found.ok) return found;
  const { promotions, limits, ...settings } = found.value;
  const written = writtenFields(ServiceConfigSchema, { ...settings, promotions });
  return ok({ ...written, limits });
}

/** The whole of it: what is said once, and each service in each environment that it names. */
export function effectiveConfig({ services, ...shared }: Config): EffectiveService {
  const config = { services, ...shared };
  const each = Object.entries(services).map(([name, service]) => {
    const shown = Object.keys(environmentsOf(service)).map((place) => {
      // `*` is no name, but stands for those that nobody names.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema checked them
      const ref = { service: name as ServiceName, environment: place as EnvironmentName };
      const found = effectiveService(config, ref);
      return [place, found.ok ? found.value : { problem: found.error.message }] as const;
    });
    return [name, Object.fromEntries(shown)] as const;
  });
  return { ...writtenFields(ConfigSchema, shared), services: Object.fromEntries(each) };
}

const writtenFields = (schema: z.core.$ZodType, fields: object): object =>
  Object(writtenValue(schema, fields));

/** What strategies do where nothing is said (`strategy-spec.ts`); a test compares the plans. */
function filledStrategy(spec: StrategySpec): StrategySpec {
  switch (spec.kind) {
    case 'rolling':
      return { batchSize: 1, delay: 0, minHealthyTime: 0, ...spec };
    case 'canary':
      return { stages: DEFAULT_STAGES, wait: 0, successThreshold: 0.95, ...spec };
    case 'blue_green':
      return { promotion: { kind: 'auto' }, retire: 'keep', ...spec };
    case 'feature_flag': {
      const stages = spec.percentage === undefined ? { stages: [1, 10, 50, 100] } : {};
      return { ...stages, batchSize: 1, wait: 0, ...spec };
    }
    case 'steps':
      return spec;
  }
}

function writtenPolicy(policy: Policy): EffectiveService {
  const { approval, approvals, approvers, selfApproval, ...others } = policy;
  const { approvalExpiry, approvalOnChange: onChange, ...rest } = others;
  const required = {
    required: approvals,
    ...(approvers !== null && { of: approvers }),
    notByRequester: !selfApproval,
    expires: approvalExpiry,
    onChange,
  };
  return { approval: approval === 'none' ? approval : required, ...rest };
}

const writtenAnalysis = ({ name, metrics, ...rest }: AnalysisSpec): [string, object] => [
  name,
  { ...rest, metrics: metrics.map(writtenMetric) },
];

function writtenMetric({ against, direction, ...rest }: MetricRule): object {
  const lower = direction === 'lower';
  if (against.kind === 'limit') return { ...rest, [lower ? 'max' : 'min']: against.limit };
  const { baseline, margin } = against;
  const by = margin.kind === 'absolute' ? margin.by : `${Number((margin.by * 100).toFixed(6))}%`;
  return { ...rest, baseline, [lower ? 'maxIncrease' : 'maxDecrease']: by };
}
