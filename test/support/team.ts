import { onTestFinished } from 'vitest';
import { composeWorker } from '../../src/app/workers/compose.js';
import { type ConfigInput, ConfigSchema } from '../../src/contracts/config/config.schema.js';
import type { KnownService } from '../../src/domain/fleet/knowledge.js';
import type { Log } from '../../src/domain/ports/log.js';
import { FakeDriver, FakeServices, type FakeServicesOptions } from './fake-services.js';
import { onlyFor } from './only-for.js';
import { type Pipeline, startPipeline } from './pipeline.js';

export interface Member {
  readonly driver: FakeDriver;
  /** What it logged. */
  readonly said: string[];
  stop(): Promise<void>;
}

export interface MemberOptions extends Partial<FakeServicesOptions> {
  readonly grace?: string;
  readonly worker?: ConfigInput['worker'];
}

export interface Team extends Pipeline {
  /** A worker that is configured for these services and no others. */
  join(services: readonly (string | KnownService)[], options?: MemberOptions): Promise<Member>;
}

/** Workers of one namespace that know different services, each in this process. */
export async function startTeam(): Promise<Team> {
  const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
  const { url, namespace } = pipeline;
  const join: Team['join'] = async (names, { grace = '60s', worker, ...options } = {}) => {
    const driver = new FakeDriver();
    const said: string[] = [];
    const note = (fields: object, message: string): void => {
      said.push(`${message} ${JSON.stringify(fields)}`);
    };
    const log: Log = { info: note, warn: note, error: note };
    const services = new FakeServices({ driver, ...options });
    const config = { namespace, services: {}, unknownService: { grace }, worker };
    const host = await composeWorker({
      ...{ connection: url, log, config: ConfigSchema.parse(config) },
      services: () => onlyFor(names, services),
    });
    const stop = (): Promise<void> => host.stop();
    onTestFinished(stop);
    return { driver, said, stop };
  };
  return { ...pipeline, join };
}
