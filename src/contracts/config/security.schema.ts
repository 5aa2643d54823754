import { z } from 'zod';
import { ROLES } from '../../domain/security/roles.js';
import { TOKEN_HASH_PATTERN } from '../values/access-token.js';
import { duration } from '../values/duration.js';
import { EnvironmentNameSchema, ServiceNameSchema, TextSchema } from '../values/schemas.js';
import { secretRef } from '../values/secret-ref.js';
import { SIGNATURE_ALGORITHMS } from '../values/signed-job.js';

/** As events will name them. */
const NameSchema = TextSchema.max(200).refine((name) => name.trim() === name, {
  message: 'expected a name without blanks around it',
});
const RoleSchema = z.enum(ROLES);

const TokenSchema = z.strictObject({
  name: NameSchema,
  role: RoleSchema,
  /** As `signalbox token create` prints it; the token itself is nowhere in the configuration. */
  hash: z.string().regex(TOKEN_HASH_PATTERN, 'expected sha256: and 64 hexadecimal digits'),
});

/** HMACs are not among them: whoever checks one could make one, and nothing is signed by "none". */
const JWT_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

const isKeyAddress = (text: string): boolean => {
  if (text.startsWith('file:')) return secretRef(text) !== null;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username + password !== '') return false;
  const local = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
  return protocol === 'https:' || (protocol === 'http:' && local);
};

const JwtSchema = z
  .strictObject({
    issuer: z.string().min(1).max(2_000),
    audience: z.string().min(1).max(2_000),
    /** Where the issuer's public keys are: an https URL, or `file:/path` of a JSON Web Key Set. */
    jwks: z
      .string()
      .max(2_000)
      .refine(isKeyAddress, 'expected an https URL or file:/path (http only on this machine)')
      .optional(),
    /** One public key, as PEM or `file:/path`, where the issuer has no key set. */
    publicKey: z.string().min(1).max(10_000).optional(),
    algorithms: z.array(z.enum(JWT_ALGORITHMS)).min(1).default(['RS256', 'ES256', 'EdDSA']),
    /** Which claim is the name in events and approvals: one that is another person's never. */
    nameClaim: z.string().min(1).max(200).default('sub'),
    /** Which claim tells the role: its name, or a path such as `realm_access.roles`. */
    roleClaim: z.string().min(1).max(200).default('roles'),
    /** What stands in that claim → role; what is not named here is nothing. */
    roles: z
      .record(z.string().min(1).max(200), RoleSchema)
      .default({ viewer: 'viewer', deployer: 'deployer', approver: 'approver', admin: 'admin' }),
  })
  .refine(({ jwks, publicKey }) => (jwks === undefined) !== (publicKey === undefined), {
    path: ['jwks'],
    message: 'expected either jwks or publicKey',
  });

const KEY_WANTED =
  'expected env:NAME, file:/path or, for ed25519, a public key as PEM (or a list of these)';

const KeySchema = z
  .string()
  .max(10_000)
  .refine((text) => secretRef(text) !== null || text.includes('BEGIN PUBLIC KEY'), KEY_WANTED);

const PublisherSchema = z
  .strictObject({
    name: NameSchema,
    algorithm: z.enum(SIGNATURE_ALGORITHMS),
    /** Any of several fits, so that a key can be changed without a gap. */
    key: z.union([KeySchema, z.array(KeySchema).min(1).max(5)], KEY_WANTED),
    /** Which services its jobs may be about; all where it is left out. */
    services: z.array(ServiceNameSchema).min(1).max(1_000).optional(),
    environments: z.array(EnvironmentNameSchema).min(1).max(100).optional(),
    /** Which jobs it may publish. */
    jobs: z
      .array(z.enum(['plan', 'execute', 'verify', 'rollback']))
      .min(1)
      .default(['plan', 'execute', 'verify', 'rollback']),
  })
  .refine(({ algorithm, key }) => algorithm === 'ed25519' || [key].flat().every(isRef), {
    path: ['key'],
    message: 'expected env:NAME or file:/path: a secret does not stand in a configuration',
  });

const isRef = (key: string): boolean => secretRef(key) !== null;

const uniqueNames = (items: readonly { readonly name: string }[]): boolean =>
  new Set(items.map(({ name }) => name.normalize('NFKC').toLowerCase())).size === items.length;

const UNIQUE = 'expected names that differ, also without regard to case';

/** Who may look, ask and decide over HTTP, and whose jobs workers take. */
export const SecuritySchema = z
  .strictObject({
    tokens: z.array(TokenSchema).max(1_000).default([]).refine(uniqueNames, UNIQUE),
    jwt: JwtSchema.optional(),
    /** Those without credentials; where left out: they may look on loopback, and nowhere else. */
    anonymous: z.enum(['viewer', 'none']).optional(),
    /** Signs the cookies of browsers; without one they end with the server. */
    sessionKey: z
      .string()
      .refine((text) => secretRef(text) !== null, 'expected env:NAME or file:/path')
      .optional(),
    /** How long a browser stays signed in. */
    sessionTime: duration({ min: 60_000, max: 7 * 86_400_000 }).default(8 * 3_600_000),
    publishers: z.array(PublisherSchema).max(1_000).default([]).refine(uniqueNames, UNIQUE),
    /** Workers take no job that is neither signed by one of the publishers nor owed. */
    requireSignedJobs: z.boolean().default(false),
    /** A signature older than this is refused, and each is taken once: so this is also how long a job may wait for a worker. */
    replayWindow: duration({ min: 1_000 }).default(5 * 60_000),
  })
  .refine(({ requireSignedJobs, publishers }) => !requireSignedJobs || publishers.length > 0, {
    path: ['publishers'],
    message: 'expected at least one, as requireSignedJobs is set: nobody could publish anything',
  });

export type SecurityConfig = z.output<typeof SecuritySchema>;
export type JwtConfig = NonNullable<SecurityConfig['jwt']>;
export type PublisherConfig = SecurityConfig['publishers'][number];
