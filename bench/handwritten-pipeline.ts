import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Contender } from './contender.js';

/**
 * What a team writes by hand: three queues, a MULTI for each state write, and
 * nothing else. No slot, fence, rollback, stop orders, retries or audit trail.
 */
export async function handwrittenPipeline(url: string, services: number): Promise<Contender> {
  const prefix = '{bench-hand}';
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queueOf = (name: string): Queue => new Queue(name, { connection, prefix });
  const [plan, execute, verify] = [queueOf('plan'), queueOf('execute'), queueOf('verify')];
  const waiting = new Map<string, () => void>();
  const key = (id: string): string => `${prefix}:dep:${id}`;
  const options = { removeOnComplete: { count: 2_000 } };
  let made = 0;

  const work = (name: string, handle: (id: string, service: string) => Promise<void>): Worker =>
    new Worker(name, (job) => handle(job.data.id, job.data.service), {
      connection,
      prefix,
      concurrency: 50,
    });
  const workers = [
    work('plan', async (id, service) => {
      const state = JSON.stringify({ service, version: '1', targets: ['a', 'b', 'c'] });
      await connection
        .multi()
        .hset(key(id), 'state', 'planned', 'plan', state)
        .hincrby(`${prefix}:counters`, 'planned', 1)
        .exec();
      await execute.add('execute', { id, service }, { ...options, jobId: `${id}-execute` });
    }),
    work('execute', async (id, service) => {
      for (const target of ['a', 'b', 'c']) {
        await connection
          .multi()
          .hset(key(id), 'state', 'executing', `target:${target}`, 'done')
          .hset(`${prefix}:targets:${service}`, target, '1')
          .exec();
      }
      await verify.add('verify', { id, service }, { ...options, jobId: `${id}-verify` });
    }),
    work('verify', async (id, service) => {
      await connection
        .multi()
        .hset(key(id), 'state', 'completed')
        .hset(`${prefix}:active`, service, '1')
        .hincrby(`${prefix}:counters`, 'planned', -1)
        .hincrby(`${prefix}:counters`, 'completed', 1)
        .exec();
      waiting.get(id)?.();
      waiting.delete(id);
    }),
  ];
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));

  return {
    name: 'hand-written BullMQ pipeline',
    async deploy() {
      const id = `d${made++}`;
      const ended = new Promise<void>((resolve) => waiting.set(id, resolve));
      await plan.add('plan', { id, service: `s${made % services}` }, { ...options, jobId: id });
      return ended;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([plan, execute, verify].map((queue) => queue.close()));
      connection.disconnect();
    },
  };
}
