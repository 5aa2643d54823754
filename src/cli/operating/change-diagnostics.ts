import { changeWords } from '../../domain/fleet/configuration-change.js';
import type { WorkerSign } from '../../domain/fleet/worker-sign.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { ChangedPlan } from '../session/doctor-session.js';
import type { Diagnostic } from './diagnostics.js';

/** Open deployments whose configuration changed since they were planned: it is the one of now that is used. */
export const changeDiagnostics = (changed: readonly ChangedPlan[]): readonly Diagnostic[] =>
  changed.map((each) => ({
    level: 'warn',
    text:
      `${each.id} (${serviceKey(each)}): its configuration on ${each.change.hosts.join(', ')} ` +
      `changed since it was planned: ${changeWords(each.change).join('; ')}`,
  }));

/** What is written in the file is not in force at these. */
export const restartDiagnostics = (workers: readonly WorkerSign[]): readonly Diagnostic[] =>
  workers
    .filter(({ alive, configChanged }) => alive && configChanged === true)
    .map(({ id, host }) => ({
      level: 'warn',
      text: `worker ${id} on ${host}: its configuration file has changed since it started; restart it to use it`,
    }));
