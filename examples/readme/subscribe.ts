import { subscribe } from 'signalbox/events';

const connection = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
for await (const event of subscribe({ connection, service: 'api', from: 'beginning' })) {
  console.log(`${event.time} ${event.service} ${event.version} ${event.type}`);
  if (event.type === 'deployment.completed' && event.version === '1.4.3') break;
}
