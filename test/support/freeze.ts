import { readdirSync, readFileSync } from 'node:fs';
import { vi } from 'vitest';

/** Resolves when none of its threads runs any more. The signal alone comes late on a busy machine. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  await vi.waitFor(
    () => {
      const running = readdirSync(`/proc/${pid}/task`).filter(
        (thread) => !/\) [Tt] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')),
      );
      if (running.length > 0) throw new Error(`${running.length} threads of ${pid} still run`);
    },
    { interval: 5 },
  );
}
