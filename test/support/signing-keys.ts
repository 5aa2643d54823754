/** Keys for tests: the Ed25519 pair is the first of RFC 8032, section 7.1, and as public as can be. */
export const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
`;
export const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
`;
export const SECRET = '0123456789abcdef0123456789abcdef';

/** The job of the test vector in the documentation, as a publisher in another language signs it. */
export const VECTOR = {
  name: 'plan-deployment',
  jobId: 'job_01j9z3k8w2',
  publisher: 'ci',
  issuedAt: 1_790_000_000_000,
  nonce: 'AAECAwQFBgcICQoLDA0ODw',
  data: {
    schema: 1,
    service: 'api',
    version: '1.4.2',
    approve: true,
    metadata: { z: 'é€', a: 'line\n' },
    strategy: { kind: 'canary', weights: [5, 0.5, 100] },
  },
};

/** Made with Python's json, hmac and cryptography; OpenSSL makes the same Ed25519 signature. */
export const VECTOR_TEXT =
  'signalbox-job-v1\n{"data":{"approve":true,"metadata":{"a":"line\\n","z":"é€"},"schema":1,"service":"api",' +
  '"strategy":{"kind":"canary","weights":[5,0.5,100]},"version":"1.4.2"},"issuedAt":1790000000000,' +
  '"jobId":"job_01j9z3k8w2","name":"plan-deployment","nonce":"AAECAwQFBgcICQoLDA0ODw","publisher":"ci"}';
export const VECTOR_HMAC = '6-u23GhumZC9OFWS4Gvg8RRvAlNyOhsxLIGGbMNHUsI';
export const VECTOR_ED25519 =
  'kln8XbebPsAxJLt_lIZppPRMc7YqQES-Z6XlqBKoWjXTQH6DcQ1xQuvG75ajGi3cOJ3zMS0JNpIYeo1PpGneBw';
