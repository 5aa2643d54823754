import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../../contracts/values/canonical-json.js';
import { EnvironmentNameSchema } from '../../../contracts/values/schemas.js';
import type { Knowledge } from '../../../domain/fleet/knowledge.js';
import type { Introduction } from '../../../domain/fleet/sign-of-life.js';

/** What stands in Redis; other versions may have written more into it. */
const RecordSchema = z.object({
  id: z.string(),
  host: z.string(),
  version: z.string(),
  startedAt: z.number(),
  knowledge: z.string(),
  configChanged: z.literal(true).exactOptional(),
  left: z.boolean().default(false),
});

export type WorkerRecord = z.output<typeof RecordSchema>;

const ApprovalPolicySchema = z.object({
  approval: z.enum(['none', 'required']),
  approvals: z.number(),
  approvers: z.array(z.string()).nullable(),
  selfApproval: z.boolean(),
  approvalExpiry: z.number().nullable(),
  approvalOnChange: z.enum(['again', 'keep']),
});

const KnowledgeSchema = z.object({
  services: z.union([
    z.literal('all'),
    z.array(
      z.object({
        service: z.string(),
        environments: z.record(z.string(), z.string()),
        elsewhere: z.string().nullable(),
        approvals: z.record(z.string(), ApprovalPolicySchema).exactOptional(),
        lacks: z.record(z.string(), z.string()).exactOptional(),
        promotions: z.array(
          z.object({
            from: EnvironmentNameSchema,
            to: EnvironmentNameSchema,
            soak: z.number(),
            auto: z.boolean(),
          }),
        ),
      }),
    ),
  ]),
  trusts: z.boolean(),
});

export const OutlineSchema = z.record(z.string(), z.string());

export const digestOf = (knowledge: Knowledge): string =>
  createHash('sha256').update(canonicalJson(knowledge)).digest('base64url');

export function writeRecord({ knowledge, ...own }: Introduction, left: boolean): string {
  return JSON.stringify({ ...own, knowledge: digestOf(knowledge), left });
}

/** `null` for what this version can't read: that worker is of another. */
export const readRecord = (text: string | null): WorkerRecord | null =>
  RecordSchema.safeParse(parsed(text)).data ?? null;

export const readKnowledge = (text: string | null): Knowledge | null =>
  KnowledgeSchema.safeParse(parsed(text)).data ?? null;

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
