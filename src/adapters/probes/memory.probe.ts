import { readFile } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import type { MemoryCheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import { probeOf } from './observation.js';
import { judgeUse } from './use-level.js';

export interface Memory {
  readonly total: number;
  readonly available: number;
}

/** Memory in use on this machine, leaving out what the kernel would give back at once. */
export const createMemoryProbe = (spec: MemoryCheckSpec, read = readMemory): HealthProbe =>
  probeOf(spec, 'memory', async () => {
    const { total, available } = await read();
    return judgeUse('memory', { used: total - available, total }, spec);
  });

/** `os.freemem` counts the page cache as used, so it is only what is left where there is no /proc. */
async function readMemory(): Promise<Memory> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  return parseMeminfo(text) ?? { total: totalmem(), available: freemem() };
}

/** In bytes; `null` for a text without both numbers. */
export function parseMeminfo(text: string): Memory | null {
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1]);
  const total = kilobytes('MemTotal') * 1024;
  const available = kilobytes('MemAvailable') * 1024;
  return total > 0 && available >= 0 ? { total, available } : null;
}
