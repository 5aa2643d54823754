import { z } from 'zod';
import type { JobContract } from '../contracts/jobs/define-job.js';
import { planDeployment } from '../contracts/jobs/plan-deployment.job.js';
import { WORK_CONTRACTS } from '../contracts/jobs/work-job.js';

/** By the queue's name. */
export const CONTRACTS: ReadonlyMap<string, JobContract> = new Map<string, JobContract>(
  [planDeployment, ...Object.values(WORK_CONTRACTS)].map((contract) => [contract.queue, contract]),
);

const SchemaFields = z.object({
  properties: z.record(z.string(), z.unknown()),
  required: z.array(z.string()).default([]),
});

/** What a publisher may write: before defaults are filled in. */
export const jsonSchemaOf = (contract: JobContract): Record<string, unknown> => ({
  title: contract.name,
  ...z.toJSONSchema(contract.data, { io: 'input', unrepresentable: 'any' }),
});

/** The schema in a sentence, for where only text can be shown. */
export function fieldsOf(contract: JobContract): string {
  const { properties, required } = SchemaFields.parse(jsonSchemaOf(contract));
  const optional = Object.keys(properties).filter((field) => !required.includes(field));
  const needed = `data: ${required.join(', ')}`;
  return optional.length === 0 ? needed : `${needed}; optional: ${optional.join(', ')}`;
}
