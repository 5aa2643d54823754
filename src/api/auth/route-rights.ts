import type { Right } from '../../domain/security/roles.js';

/** Answered to everybody: whether the process lives, and where one signs in. */
const OPEN_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/login', '/logout']);

/**
 * What one must be allowed for a request; `null`: nothing. Goes by the route
 * that answers it, not by how its address is written. What changes something
 * and says nothing else of itself is the board's.
 *
 * @param route as it was declared; `undefined` where there is none
 */
export function rightFor(method: string, route: string | undefined): Right | null {
  if (route !== undefined && OPEN_ROUTES.has(route)) return null;
  return method === 'GET' || method === 'HEAD' ? 'see' : 'write_board';
}
