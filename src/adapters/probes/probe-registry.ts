import type { CheckSpec } from '../../contracts/config/check.schema.js';
import { assertNever } from '../../domain/assert-never.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import { templateProblem } from '../drivers/placeholders.js';
import { createCommandProbe } from './command.probe.js';
import { createDiskProbe } from './disk.probe.js';
import { createHttpProbe } from './http.probe.js';
import { createMemoryProbe } from './memory.probe.js';
import { createTcpProbe } from './tcp.probe.js';

/**
 * The probe that a check's configuration asks for.
 *
 * @throws TypeError for a placeholder that there is not
 */
export function createProbe(spec: CheckSpec): HealthProbe {
  for (const template of templatesOf(spec)) {
    const problem = templateProblem(template, 'check');
    if (problem !== null) throw new TypeError(problem);
  }
  switch (spec.kind) {
    case 'http':
      return createHttpProbe(spec);
    case 'tcp':
      return createTcpProbe(spec);
    case 'command':
      return createCommandProbe(spec);
    case 'memory':
      return createMemoryProbe(spec);
    case 'disk':
      return createDiskProbe(spec);
    default:
      return assertNever(spec);
  }
}

function templatesOf(spec: CheckSpec): readonly string[] {
  switch (spec.kind) {
    case 'http':
      return [spec.url, spec.expectedBody ?? ''];
    case 'tcp':
      return [spec.address];
    case 'command':
      return [...spec.argv, spec.expectedOutput ?? ''];
    case 'memory':
    case 'disk':
      return [];
    default:
      return assertNever(spec);
  }
}
