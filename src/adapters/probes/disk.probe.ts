import { statfs } from 'node:fs/promises';
import type { DiskCheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe } from '../../domain/ports/health-probe.js';
import { probeOf, unknown, within } from './observation.js';
import { judgeUse } from './use-level.js';

export interface DiskBlocks {
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/** Disk in use on this machine, counted as `df` does: what is kept for root is not to be had. */
export const createDiskProbe = (spec: DiskCheckSpec, read = readBlocks): HealthProbe =>
  probeOf(spec, `disk ${spec.path}`, async (_subject, signal) => {
    const finding = await within(spec.timeout, signal, async () => {
      const { blocks, bfree, bavail } = await read(spec.path);
      const used = blocks - bfree;
      return judgeUse(`the disk of ${spec.path}`, { used, total: used + bavail }, spec);
    });
    // A file system that hangs has not been looked at; it is only a use level that was asked for.
    return finding.details?.['usedPercent'] === undefined ? unknown(finding.message) : finding;
  });

const readBlocks = (path: string): Promise<DiskBlocks> => statfs(path);
