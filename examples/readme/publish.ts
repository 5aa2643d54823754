import { createProducer } from 'signalbox/producer';

const connection = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const producer = createProducer({ connection });
const { deploymentId } = await producer.deploy({
  service: 'api',
  version: '1.4.2',
  idempotencyKey: 'build-812',
});
console.log(`published ${deploymentId}`);
await producer.close();
