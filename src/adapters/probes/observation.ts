import { messageOf } from '../drivers/process/driver-failure.js';
import type { CheckSpec } from '../../contracts/config/check.schema.js';
import type { HealthProbe, Observation, ProbeSubject } from '../../domain/ports/health-probe.js';

/** What a look found; `details` may be left out. */
export type Finding = Pick<Observation, 'status' | 'message'> & Partial<Observation>;
export type Look = (subject: ProbeSubject, signal: AbortSignal) => Promise<Finding>;

export const healthy = (message: string, details: Observation['details'] = {}): Finding => ({
  status: 'healthy',
  message,
  details,
});
export const unhealthy = (message: string, details: Observation['details'] = {}): Finding => ({
  status: 'unhealthy',
  message,
  details,
});
/** Nothing was learnt of the target: what is wrong is with the check or with this machine. */
export const unknown = (message: string): Finding => ({ status: 'unknown', message });

/** A probe from a check's settings and one way of looking; adds the latency and holds the promise not to throw. */
export function probeOf(spec: CheckSpec, defaultName: string, look: Look): HealthProbe {
  return {
    name: spec.name ?? defaultName.slice(0, 100),
    kind: spec.kind,
    critical: spec.critical,
    timeoutMs: spec.timeout,
    healthyThreshold: spec.healthyThreshold,
    unhealthyThreshold: spec.unhealthyThreshold,
    intervalMs: spec.interval,
    observe: async (subject, signal) => {
      const startedAt = performance.now();
      const {
        status,
        message,
        details = {},
      } = signal.aborted
        ? unknown('stopped before it looked')
        : await look(subject, signal).catch((error: unknown) => unknown(messageOf(error)));
      return {
        status,
        message: message.slice(0, 1_000),
        details,
        latencyMs: Math.round(performance.now() - startedAt),
      };
    },
  };
}

/**
 * Gives a look one time limit over everything and a signal for both endings.
 * Does not wait for a look that ignores it: a file system may hang for ever.
 */
export async function within(
  timeoutMs: number,
  signal: AbortSignal,
  look: (deadline: AbortSignal) => Promise<Finding>,
): Promise<Finding> {
  const deadline = new AbortController();
  let ending = unknown('stopped before there was an answer');
  // The first to listen, so that it is heard before the look reports that it was cut off.
  const cut = new Promise<Finding>((resolve) => {
    deadline.signal.addEventListener('abort', () => resolve(ending), { once: true });
  });
  const onAbort = (): void => deadline.abort();
  const timer = setTimeout(() => {
    ending = unhealthy(`no answer within ${timeoutMs} ms`);
    deadline.abort();
  }, timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([cut, look(deadline.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    deadline.abort();
  }
}

/** What this machine ran short of; it says nothing of the target. */
const OUR_OWN = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EACCES',
  'EPERM',
]);

/** Why a connection failed, and whose fault it is. */
export function connectionFailure(error: unknown, place: string): Finding {
  const code = codeOf(error);
  if (code !== null && (OUR_OWN.has(code) || code.startsWith('UND_ERR_INVALID'))) {
    return unknown(`could not look at ${place}: ${code}`);
  }
  const details: Observation['details'] = code === null ? {} : { error: code };
  return unhealthy(`${place}: ${REASONS[code ?? ''] ?? (messageOf(error) || code)}`, details);
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  UND_ERR_SOCKET: 'connection closed before there was an answer',
  ENOTFOUND: 'no such host',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
};

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
