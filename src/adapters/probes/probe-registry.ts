import { z } from 'zod';
import { CheckSchema, type CheckSpec } from '../../contracts/config/check.schema.js';
import type { Written } from '../../contracts/values/written.js';
import { assertNever } from '../../domain/model/assert-never.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import { templateProblem } from '../drivers/process/placeholders.js';
import { DEFAULT_GUARD, type NetworkGuard } from '../net/network-guard.js';
import { createCommandProbe } from './command.probe.js';
import { createDiskProbe } from './disk.probe.js';
import { createHttpProbe } from './http.probe.js';
import { createMemoryProbe } from './memory.probe.js';
import { createTcpProbe } from './tcp.probe.js';

/** A check as a configuration says it: its kind and what that needs; all else has a default. */
export type CheckInput = Written<typeof CheckSchema>;

/**
 * The probe that a check's configuration asks for, connecting to nothing but what
 * is open to everybody.
 *
 * @throws TypeError for a field that is wrong, or a placeholder that there is not
 */
export function createProbe(check: CheckInput): HealthProbe {
  const parsed = CheckSchema.safeParse(check);
  if (!parsed.success) {
    throw new TypeError(`the check is not usable:\n${z.prettifyError(parsed.error)}`);
  }
  return guardedProbe(parsed.data, DEFAULT_GUARD);
}

/** Makes probes that connect where this guard lets them. */
export const probesWithin =
  (guard: NetworkGuard) =>
  /** @throws TypeError for a placeholder that there is not */
  (spec: CheckSpec): HealthProbe =>
    guardedProbe(spec, guard);

function guardedProbe(spec: CheckSpec, guard: NetworkGuard): HealthProbe {
  for (const template of templatesOf(spec)) {
    const problem = templateProblem(template, 'check');
    if (problem !== null) throw new TypeError(problem);
  }
  switch (spec.kind) {
    case 'http':
      return createHttpProbe(spec, guard);
    case 'tcp':
      return createTcpProbe(spec, guard);
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
