/** `signalbox/worker`: carry deployments out, inside a program of your own. */
export { createWorker, type CreateWorkerOptions } from '../workers/create-worker.js';
export type { WorkerHost } from '../../workers/worker-host.js';
