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

const Socket = z
  .string()
  .refine(
    isSocket,
    `expected an absolute path of at most ${LONGEST_SOCKET_NAME} characters, or host:port`,
  );

/** No balancer has more of them before one service. */
const MOST_PLACES = 20;

/** How many of the balancers before a service have to have a change for it to count. */
const quorum = z.int().min(1).max(MOST_PLACES).optional();

/** What is wrong with a quorum of so many balancers; nothing where it is among them. */
const quorumProblem = (wanted: number | undefined, balancers: number, of: string): string | null =>
  wanted === undefined || wanted <= balancers
    ? null
    : `expected 1 to ${balancers}: there ${balancers === 1 ? 'is' : 'are'} ${balancers} ${of}`;

/** One, or a list of several that are different. */
const oneOrMore = (one: z.ZodString) =>
  z.union([
    one,
    z
      .array(one)
      .min(1)
      .max(MOST_PLACES)
      .refine((all) => new Set(all).size === all.length, 'expected each of them once'),
  ]);

const draining = {
  drainTimeout: duration({ max: 3_600_000 })
    .default(30_000)
    .describe('How long a drained target may take to finish its requests.'),
  drainTimeoutIs: z
    .enum(['go_on', 'fail'])
    .default('go_on')
    .describe(
      'What happens when requests are left after `drainTimeout`: `go_on` deploys all the same, `fail` fails the step.',
    ),
};

/**
 * HAProxy through its runtime API; the socket needs `level admin`. `{service}`
 * and `{environment}` are filled into the names, into `server` also those of the
 * target. What is set there is lost when HAProxy is reloaded, unless it loads a
 * state file (`load-server-state-from-file`).
 */
export const HaproxyRouterSchema = z
  .strictObject({
    kind: z.literal('haproxy'),
    socket: oneOrMore(Socket).meta({
      description:
        'The stats socket with `level admin`: an absolute path, or `host:port`. A list where several HAProxies stand before the service: a change counts when all have it, and none is touched while one of them is away.',
      examples: ['/run/haproxy/admin.sock', ['lb-1:9999', 'lb-2:9999']],
    }),
    quorum: quorum.meta({
      description:
        'Of several sockets, how many have to answer for a change to go on; all of them where not given. One that is away is gone on without, named, and brought to the same when it answers again. Only for balancers that get no traffic while they do not answer.',
      examples: [1],
    }),
    backend: oneOrMore(z.string().min(1).max(200))
      .default('be_{service}')
      .meta({
        description:
          'Name of the backend; `{service}`, `{environment}` and placeholders of the target are filled in. A list where the service is in several, such as one for each colour that an ACL chooses. Shares are set in those that have all targets; a target is drained in each that has it.',
        examples: [
          '{service}_{environment}',
          ['be_{service}', 'be_{service}_{target.metadata.colour}'],
        ],
      }),
    server: z
      .string()
      .min(1)
      .max(200)
      .default('{target.id}')
      .meta({
        description:
          'Name of a target’s server in the backend; placeholders of the target are filled in too.',
        examples: ['{service}-{target.id}'],
      }),
    timeout: duration({ min: 100, max: 60_000 })
      .default(5_000)
      .describe('How long one command on the socket may take.'),
    readyTimeout: duration({ min: 100, max: 3_600_000 })
      .default(30_000)
      .describe(
        'How long a server may take to be seen up before it gets traffic. Longer than its `inter` times `rise` and `slowstart`.',
      ),
    ...draining,
    drainState: z
      .enum(['drain', 'maint'])
      .default('drain')
      .describe(
        'How a target is taken out. `maint` also turns away clients that HAProxy would keep by cookie or table.',
      ),
    persistent: z
      .enum(['let', 'end'])
      .default('let')
      .describe(
        'Clients that HAProxy keeps on the old targets by cookie or table after a switch of all traffic, as in blue-green: `let` leaves them there, `end` puts the old targets into `maint` after `persistentGrace`.',
      ),
    persistentGrace: duration({ max: 86_400_000 })
      .default(300_000)
      .describe(
        'With `persistent: end`: time that such clients keep their old target, once the new version has passed its checks and analyses after the switch.',
      ),
  })
  .superRefine(({ quorum: wanted, socket }, context) => {
    const message = quorumProblem(wanted, [socket].flat().length, 'in `socket`');
    if (message !== null) context.addIssue({ code: 'custom', path: ['quorum'], message });
  });

const Upstream = z.string().min(1).max(200);

/** Another file of the same nginx, or another nginx; what is not given is as in the first. */
const OtherNginxSchema = z.strictObject({
  upstreamFile: AbsolutePath.meta({
    description: 'Its file with the upstream block; on another host, by a path that is shared.',
    examples: ['/mnt/lb-2/signalbox/{service}.conf'],
  }),
  upstream: Upstream.optional().meta({
    description: 'Name of its upstream; as in the first where not given.',
    examples: ['{service}_internal'],
  }),
  test: Argv.optional().meta({
    description: 'Command that checks its configuration; as in the first where not given.',
    examples: [['ssh', 'lb-2', 'nginx', '-t']],
  }),
  reload: Argv.optional().meta({
    description: 'Command that loads it. Not given: it is another file of the same nginx.',
    examples: [['ssh', 'lb-2', 'nginx', '-s', 'reload']],
  }),
  pidFile: AbsolutePath.optional().meta({
    description: 'Process id file of its master, where that runs on this machine.',
    examples: ['/run/nginx-2.pid'],
  }),
});

/** What says nothing of its own process is another file of the first nginx. */
export const isSameNginx = ({
  reload,
  pidFile,
}: Partial<Pick<z.output<typeof OtherNginxSchema>, 'reload' | 'pidFile'>>): boolean =>
  reload === undefined && pidFile === undefined;

/** An upstream block that nginx includes, rewritten and reloaded for every change. */
export const NginxRouterSchema = z
  .strictObject({
    kind: z.literal('nginx'),
    upstreamFile: AbsolutePath.meta({
      description:
        'The file with the upstream block, one for each service. Signalbox writes all of it.',
      examples: ['/etc/nginx/signalbox/{service}.conf'],
    }),
    upstream: Upstream.default('{service}').meta({
      description: 'Name of the upstream; `{service}` and `{environment}` are filled in.',
      examples: ['{service}_{environment}'],
    }),
    test: Argv.default(['nginx', '-t']).meta({
      description: 'Command that checks nginx’s configuration before it is loaded.',
      examples: [['sudo', 'nginx', '-t']],
    }),
    reload: Argv.default(['nginx', '-s', 'reload']).meta({
      description: 'Command that loads it.',
      examples: [['systemctl', 'reload', 'nginx']],
    }),
    timeout: duration({ min: 100, max: 600_000 })
      .default(10_000)
      .describe('How long one command, and the start of nginx’s new workers, may take.'),
    pidFile: AbsolutePath.optional().meta({
      description:
        'Process id file of nginx’s master. Without it nobody can see when old workers have ended.',
      examples: ['/run/nginx.pid'],
    }),
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
      .default([])
      .meta({
        description: 'Further lines of the upstream block, without semicolon.',
        examples: [['zone api 64k', 'keepalive 32']],
      }),
    others: z
      .array(OtherNginxSchema)
      .max(MOST_PLACES)
      .default([])
      .describe(
        'Further files and further nginx before the service: a change counts when all have it, and none is touched while one that has a `pidFile` is not running.',
      ),
    quorum: quorum.meta({
      description:
        'Of several nginx, how many have to be there for a change to go on; all of them where not given. Only one with a `pidFile` is known to be away. It is gone on without, named, and brought to the same when it runs again.',
      examples: [1],
    }),
    ...draining,
  })
  .superRefine(({ quorum: wanted, others }, context) => {
    const further = others.filter((other) => !isSameNginx(other)).length;
    const message = quorumProblem(wanted, 1 + further, 'nginx');
    if (message !== null) context.addIssue({ code: 'custom', path: ['quorum'], message });
  })
  .refine(
    ({ upstreamFile, others }) =>
      new Set([upstreamFile, ...others.map((other) => other.upstreamFile)]).size > others.length,
    { path: ['others'], message: 'expected a different upstreamFile for each' },
  );

/** Nothing moves traffic: each target gets what it gets. */
export const NoRouterSchema = z.strictObject({ kind: z.literal('none') });

export const RouterSchema = z
  .discriminatedUnion('kind', [HaproxyRouterSchema, NginxRouterSchema, NoRouterSchema])
  .meta({ title: 'router' });

export type RouterSpec = z.output<typeof RouterSchema>;
export type HaproxyRouterSpec = z.output<typeof HaproxyRouterSchema>;
export type NginxRouterSpec = z.output<typeof NginxRouterSchema>;
