import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the demo', () => {
  test('brings good versions live, takes bad ones back, ends with 0 and leaves nothing running', async () => {
    const args = ['--import', 'tsx', 'examples/demo/demo.ts'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });

    expect(stdout).toContain('completed in');
    expect(stdout).toMatch(/rolled_back in .*2\.0\.0, 2\.0\.0, 2\.0\.0 ✓/);
    expect(stdout).toContain('2 completed, 2 failed');
    expect(stdout).toContain('Bull Board answered 200');
    expect(stdout).toContain('All as it should be');
    const addresses = stdout.match(/127\.0\.0\.1:\d+/g) ?? [];
    expect(new Set(addresses).size).toBeGreaterThanOrEqual(5);
    for (const address of new Set(addresses)) {
      await expect(fetch(`http://${address}/`)).rejects.toThrow('fetch failed');
    }
  });
});
