import { vi } from 'vitest';

/** Vitest gives a condition one second. No test may fail because the machine is busy. */
const PATIENCE_MS = 60_000;
const { waitFor } = vi;

// Set up again for each file, and in one process for many files: once is enough.
if (!('patient' in waitFor)) {
  const patient: typeof waitFor = (condition, given = {}) => {
    const { timeout = 0, ...options } = typeof given === 'number' ? { timeout: given } : given;
    return waitFor(condition, { ...options, timeout: Math.max(timeout, PATIENCE_MS) });
  };
  vi.waitFor = Object.assign(patient, { patient: true });
}
