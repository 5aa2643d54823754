import { z } from 'zod';
import { duration } from '../values/duration.js';

const HOST_AND_PORT = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[1-9]\d{0,4}$/;
/** The kernel has room for no more in a socket's name. */
const LONGEST_SOCKET_NAME = 107;

const isSocket = (text: string): boolean =>
  text.startsWith('/')
    ? text.length <= LONGEST_SOCKET_NAME
    : HOST_AND_PORT.test(text) && Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535;

const AbsolutePath = z
  .string()
  .max(1_000)
  .regex(/^\/[^\0\n]*[^\0\n/]$/, 'expected an absolute path of a file');
const Argv = z.tuple([z.string().min(1)], z.string());

const draining = {
  /** How long a drained target is waited for until what it was sent has ended. */
  drainTimeout: duration({ max: 3_600_000 }).default(30_000),
  /** Whether a target that still has requests by then is touched all the same. */
  drainTimeoutIs: z.enum(['go_on', 'fail']).default('go_on'),
};

/**
 * HAProxy through its runtime API; the socket needs `level admin`. `{service}`
 * and `{environment}` are filled into the names, into `server` also those of the
 * target. What is set there is lost when HAProxy is reloaded, unless it loads a
 * state file (`load-server-state-from-file`).
 */
export const HaproxyRouterSchema = z.strictObject({
  kind: z.literal('haproxy'),
  /** The stats socket: an absolute path, or `host:port`. */
  socket: z
    .string()
    .refine(
      isSocket,
      `expected an absolute path of at most ${LONGEST_SOCKET_NAME} characters, or host:port`,
    ),
  backend: z.string().min(1).max(200).default('be_{service}'),
  server: z.string().min(1).max(200).default('{target.id}'),
  /** Of one command, and of a server's coming up before traffic is moved to it. */
  timeout: duration({ min: 100, max: 60_000 }).default(5_000),
  /** How long a server may take to be seen up; longer than its `slowstart` and `inter` times `rise`. */
  readyTimeout: duration({ min: 100, max: 3_600_000 }).default(30_000),
  ...draining,
  /** `maint` also turns away clients that persist by cookie or table; HAProxy lets those through in `drain`. */
  drainState: z.enum(['drain', 'maint']).default('drain'),
});

/** An upstream block that nginx includes, rewritten and reloaded for every change. */
export const NginxRouterSchema = z.strictObject({
  kind: z.literal('nginx'),
  /** Written whole by Signalbox, one per service; `{service}` and `{environment}` are filled in. */
  upstreamFile: AbsolutePath,
  upstream: z.string().min(1).max(200).default('{service}'),
  test: Argv.default(['nginx', '-t']),
  reload: Argv.default(['nginx', '-s', 'reload']),
  /** Of one command, and of the new workers' coming up. */
  timeout: duration({ min: 100, max: 600_000 }).default(10_000),
  /** Of nginx's master. Without it neither new workers nor the end of the old ones can be seen. */
  pidFile: AbsolutePath.optional(),
  /** Lines such as `zone api 64k` (weights then hold over all workers) or `keepalive 32`. */
  directives: z
    .array(
      z
        .string()
        .max(200)
        .regex(
          /^(?!server\b)[a-z][a-z0-9_]*(?: [^\s;{}#'"\\]+)*$/,
          'expected a simple directive other than "server", without its semicolon',
        ),
    )
    .max(50)
    .default([]),
  ...draining,
});

/** Nothing moves traffic: each target gets what it gets. */
export const NoRouterSchema = z.strictObject({ kind: z.literal('none') });

export const RouterSchema = z.discriminatedUnion('kind', [
  HaproxyRouterSchema,
  NginxRouterSchema,
  NoRouterSchema,
]);

export type RouterSpec = z.output<typeof RouterSchema>;
export type HaproxyRouterSpec = z.output<typeof HaproxyRouterSchema>;
export type NginxRouterSpec = z.output<typeof NginxRouterSchema>;
