// Run as a process of its own: starts a Redis, says where, and waits to be killed.
import { startEmbeddedRedis } from '../../../src/adapters/embedded-redis/embedded-redis.js';

const dataDir = process.argv[2];
const redis = await startEmbeddedRedis(
  dataDir === undefined ? { persist: false } : { persist: true, dataDir },
);
console.log(JSON.stringify({ url: redis.url, pid: redis.pid, dataDir: redis.dataDir }));
