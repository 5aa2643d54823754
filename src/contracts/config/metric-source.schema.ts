import { z } from 'zod';
import { duration } from '../values/duration.js';

/** Where a source answers. Credentials have fields of their own, and so never stand in a message with the URL. */
const BaseUrlSchema = z
  .string()
  .max(2_000)
  .refine((text) => isPlainBase(text), {
    message: 'expected an http or https URL without user, password, query and fragment',
  });

function isPlainBase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === '' && !/[?#]/.test(text);
}

/** Any of these may be `env:NAME` or `file:/path`, read by the worker at each query. */
const SecretSchema = z.string().min(1).max(10_000);

const common = {
  url: BaseUrlSchema.meta({
    description: 'Address of the source, without user, password and query.',
    examples: ['http://prometheus:9090'],
  }),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}$/, 'expected a header name'),
      SecretSchema,
    )
    .default({})
    .meta({
      writeOnly: true,
      description: 'Headers to send. A value may be `env:NAME` or `file:/path`.',
      examples: [{ 'x-scope-orgid': 'shop' }],
    }),
  bearer: SecretSchema.optional().meta({
    writeOnly: true,
    description:
      'Token for `Authorization: Bearer`: `env:NAME` or `file:/path`, read at each query.',
    examples: ['env:PROMETHEUS_TOKEN'],
  }),
  basic: z
    .strictObject({
      username: SecretSchema.meta({
        writeOnly: true,
        description: 'User name, or `env:NAME`.',
        examples: ['signalbox'],
      }),
      password: SecretSchema.meta({
        writeOnly: true,
        description: '`env:NAME` or `file:/path`.',
        examples: ['env:PROMETHEUS_PASSWORD'],
      }),
    })
    .optional()
    .describe('Basic authentication.'),
  timeout: duration({ min: 10, max: 600_000 })
    .default(5_000)
    .describe('How long one query may take.'),
};

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly bearer?: string | undefined;
  readonly basic?: object | undefined;
}

const isOneCredential = ({ headers, bearer, basic }: Credentials): boolean =>
  [
    bearer !== undefined,
    basic !== undefined,
    Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'),
  ].filter(Boolean).length <= 1;

const ONE_CREDENTIAL = {
  message: 'expected at most one of "bearer", "basic" and an authorization header',
  path: ['headers'],
};

/** A server with Prometheus' HTTP API below `url`; its queries are PromQL. */
export const PrometheusSourceSchema = z
  .strictObject({ kind: z.literal('prometheus'), ...common })
  .refine(isOneCredential, ONE_CREDENTIAL);

const NAME = String.raw`[A-Za-z_][\w-]*`;
const INDEX = String.raw`\[(?:\d{1,9}|\*|"[^"\\]*")\]`;
/** One step of a path; the first name of a path has no dot. */
export const JSON_PATH_STEP = `\\.${NAME}|${INDEX}`;
/** `data.values[*].value`, `[0].p99`, `["a key"]`, or `$` for the whole document. */
const JSON_PATH = new RegExp(`^(?:\\$|${NAME}|${INDEX})(?:${JSON_PATH_STEP})*$`);

const JsonPathSchema = z
  .string()
  .min(1)
  .max(500)
  .regex(JSON_PATH, 'expected a path such as data.values[*].value');

const ParameterSchema = z.string().regex(/^[\w.-]{1,100}$/, 'expected the name of a URL parameter');

/** Any JSON over HTTP; its queries are paths with a query string, below `url`. */
export const HttpJsonSourceSchema = z
  .strictObject({
    kind: z.literal('http_json'),
    ...common,
    path: JsonPathSchema.meta({
      description: 'Where the numbers are in the answer. A path that leads nowhere is no data.',
      examples: ['data.values[*].value'],
    }),
    warnings: JsonPathSchema.optional().meta({
      description:
        'Where an answer warns of itself: texts, or a flag that is set, such as `partial`.',
      examples: ['partial'],
    }),
    window: z
      .strictObject({
        start: ParameterSchema.meta({
          description: 'Parameter with the start.',
          examples: ['from'],
        }),
        end: ParameterSchema.meta({ description: 'Parameter with the end.', examples: ['to'] }),
        step: ParameterSchema.optional().meta({
          description: 'Parameter with the step.',
          examples: ['step'],
        }),
        unit: z.enum(['s', 'ms']).default('s').describe('Unit of the times in the URL.'),
      })
      .optional()
      .describe(
        'Names of the URL parameters for the time asked for. Without it the endpoint decides which time it tells of.',
      ),
  })
  .refine(isOneCredential, ONE_CREDENTIAL);

export const MetricSourceSchema = z
  .discriminatedUnion('kind', [PrometheusSourceSchema, HttpJsonSourceSchema])
  .meta({ title: 'metric source' });

/** The sources of a configuration, by the name that rules know them by. */
export const MetricSourcesSchema = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][\w.-]{0,62}$/, 'expected a name of letters, digits, ".", "_" or "-"'),
    MetricSourceSchema,
  )
  .default({});

export type MetricSourceSpec = z.output<typeof MetricSourceSchema>;
export type PrometheusSourceSpec = z.output<typeof PrometheusSourceSchema>;
export type HttpJsonSourceSpec = z.output<typeof HttpJsonSourceSchema>;
