import { Option } from '@commander-js/extra-typings';
import type { DeploymentRequest } from '../../producers/deployment-producer.js';
import {
  commandOf,
  gatherPairs,
  parseDuration,
  parseEnvironment,
  parseName,
  type Program,
} from '../session/flags.js';
import {
  FLAG_KINDS,
  parseBatchSize,
  parsePercentage,
  parseStages,
  parseStrategyJson,
  type StrategyFlags,
  strategyOf,
} from './strategy-flags.js';

/** `plan` and `deploy` ask for the same thing, and so have the same flags. */
export const requestCommand = (program: Program, name: 'plan' | 'deploy') =>
  commandOf(program, name)
    .argument('<service>', 'the service, as the configuration calls it')
    .argument('<version>', 'a tag, digest, path or revision')
    .option('-e, --environment <name>', 'else production', parseEnvironment)
    .addOption(new Option('--strategy <kind>', 'else the configuration’s').choices(FLAG_KINDS))
    .option('--batch-size <amount>', 'all but canary: targets at once, 2 or 25%', parseBatchSize)
    .option('--max-unavailable <amount>', 'out of service at once: 2 or 25%', parseBatchSize)
    .option('--delay <time>', 'rolling: between batches, such as 30s', parseDuration)
    .option('--stages <percents>', 'canary, feature flag: such as 10,50,100', parseStages)
    .option('--weights <percents>', 'canary by traffic: such as 10,50,100', parseStages)
    .option('--wait-between <time>', 'canary, feature flag: between stages', parseDuration)
    .option('--analysis <name>', 'judge it by this analysis of the configuration', parseName)
    .option('--gate', 'rolling: promote after the first batch; blue-green: before the switch')
    .option('--promote-after <time>', 'blue-green: switch by itself after this long', parseDuration)
    .addOption(
      new Option('--retire <how>', 'blue-green: the old colour at the end').choices([
        'keep',
        'remove',
      ] as const),
    )
    .option('--flag <name>', 'feature flag: else ff_<service>_<version>', parseName)
    .option('--percentage <percent>', 'feature flag: of the users, at the end', parsePercentage)
    .option('--strategy-json <json>', 'a strategy with all its settings', parseStrategyJson)
    .option('--target <id=address>', 'instead of the configured ones; repeatable', gatherPairs)
    .option('--by <who>', 'who asks for it', parseName)
    .option('--idempotency-key <key>', 'the same key again is the same deployment', parseName)
    .option('--metadata <key=value>', 'kept with the deployment; repeatable', gatherPairs);

export interface RequestFlags extends StrategyFlags {
  readonly environment?: string | undefined;
  readonly target?: readonly (readonly [string, string])[] | undefined;
  readonly by?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly metadata?: readonly (readonly [string, string])[] | undefined;
}

/** @throws UsageError when the strategy's flags contradict each other */
export function requestOf(
  service: string,
  version: string,
  flags: RequestFlags,
): DeploymentRequest {
  const { environment, by, idempotencyKey, target, metadata } = flags;
  const strategy = strategyOf(flags);
  return {
    service,
    version,
    ...(environment !== undefined && { environment }),
    ...(strategy !== undefined && { strategy }),
    ...(target !== undefined && { targets: target.map(([id, address]) => ({ id, address })) }),
    ...(by !== undefined && { requestedBy: by }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(metadata !== undefined && { metadata: Object.fromEntries(metadata) }),
  };
}
