export const DEFAULT_NAMESPACE = 'signalbox';
export const NAMESPACE_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * The prefix of every key in partition 0, BullMQ's queues included: one hash
 * tag, so that one script may touch them together on a Redis Cluster.
 *
 * @throws TypeError when the namespace could break out of the tag
 */
export function partitionPrefix(namespace: string = DEFAULT_NAMESPACE): string {
  if (!NAMESPACE_PATTERN.test(namespace)) {
    throw new TypeError(
      `${JSON.stringify(namespace)} is not a namespace: it must match ${NAMESPACE_PATTERN.source}`,
    );
  }
  return `{${namespace}:0}`;
}
