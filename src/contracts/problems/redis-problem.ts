/** Redis can't be reached: the call did nothing, unless the message says otherwise. */
export class RedisUnavailable extends Error {
  override readonly name: string = 'RedisUnavailable';
}

/** Redis is there, and refuses us or is none that can be worked with: trying again changes nothing. */
export class RedisRefused extends RedisUnavailable {
  override readonly name = 'RedisRefused';
}

/** Where Redis should be can't be read; the message shows no password. */
export class MalformedRedisUrl extends TypeError {
  override readonly name = 'MalformedRedisUrl';
}
