import { z } from 'zod';

/** In Redis, for applications that read them with the OpenFeature provider of `signalbox/openfeature`. */
export const RedisFlagStoreSchema = z.strictObject({ kind: z.literal('redis') });

/** In a flag definition file of flagd, which is shared with flags of others. */
export const FlagdFileStoreSchema = z.strictObject({
  kind: z.literal('flagd_file'),
  path: z
    .string()
    .min(1)
    .max(4_000)
    .meta({
      description: 'The flag definition file of flagd. Flags of others in it are kept.',
      examples: ['/etc/flagd/flags.json'],
    }),
});

/** Nowhere: deployments that set flags are refused. */
export const NoFlagStoreSchema = z.strictObject({ kind: z.literal('none') });

/** Where a service's feature flags are set; `redis` where nothing is said. */
export const FlagStoreSchema = z
  .discriminatedUnion('kind', [RedisFlagStoreSchema, FlagdFileStoreSchema, NoFlagStoreSchema])
  .meta({ title: 'flag store' });

export type FlagStoreSpec = z.output<typeof FlagStoreSchema>;
