import { readdirSync } from 'node:fs';
import { z } from 'zod';

const FOLDER = new URL('../../../src/contracts/', import.meta.url);

/** Every zod schema that src/contracts exports, those inside job contracts too, by file and name. */
export async function allContracts(): Promise<ReadonlyMap<string, z.ZodType>> {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const found = new Map<string, z.ZodType>();
  for (const file of files.toSorted()) {
    const exported: Record<string, unknown> = await import(new URL(file, FOLDER).href);
    for (const [name, value] of Object.entries(exported)) {
      const schema = schemaIn(value);
      if (schema !== null) found.set(`${file} ${name}`, schema);
    }
  }
  return found;
}

function schemaIn(value: unknown): z.ZodType | null {
  if (value instanceof z.ZodType) return value;
  if (typeof value !== 'object' || value === null || !('data' in value)) return null;
  return value.data instanceof z.ZodType ? value.data : null;
}
