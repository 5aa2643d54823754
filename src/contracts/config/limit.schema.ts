import { z } from 'zod';
import { nameText } from '../problems/name-problem.js';
import { LabelsSchema } from '../values/labels.js';

const most = z.int().min(1).max(10_000);

/** At most so many deployments at once: in an environment, or of the services with a label. */
export const LimitSchema = z.union([
  z.strictObject({
    environment: nameText('environment'),
    most,
  }),
  z.strictObject({
    label: LabelsSchema.refine((labels) => Object.keys(labels).length > 0, 'expected a label'),
    most,
  }),
]);
