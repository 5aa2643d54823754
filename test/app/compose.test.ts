import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigSchema } from '../../src/contracts/config/config.schema.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const HealthcheckSchema = z.object({ test: z.array(z.string()) });

/** The part of Compose's format that is used here. */
const RedisSchema = z.object({
  image: z.string(),
  command: z.array(z.string()),
  volumes: z.array(z.string()),
  healthcheck: HealthcheckSchema,
});

const OurServiceSchema = z.object({
  build: z.string(),
  command: z.string(),
  init: z.boolean(),
  deploy: z.object({ replicas: z.number() }).optional(),
  ports: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })),
  environment: z.record(z.string(), z.string()),
  volumes: z.array(z.string()),
  healthcheck: HealthcheckSchema,
});

const compose = z
  .object({
    services: z.strictObject({
      redis: RedisSchema,
      worker: OurServiceSchema,
      server: OurServiceSchema,
    }),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(parse(read('docker-compose.yml'), { merge: true }));

const { redis, worker, server } = compose.services;

const optionOf = (command: readonly string[], name: string): string | undefined =>
  command[command.indexOf(name) + 1];

describe('the Redis of docker-compose.yml', () => {
  test('evicts nothing, as queues are lost key by key otherwise', () => {
    expect(optionOf(redis.command, '--maxmemory-policy')).toBe('noeviction');
  });

  test('appends every write to a file that is synced each second', () => {
    expect(optionOf(redis.command, '--appendonly')).toBe('yes');
    expect(optionOf(redis.command, '--appendfsync')).toBe('everysec');
  });

  test('keeps its data in a named volume', () => {
    const [volume, folder] = (redis.volumes[0] ?? '').split(':');

    expect(folder).toBe('/data');
    expect(Object.keys(compose.volumes)).toContain(volume);
  });

  test('is healthy when it answers, not when it is still loading its file', () => {
    expect(redis.healthcheck.test).toEqual(['CMD', 'redis-cli', '-e', 'ping']);
  });
});

describe('our own services in docker-compose.yml', () => {
  test('there are two workers', () => {
    expect(worker.command).toBe('worker');
    expect(worker.deploy?.replicas).toBe(2);
  });

  test('the server is reachable from this machine only', () => {
    expect(server.command).toBe('server --host 0.0.0.0 --port 7300 --insecure-anonymous');
    expect(server.ports).toEqual(['127.0.0.1:7300:7300']);
  });

  test.each([
    ['worker', worker, 'status'],
    ['server', server, '/healthz'],
  ])('the %s waits for Redis, reaps its children and is asked for its health', (_, it, asks) => {
    expect(it.depends_on['redis']).toEqual({ condition: 'service_healthy' });
    expect(it.environment['REDIS_URL']).toBe('redis://redis:6379');
    expect(it.init).toBe(true);
    expect(it.healthcheck.test[0]).toBe('CMD');
    expect(it.healthcheck.test.join(' ')).toContain(asks);
  });

  test.each([
    ['worker', worker],
    ['server', server],
  ])('every file the %s names exists', (_, { build, volumes }) => {
    expect(existsSync(join(ROOT, build, 'Dockerfile'))).toBe(true);
    const mounted = volumes.map((volume) => volume.split(':')[0] ?? '');
    expect(mounted.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test.each([
    ['worker', worker],
    ['server', server],
  ])('the %s finds its configuration where it is mounted', (_, { environment, volumes }) => {
    expect(volumes.map((volume) => volume.split(':')[1])).toContain(
      environment['SIGNALBOX_CONFIG'],
    );
  });

  test('their configuration is one we accept', () => {
    const config = ConfigSchema.parse(parse(read('examples/compose/signalbox.config.yaml')));

    expect(config.services['api']).toMatchObject({
      driver: { kind: 'command', argv: ['echo', 'deploying {version} to {target.id}'] },
      targets: [{ id: 'web-1' }, { id: 'web-2' }],
      strategy: { kind: 'rolling' },
    });
  });
});

describe('the Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  const stages = lines.filter((line) => line.startsWith('FROM '));
  const runtime = lines.slice(lines.indexOf(stages.at(-1) ?? ''));

  test('builds in one stage and runs in another', () => {
    expect(stages).toEqual(['FROM node:20-slim AS build', 'FROM node:20-slim AS runtime']);
  });

  test('runs as a user that is not root, with a health check', () => {
    expect(runtime.filter((line) => line.startsWith('USER '))).toEqual(['USER node']);
    expect(runtime.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
  });

  test('copies only files that exist and that .dockerignore lets in', () => {
    const letIn = read('.dockerignore').split('\n');
    const sources = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));

    expect(sources).not.toHaveLength(0);
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    expect(sources.filter((source) => !letIn.includes(`!${source}`))).toEqual([]);
  });
});
