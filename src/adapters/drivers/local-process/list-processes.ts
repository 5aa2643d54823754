import { relative, sep } from 'node:path';
import {
  EnvironmentNameSchema,
  ServiceNameSchema,
  TargetIdSchema,
} from '../../../contracts/values/schemas.js';
import type { HeldTarget } from '../../../domain/ports/target-driver.js';
import { isAlive } from '../process/process-identity.js';
import { InstanceStore } from './instance-store.js';
import { targetFolders, targetsDir } from './target-folder.js';

/** Every process that runs for a target under a state folder, whoever has asked for it. */
export async function listProcesses(stateDir: string): Promise<readonly HeldTarget[]> {
  const folders = await targetFolders(stateDir);
  const found = folders.map(async (folder): Promise<readonly HeldTarget[]> => {
    const [environment, service, target] = relative(targetsDir(stateDir), folder).split(sep);
    const names = {
      environment: EnvironmentNameSchema.safeParse(environment),
      service: ServiceNameSchema.safeParse(service),
      target: TargetIdSchema.safeParse(target),
    };
    const current = await new InstanceStore(folder).current();
    // A folder of other names is none that a call of ours has made.
    if (!names.environment.success || !names.service.success || !names.target.success) return [];
    if (current === null || !isAlive(current.process)) return [];
    const { host, port, version } = current;
    return [
      {
        environment: names.environment.data,
        service: names.service.data,
        target: names.target.data,
        address: `${host}:${port}`,
        version,
      },
    ];
  });
  return (await Promise.all(found)).flat();
}
