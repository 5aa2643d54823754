import type { QueueName } from '../../contracts/jobs/define-job.js';
import type { PublisherConfig } from '../../contracts/config/security.schema.js';
import { type Env, resolved } from './secrets.js';
import { ed25519Verifier, hmacVerifier, type TextVerifier } from './signature-keys.js';

/** A publisher of the configuration with its keys looked up. */
export interface KnownPublisher {
  readonly name: string;
  readonly algorithm: PublisherConfig['algorithm'];
  readonly services: ReadonlySet<string> | null;
  readonly environments: ReadonlySet<string> | null;
  readonly jobs: ReadonlySet<QueueName>;
  readonly fits: TextVerifier;
}

/**
 * By name. Keys are looked up once: a worker that starts knows the new ones.
 *
 * @throws SecurityError where a key is missing or none
 */
export async function publishersFrom(
  configured: readonly PublisherConfig[],
  env: Env,
): Promise<ReadonlyMap<string, KnownPublisher>> {
  const known = configured.map(async (publisher): Promise<[string, KnownPublisher]> => {
    const { name, algorithm, key, services, environments, jobs } = publisher;
    const field = `security.publishers.${name}.key`;
    const make = algorithm === 'ed25519' ? ed25519Verifier : hmacVerifier;
    const fits = await Promise.all(
      [key].flat().map(async (each) => make(field, await resolved(field, each, env))),
    );
    return [
      name,
      {
        name,
        algorithm,
        services: services ? new Set(services) : null,
        environments: environments ? new Set(environments) : null,
        jobs: new Set(jobs),
        fits: (text, signature) => fits.some((fit) => fit(text, signature)),
      },
    ];
  });
  return new Map(await Promise.all(known));
}
