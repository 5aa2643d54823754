import { z } from 'zod';
import { nameText } from '../problems/name-problem.js';
import { LabelsSchema } from '../values/labels.js';

const most = z
  .int()
  .min(1)
  .max(10_000)
  .meta({ description: 'The most deployments that may run at once.', examples: [2] });

/** At most so many deployments at once: in an environment, or of the services with a label. */
export const LimitSchema = z
  .union([
    z.strictObject({
      environment: nameText('environment').meta({
        description: 'The environment whose deployments are counted.',
        examples: ['production'],
      }),
      most,
    }),
    z.strictObject({
      label: LabelsSchema.refine(
        (labels) => Object.keys(labels).length > 0,
        'expected a label',
      ).meta({
        description:
          'Labels of the services whose deployments are counted; a service must have all of them.',
        examples: [{ tier: 'db' }],
      }),
      most,
    }),
  ])
  .meta({ title: 'limit' });
