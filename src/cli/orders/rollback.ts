import { Option } from '@commander-js/extra-typings';
import { DEFAULT_ENVIRONMENT, environmentName } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import { notRolledBack } from '../../domain/plan/outdated.js';
import { decide } from '../../domain/plan/machine/plan-machine.js';
import { CommandRefused, type RollbackRequest } from '../../producers/deployment-producer.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import {
  commandOf,
  parseDeploymentId,
  parseDuration,
  parseEnvironment,
  parseName,
  parseService,
  parseText,
  parseVersion,
  type Program,
} from '../session/flags.js';
import { FLAG_KINDS, parseStrategyJson, type StrategyFlags, strategyOf } from './strategy-flags.js';
import { assertKnownPlace } from '../session/known-places.js';
import { loadKnown } from '../session/load-known.js';
import { rollbackToVersion } from '../follow/rollback-to-version.js';
import { likelySubject, rollbackToEnd } from '../follow/rollback-to-end.js';

export function addRollback(program: Program, run: CliRun): void {
  commandOf(program, 'rollback')
    .description('Roll back to the previous good version, or to a named one')
    .argument('[service]', 'what is under way or active in this service', parseService)
    .option('-e, --environment <name>', 'with a service; else production', parseEnvironment)
    .option('--deployment <id>', 'this deployment, instead of a service', parseDeploymentId)
    .option('--to <version>', 'with a service: a stable version of it', parseVersion)
    .addOption(
      new Option('--strategy <kind>', 'with a service: how; else its own').choices(FLAG_KINDS),
    )
    .option('--strategy-json <json>', 'a strategy with all its settings', parseStrategyJson)
    .option('--idempotency-key <key>', 'with --to: the same key is the same rollback', parseName)
    .option('--reason <text>', 'why', parseText)
    .option('--by <who>', 'who asks for it', parseName)
    .option('--wait', 'show the progress; leave with 0 once it is rolled back')
    .option('--timeout <time>', 'with --wait: leave with 4 after this long', parseDuration)
    .action((service, flags) =>
      run.withSession(flags, async (session) => {
        const { environment = environmentName(DEFAULT_ENVIRONMENT), deployment: id } = flags;
        const ref = service && { service, environment };
        if (ref !== undefined && id === undefined) await assertKnownPlace(session, ref);
        const planned = plannedWay(flags);
        if (planned !== null) {
          if (ref === undefined) throw new UsageError('service: --to and --strategy go with one');
          const request = { ...ref, ...planned, ...askedBy(flags) };
          const { jobId: job } = await session.producer.rollback(request);
          return rollbackToVersion(run, session, {
            ...{ jobId: job, ref, wait: flags.wait === true, json: flags.json === true },
            deadline: flags.timeout === undefined ? null : run.ports.now() + flags.timeout,
          });
        }
        const named = namedSubject(ref, id, flags.environment);
        const subject = id
          ? await loadKnown(session, id)
          : ref && (await likelySubject(session, ref));
        if (subject) await assertGoesBack(session, subject);
        const deadline = flags.timeout === undefined ? null : run.ports.now() + flags.timeout;
        const { jobId } = await session.producer.rollback({
          ...named,
          ...askedBy(flags),
        });
        const json = flags.json === true;
        if (flags.wait) {
          return rollbackToEnd(run, session, { jobId, subject: subject ?? null, deadline, json });
        }
        if (json) run.out.json({ jobId, deploymentId: id ?? null });
        else run.out.line(`the rollback is published as job ${jobId}`);
        return EXIT.ok;
      }),
    );
}

/** @throws CommandRefused where the worker would refuse it a moment later */
async function assertGoesBack({ store }: CliSession, subject: Deployment): Promise<void> {
  const order = { type: 'rollback', reason: 'asked for' } as const;
  const late = notRolledBack(subject, await store.service(subject));
  if (late !== null) throw new CommandRefused(late);
  const decision = decide(subject, order);
  if (!decision.ok) throw new CommandRefused(decision.error.message);
}

interface WayFlags extends StrategyFlags {
  readonly to?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** To a named version, or along a strategy: `null` where neither is asked for. */
function plannedWay(flags: WayFlags) {
  const { to, idempotencyKey } = flags;
  const strategy = strategyOf(flags);
  if (to === undefined && strategy === undefined) return null;
  return {
    ...(to !== undefined && { toVersion: to }),
    ...(strategy !== undefined && { strategy }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}

const askedBy = ({ reason, by }: { reason?: string | undefined; by?: string | undefined }) => ({
  ...(reason !== undefined && { reason }),
  ...(by !== undefined && { requestedBy: by }),
});

/** @throws UsageError unless exactly one of the two is named */
function namedSubject(
  ref: { readonly service: string; readonly environment: string } | undefined,
  deploymentId: string | undefined,
  environment: string | undefined,
): RollbackRequest {
  if (ref !== undefined && deploymentId !== undefined) {
    throw new UsageError('deployment: expected either a service or --deployment, got both');
  }
  if (ref !== undefined) return { ...ref };
  if (deploymentId === undefined) {
    throw new UsageError('service: expected a service or --deployment');
  }
  if (environment !== undefined) {
    throw new UsageError('environment: goes with a service, not with --deployment');
  }
  return { deploymentId };
}
