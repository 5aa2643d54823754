import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { parseDocument } from 'yaml';
import { loadConfig } from '../../adapters/config/load-config.js';
import { ConfigError } from '../../contracts/problems/config-error.js';
import { metricsFromCsv } from '../../adapters/simulation/metrics-csv.js';
import type { SimulateFlags } from '../../cli/session/cli-ports.js';
import type { Simulated, SimulationRefusal } from '../../contracts/views/simulation-view.js';
import { err, ok, type Result } from '../../domain/model/result.js';
import { prepareSimulation } from './simulation.js';

type Read = Result<unknown, SimulationRefusal>;

/** `signalbox simulate`: the spec and the metrics from files, all else from flags. */
export async function simulateFile({
  spec: file,
  metrics: metricsFile,
  previous,
  first,
  ...flags
}: SimulateFlags): Promise<Result<Simulated, SimulationRefusal>> {
  if (first && previous !== undefined) {
    return err({ path: 'previous', message: 'expected --previous or --first, not both' });
  }
  const spec = await readSpec(file);
  if (!spec.ok) return spec;
  const metrics = metricsFile === undefined ? ok({}) : readMetrics(metricsFile);
  if (!metrics.ok) return metrics;
  const simulation = await prepareSimulation({
    ...flags,
    spec: spec.value,
    metrics: metrics.value,
    previousVersion: first ? null : previous,
  });
  return simulation.ok ? simulation.value.tryDeploy() : err(asFlag(simulation.error, flags.faults));
}

/** People know the fields by the flags that set them. */
function asFlag(
  { path, message }: SimulationRefusal,
  faults: readonly string[],
): SimulationRefusal {
  const [field = path, number] = path.split('.');
  if (field === 'faults') return { path: `fail ${faults[Number(number)] ?? ''}`, message };
  if (field === 'callTime') return { path: 'call-time', message };
  if (field === 'previousVersion') return { path: 'previous', message };
  return { path, message };
}

async function readSpec(file: string): Promise<Read> {
  if (/^\.(?:json|ya?ml)$/.test(extname(file))) return readDocument(file);
  try {
    return ok(await loadConfig(file));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return err({ path: 'spec', message: error.message });
  }
}

function readMetrics(file: string): Read {
  if (extname(file) !== '.csv') return readDocument(file);
  if (!existsSync(file)) return missing(file);
  const metrics = metricsFromCsv(readFileSync(file, 'utf8'));
  return metrics.ok ? metrics : err({ path: file, message: metrics.error });
}

/** JSON is YAML; the parser tells line and column. */
function readDocument(file: string): Read {
  if (!existsSync(file)) return missing(file);
  const document = parseDocument(readFileSync(file, 'utf8'));
  const [error] = document.errors;
  if (error) return err({ path: file, message: error.message });
  return ok(document.toJS({ maxAliasCount: 100 }));
}

const missing = (file: string): Read => err({ path: file, message: 'there is no such file' });
