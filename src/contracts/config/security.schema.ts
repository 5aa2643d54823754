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

const TokenSchema = z
  .strictObject({
    name: NameSchema.meta({
      description: 'Whose token it is, as events will say.',
      examples: ['ci'],
    }),
    role: RoleSchema.describe('What its bearer may do.'),
    hash: z
      .string()
      .regex(TOKEN_HASH_PATTERN, 'expected sha256: and 64 hexadecimal digits')
      .meta({
        writeOnly: true,
        description:
          'Hash of the token, as `signalbox token create` prints it. The token itself is nowhere in the configuration.',
        examples: ['sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
      }),
  })
  .meta({ title: 'token' });

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
    issuer: z
      .string()
      .min(1)
      .max(2_000)
      .meta({
        description: 'Issuer that tokens must name (`iss`).',
        examples: ['https://login.example.com/'],
      }),
    audience: z
      .string()
      .min(1)
      .max(2_000)
      .meta({ description: 'Audience that tokens must name (`aud`).', examples: ['signalbox'] }),
    jwks: z
      .string()
      .max(2_000)
      .refine(isKeyAddress, 'expected an https URL or file:/path (http only on this machine)')
      .optional()
      .meta({
        description:
          'The issuer’s public keys: an https URL, or `file:/path` of a JSON Web Key Set. Give either `jwks` or `publicKey`.',
        examples: ['https://login.example.com/keys'],
      }),
    publicKey: z
      .string()
      .min(1)
      .max(10_000)
      .optional()
      .meta({
        description: 'One public key, as PEM or `file:/path`.',
        examples: ['file:/etc/signalbox/issuer.pem'],
      }),
    algorithms: z
      .array(z.enum(JWT_ALGORITHMS))
      .min(1)
      .default(['RS256', 'ES256', 'EdDSA'])
      .meta({ description: 'Signature algorithms that are accepted.', examples: [['ES256']] }),
    nameClaim: z
      .string()
      .min(1)
      .max(200)
      .default('sub')
      .meta({
        description:
          'Claim with the name for events and approvals. It must never belong to another person.',
        examples: ['email'],
      }),
    roleClaim: z
      .string()
      .min(1)
      .max(200)
      .default('roles')
      .meta({
        description: 'Claim with the role, or a path to it.',
        examples: ['realm_access.roles'],
      }),
    roles: z
      .record(z.string().min(1).max(200), RoleSchema)
      .default({ viewer: 'viewer', deployer: 'deployer', approver: 'approver', admin: 'admin' })
      .meta({
        description: 'Which value of that claim is which role. Other values are none.',
        examples: [{ 'deploy-team': 'deployer' }],
      }),
  })
  .refine(({ jwks, publicKey }) => (jwks === undefined) !== (publicKey === undefined), {
    path: ['jwks'],
    message: 'expected either jwks or publicKey',
  })
  .meta({ title: 'jwt' });

const KEY_WANTED =
  'expected env:NAME, file:/path or, for ed25519, a public key as PEM (or a list of these)';

const KeySchema = z
  .string()
  .max(10_000)
  .refine((text) => secretRef(text) !== null || text.includes('BEGIN PUBLIC KEY'), KEY_WANTED);

const PublisherSchema = z
  .strictObject({
    name: NameSchema.meta({
      description: 'Name of the publisher, as its signatures say.',
      examples: ['ci'],
    }),
    algorithm: z.enum(SIGNATURE_ALGORITHMS).describe('How it signs.'),
    key: z.union([KeySchema, z.array(KeySchema).min(1).max(5)], KEY_WANTED).meta({
      writeOnly: true,
      description:
        '`env:NAME` or `file:/path` of the secret, or an Ed25519 public key as PEM. A list of keys allows a change without a gap.',
      examples: ['file:/etc/signalbox/ci.pem'],
    }),
    services: z
      .array(ServiceNameSchema)
      .min(1)
      .max(1_000)
      .optional()
      .meta({
        description: 'Services that its jobs may be about. Without it: all.',
        examples: [['api']],
      }),
    environments: z
      .array(EnvironmentNameSchema)
      .min(1)
      .max(100)
      .optional()
      .meta({
        description: 'Environments that its jobs may be about. Without it: all.',
        examples: [['staging']],
      }),
    jobs: z
      .array(z.enum(['plan', 'execute', 'verify', 'rollback']))
      .min(1)
      .default(['plan', 'execute', 'verify', 'rollback'])
      .meta({ description: 'Kinds of job that it may publish.', examples: [['plan', 'rollback']] }),
  })
  .refine(({ algorithm, key }) => algorithm === 'ed25519' || [key].flat().every(isRef), {
    path: ['key'],
    message: 'expected env:NAME or file:/path: a secret does not stand in a configuration',
  })
  .meta({ title: 'publisher' });

const isRef = (key: string): boolean => secretRef(key) !== null;

const uniqueNames = (items: readonly { readonly name: string }[]): boolean =>
  new Set(items.map(({ name }) => name.normalize('NFKC').toLowerCase())).size === items.length;

const UNIQUE = 'expected names that differ, also without regard to case';

/** Who may look, ask and decide over HTTP, and whose jobs workers take. */
export const SecuritySchema = z
  .strictObject({
    tokens: z
      .array(TokenSchema)
      .max(1_000)
      .default([])
      .refine(uniqueNames, UNIQUE)
      .describe('Access tokens for the API, the pages and Bull Board.'),
    jwt: JwtSchema.optional().describe('Accept JSON Web Tokens of an identity provider.'),
    anonymous: z
      .enum(['viewer', 'none'])
      .optional()
      .describe(
        'What clients without credentials may do. Default: nothing, as soon as `security` has any credential (tokens, `jwt`, `publishers` or `sessionKey`).',
      ),
    sessionKey: z
      .string()
      .refine((text) => secretRef(text) !== null, 'expected env:NAME or file:/path')
      .optional()
      .meta({
        writeOnly: true,
        description:
          '`env:NAME` or `file:/path` of a secret that seals the sessions of browsers in Redis, the same for every server. A new one ends them all. Without it, a Redis user who may write sessions could make one.',
        examples: ['env:SIGNALBOX_SESSION_KEY'],
      }),
    sessionTime: duration({ min: 60_000, max: 7 * 86_400_000 })
      .default(8 * 3_600_000)
      .describe('How long a browser stays signed in. A shorter time ends older sessions, too.'),
    publishers: z
      .array(PublisherSchema)
      .max(1_000)
      .default([])
      .refine(uniqueNames, UNIQUE)
      .describe('Who may sign jobs, and with which key.'),
    audience: NameSchema.optional().meta({
      description:
        'What jobs must be signed for. Give each installation another one, so that a job signed for staging is refused in production. Default: the namespace.',
      examples: ['production'],
    }),
    requireSignedJobs: z
      .boolean()
      .default(false)
      .describe('Refuse jobs that no publisher has signed.'),
    replayWindow: duration({ min: 1_000 })
      .default(5 * 60_000)
      .describe(
        'How old a signature may be. It is also how long a signed job may wait for a worker.',
      ),
  })
  .refine(({ requireSignedJobs, publishers }) => !requireSignedJobs || publishers.length > 0, {
    path: ['publishers'],
    message: 'expected at least one, as requireSignedJobs is set: nobody could publish anything',
  })
  .meta({ title: 'security' });

export type SecurityConfig = z.output<typeof SecuritySchema>;
export type JwtConfig = NonNullable<SecurityConfig['jwt']>;
export type PublisherConfig = SecurityConfig['publishers'][number];
