import { z } from 'zod';
import { environmentName } from '../../domain/model/ids.js';
import { checkOrder } from '../../domain/release/release-order.js';
import { nameText } from '../problems/name-problem.js';
import { duration } from '../values/duration.js';

const EnvironmentSchema = nameText('environment').transform(environmentName);

const RuleSchema = z
  .strictObject({
    from: EnvironmentSchema.meta({
      description: 'Environment in which a version was good.',
      examples: ['staging'],
    }),
    to: EnvironmentSchema.meta({
      description: 'Environment that it goes on to.',
      examples: ['production'],
    }),
    soak: duration()
      .default(0)
      .meta({ description: 'How long it must stay good and active in `from`.', examples: ['1h'] }),
    auto: z
      .boolean()
      .default(true)
      .describe('Promote by itself. With `false` a person approves each promotion.'),
  })
  .meta({ title: 'promotion' });

/** Where a version goes on to once it was good in an environment for a while. */
export const PromotionsSchema = z
  .array(RuleSchema)
  .max(20)
  .superRefine((rules, context) => {
    for (const [at, { from, to }] of rules.entries()) {
      const first = rules.findIndex((rule) => rule.from === from && rule.to === to);
      if (first === at) continue;
      const message = `${from} is promoted to ${to} twice`;
      context.addIssue({ code: 'custom', path: [at, 'to'], message });
    }
    const environments = [...new Set(rules.flatMap(({ from, to }) => [from, to]))];
    const ways = environments.map((service) => ({
      service,
      after: rules.filter(({ to }) => to === service).map(({ from }) => from),
    }));
    const order = checkOrder(ways);
    if (order.ok) return;
    const around = order.error.message.replace('no order: ', '');
    context.addIssue({ code: 'custom', message: `versions would go around: ${around}` });
  });
