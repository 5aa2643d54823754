import type { Right } from '../../domain/security/roles.js';

/** What a route is for, and what one must be allowed to get it. */
export interface RouteRight {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  /** As it is declared. */
  readonly route: string;
  /** What it shows or does; of the board the button's. */
  readonly what: string;
  /** `null`: it is for everybody. */
  readonly right: Right | null;
  /** Bull Board has it, and is told to answer it to nobody. */
  readonly off?: true;
}

const shows = (route: string, what: string, right: Right | null = 'see'): RouteRight => ({
  ...{ method: 'GET', route, what, right },
});
const board = (route: string, what: string): RouteRight => shows(`/queues${route}`, what);
const boardPage = (route: string): RouteRight => board(route, 'the board’s pages');
const button = (method: 'POST' | 'PUT' | 'PATCH', route: string, what: string): RouteRight => ({
  ...{ method, route: `/queues/api/queues${route}`, what, right: 'write_board' },
});

/** The one table of routes: the server asks by it, and docs/security.md is made of it. */
export const ROUTE_RIGHTS: readonly RouteRight[] = [
  shows('/healthz', 'whether the process lives', null),
  shows('/readyz', 'whether Redis answers', null),
  shows('/login', 'the page to sign in', null),
  { method: 'POST', route: '/login', what: 'sign in', right: null },
  { method: 'POST', route: '/logout', what: 'sign out', right: null },
  shows('/', 'the way to the board'),
  shows('/deployments/:id', 'a deployment'),
  shows('/deployments/:id/output', 'its output'),
  ...['plan', 'execute', 'verify', 'rollback'].map((queue) =>
    shows(`/schemas/${queue}.json`, `the schema of jobs in \`${queue}\``),
  ),
  ...['', '/', '/queue/:queueName', '/queue/:queueName/:jobId'].map(boardPage),
  ...['/job-schedulers', '/metrics-history', '/static/*'].map(boardPage),
  board('/api/queues', 'queues with their jobs'),
  board('/api/queues/:queueName/:jobId', 'a job'),
  board('/api/queues/:queueName/:jobId/logs', 'a job’s log'),
  board('/api/queues/:queueName/:jobId/flow', 'a job’s parents and children'),
  board('/api/queues/:queueName/job-data-schema', 'the schema of its jobs'),
  board('/api/queues/:queueName/default-job-options', 'the options of its jobs'),
  board('/api/queues/:queueName/metrics', 'figures of a queue'),
  board('/api/queues/:queueName/workers', 'workers of a queue'),
  board('/api/queues/:queueName/rate-limit', 'the rate limit of a queue'),
  board('/api/job-schedulers', 'repeated jobs'),
  { ...board('/api/redis/stats', 'figures of Redis (switched off)'), off: true },
  button('POST', '/:queueName/add', 'Add job, Duplicate'),
  button('PUT', '/pause', 'Pause all'),
  button('PUT', '/resume', 'Resume all'),
  button('PUT', '/:queueName/pause', 'Pause'),
  button('PUT', '/:queueName/resume', 'Resume'),
  button('PUT', '/:queueName/concurrency', 'Global concurrency'),
  button('PUT', '/:queueName/rate-limit', 'Rate limit'),
  button('PUT', '/:queueName/rate-limit/release', 'Lift the rate limit'),
  button('PUT', '/:queueName/empty', 'Empty'),
  button('PUT', '/:queueName/obliterate', 'Obliterate'),
  button('PUT', '/:queueName/retry/:queueStatus', 'Retry all'),
  button('PUT', '/:queueName/promote', 'Promote all'),
  button('PUT', '/:queueName/clean/:queueStatus', 'Clean all'),
  button('PUT', '/:queueName/:jobId/retry', 'Retry'),
  button('PUT', '/:queueName/:jobId/clean', 'Clean'),
  button('PUT', '/:queueName/:jobId/promote', 'Promote'),
  button('PUT', '/:queueName/:jobId/remove-unprocessed-children', 'Remove unprocessed children'),
  button('PATCH', '/:queueName/:jobId/update-data', 'Edit data'),
  button('PATCH', '/:queueName/:jobId/delay', 'Reschedule'),
  button('PATCH', '/:queueName/:jobId/priority', 'Reprioritise'),
  button('PUT', '/:queueName/job-schedulers/:schedulerId/remove', 'Remove a repeated job'),
  button('PUT', '/:queueName/job-schedulers/:schedulerId/run', 'Run a repeated job now'),
  button('PATCH', '/:queueName/job-schedulers/:schedulerId', 'Edit a repeated job'),
];

const keyOf = (method: string, route: string): string => `${method} ${route}`;
const RIGHTS: ReadonlyMap<string, Right | null> = new Map(
  ROUTE_RIGHTS.map(({ method, route, right }) => [keyOf(method, route), right]),
);

/**
 * What one must be allowed for a request; `null`: nothing. Goes by the route that
 * answers it, not by how its address is written. What the table does not name is
 * for those who may look where it only reads, and else for those who may change the board.
 *
 * @param route as it was declared; `undefined` where there is none
 */
export function rightFor(method: string, route: string | undefined): Right | null {
  const reads = method === 'GET' || method === 'HEAD';
  const known = RIGHTS.get(keyOf(method === 'HEAD' ? 'GET' : method, route ?? ''));
  return known === undefined ? (reads ? 'see' : 'write_board') : known;
}
