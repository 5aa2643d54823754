import { Cluster } from 'ioredis';
import type { RedisClient } from './connection.js';

/**
 * Replies of a server that can't do it now and will be able to later: it loads,
 * has just become a replica, lacks replicas, memory or disk, or its cluster is
 * choosing a new master. Whatever was asked for was not done.
 */
const REPLIES =
  /^(LOADING|READONLY|MASTERDOWN|NOREPLICAS|MISCONF|OOM|BUSY|CLUSTERDOWN|TRYAGAIN|UNBLOCKED)\b/;
/** What the client says when it found no node to ask; or it sent several commands and lost some answers. */
const LOST =
  /^(Too many Cluster redirections|Failed to refresh slots cache|None of startup nodes|Command aborted due to connection close)/;

/** Redis answered that it can't now; nothing was done. */
export const isPassingReply = (error: unknown): error is Error =>
  error instanceof Error && REPLIES.test(error.message);

/** Trouble that is over some time. What was lost with a connection may have been done. */
export const isPassing = (error: unknown): error is Error =>
  isPassingReply(error) || (error instanceof Error && LOST.test(error.message));

/** Whether who made this client waits for Redis as long as it takes. */
export function isPatient(client: RedisClient): boolean {
  const { maxRetriesPerRequest } =
    client instanceof Cluster ? (client.options.redisOptions ?? {}) : client.options;
  return maxRetriesPerRequest === null;
}
