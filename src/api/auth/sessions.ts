import type { Credentials } from '../../domain/security/credentials.js';
import type { Identity } from '../../domain/security/roles.js';
import { within } from '../http/within.js';

/** Sessions are in Redis: whose can't be looked up in this time is refused, with 503. */
const SESSION_MS = 2_000;

/** @throws TooSlow where Redis does not say in time whether it still counts */
export const resumed = (credentials: Credentials, session: string): Promise<Identity | null> =>
  within(SESSION_MS, credentials.resume(session));

/** @throws TooSlow where Redis does not take it in time; it may be taken yet */
export const kept = <T>(work: Promise<T>): Promise<T> => within(SESSION_MS, work);
