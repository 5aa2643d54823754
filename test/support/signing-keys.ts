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
  namespace: 'signalbox',
  queue: 'plan',
  audience: 'production',
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
} as const;

/** Made with Python's json and hmac, and with OpenSSL. */
export const VECTOR_TEXT =
  'signalbox-job-v2\n{"audience":"production","data":{"approve":true,"metadata":{"a":"line\\n","z":"é€"},"schema":1,"service":"api",' +
  '"strategy":{"kind":"canary","weights":[5,0.5,100]},"version":"1.4.2"},"issuedAt":1790000000000,' +
  '"jobId":"job_01j9z3k8w2","name":"plan-deployment","namespace":"signalbox","nonce":"AAECAwQFBgcICQoLDA0ODw","publisher":"ci","queue":"plan"}';
export const VECTOR_HMAC = 'myWodRSvcoWMR2_uMREVd2UbxvNLZDDWnYuBQzGZZ5o';
export const VECTOR_ED25519 =
  'XrYbGnqVKC4SkgL3nn0WQ2TWu9NBg_BCFr7eMuPrEcdalf632OfAOw8O0W1Y2YxrrnjMjV9l2xhZ9XOfY9raDw';
