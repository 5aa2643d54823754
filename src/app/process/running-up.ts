import { readFile, rm, writeFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Where a running `signalbox up` tells other commands in the same folder how to reach it. */
const FILE = 'up.json';
const UpSchema = z.object({ pid: z.int(), redis: z.string(), http: z.string() });
export type RunningUp = z.output<typeof UpSchema>;

export async function announceUp(stateDir: string, up: RunningUp): Promise<void> {
  mkdirSync(stateDir, { recursive: true });
  await writeFile(join(stateDir, FILE), JSON.stringify(up), { mode: 0o600 });
}

export async function withdrawUp(stateDir: string): Promise<void> {
  await rm(join(stateDir, FILE), { force: true });
}

/** The `up` that runs in this folder; one that was killed left a note that is no longer true. */
export async function findUp(stateDir: string): Promise<RunningUp | null> {
  const text = await readFile(join(stateDir, FILE), 'utf8').catch(() => null);
  if (text === null) return null;
  const parsed = UpSchema.safeParse(safeJson(text));
  return parsed.success && isRunning(parsed.data.pid) ? parsed.data : null;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
