import type { RedisSettings } from './redis-way.js';

/** What every Redis of ours is started with, wherever it runs. */
export function redisArguments(settings: Pick<RedisSettings, 'temporary'>): string[] {
  const persistence = settings.temporary
    ? ['--appendonly', 'no']
    : ['--appendonly', 'yes', '--appendfsync', 'everysec'];
  // hz 100: delayed jobs and SIGTERM are looked at within 10 ms.
  return ['--maxmemory-policy', 'noeviction', '--hz', '100', '--save', '', ...persistence];
}

export function localRedisArguments(settings: RedisSettings, port: number): string[] {
  return [
    ...['--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no'],
    ...['--dir', settings.dataDir],
    ...redisArguments(settings),
  ];
}
