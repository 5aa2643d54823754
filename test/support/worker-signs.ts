import type { Knowledge, KnownService } from '../../src/domain/fleet/knowledge.js';
import type { WorkerSign } from '../../src/domain/fleet/worker-sign.js';

export const knownService = (
  service: string,
  known: Partial<Omit<KnownService, 'service'>> = {},
): KnownService => ({
  service,
  environments: {},
  elsewhere: `of-${service}`,
  promotions: [],
  ...known,
});

/** Configured for these services, in every environment. */
export const knowing = (...services: readonly (string | KnownService)[]): Knowledge => ({
  services: services.map((each) => (typeof each === 'string' ? knownService(each) : each)),
  trusts: false,
});

export const aWorkerSign = (sign: Partial<WorkerSign> = {}): WorkerSign => ({
  id: 'host-1-1',
  host: 'host-1',
  version: '1.2.3',
  startedAt: 1_000,
  seenAt: 2_000,
  alive: true,
  knowledge: knowing('api'),
  ...sign,
});
