/** `signalbox/producer`: publish deployments. Loads no driver, no server and no command line. */
export { createProducer, type ProducerOptions } from '../session/compose-producer.js';
export {
  CommandRefused,
  type DeploymentProducer,
  type DeploymentRequest,
  type Published,
  type PublishedPlan,
  type RollbackRequest,
} from '../../producers/deployment-producer.js';
export { InvalidRequest } from '../../producers/publish-job.js';
export { RedisUnavailable } from '../../adapters/redis/connection/fail-fast.js';
export type { Signing } from '../../adapters/security/signature-keys.js';
