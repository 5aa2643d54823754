import { Queue } from 'bullmq';

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379';
const queue = new Queue('plan', { connection: { url }, prefix: '{signalbox:0}' });
await queue.add('plan-deployment', { schema: 1, service: 'api', version: '1.4.3', approve: true });
await queue.close();
