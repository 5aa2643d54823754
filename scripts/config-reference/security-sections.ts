import type { Section } from './section.js';

/** Who may do what. */
export const SECURITY_SECTIONS: readonly Section[] = [
  {
    title: 'security',
    heading: 'Security',
    at: '`security`',
    about: 'Who may use the HTTP surface, and whose jobs are taken ([security](../security.md)).',
    example: `security:
  tokens:
    - name: ci
      role: deployer
      hash: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
services: {}`,
  },
  {
    title: 'token',
    heading: 'Tokens',
    at: '`security.tokens[]`',
    about: '`signalbox token create` makes a token and prints this entry.',
    example: `security:
  tokens:
    - { name: ada, role: admin, hash: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }
services: {}`,
  },
  {
    title: 'jwt',
    heading: 'JSON Web Tokens',
    at: '`security.jwt`',
    about: 'Tokens of an identity provider. Give either `jwks` or `publicKey`.',
    example: `security:
  jwt:
    issuer: https://login.example.com/
    audience: signalbox
    jwks: https://login.example.com/keys
services: {}`,
  },
  {
    title: 'publisher',
    heading: 'Publishers',
    at: '`security.publishers[]`',
    about: 'Who may sign jobs ([how to sign](jobs.md#signed-jobs)).',
    example: `security:
  requireSignedJobs: true
  publishers:
    - { name: ci, algorithm: hmac-sha256, key: "env:CI_SIGNING_KEY", services: [api] }
services: {}`,
  },
  {
    title: 'server',
    heading: 'Server',
    at: '`server`',
    about: 'Limits of the HTTP surface, in each server process for itself.',
    example: `server:
  rateLimit: { requests: 600, per: 1m }
  trustedProxies: [10.0.0.0/8]
services: {}`,
  },
];
