import { createBullBoard } from '@bull-board/api';
import type { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue } from 'bullmq';
import type { FastifyPluginCallback } from 'fastify';
import { may } from '../domain/security/roles.js';
import { LOGIN_PATH } from './auth/login-page.js';
import { whoAsks } from './auth/who-asks.js';
import { answerAs, boardQueue } from './board-queue.js';
import { sendProblem } from './http/problem.js';
import { deploymentOfJob, deploymentPath } from './pages/job-link.js';
import { CONTRACTS, fieldsOf, jsonSchemaOf } from './job-schemas.js';

export const BOARD_PATH = '/queues';

export interface BoardOptions {
  /** Whoever may change queues may do so here; else it is read-only for everybody. */
  readonly writable: boolean;
  /** The path we are under. */
  readonly base: string;
  /** There is something to sign in with. */
  readonly signIn: boolean;
}

/** Bull Board over these queues, each explained by its job's contract and linked to our own pages. */
export function bullBoard(
  queues: readonly Queue[],
  { writable, base, signIn }: BoardOptions,
): FastifyPluginCallback {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(base + BOARD_PATH);
  createBullBoard({
    serverAdapter,
    queues: queues.map((queue) => explained(queue, base)),
    options: {
      uiConfig: {
        boardTitle: 'Signalbox',
        hideDocsLink: true,
        hideRedisDetails: true,
        miscLinks: [
          ...(signIn ? [{ text: 'Sign in or out', url: base + LOGIN_PATH }] : []),
          ...[...CONTRACTS.values()].map(({ queue, name }) => ({
            text: `Schema of ${name}`,
            url: base + schemaPath(queue),
          })),
        ],
      },
    },
  });
  return (scope, _options, done) => {
    // Once the body is read: its events know nothing of the request they belong to.
    scope.addHook('preHandler', (request, reply, next) => {
      const { method } = request;
      if (!writable && method !== 'GET' && method !== 'HEAD') {
        return void sendProblem(reply, 405, READ_ONLY);
      }
      const identity = whoAsks(request);
      answerAs(writable && identity !== null && may(identity, 'write_board'), next);
    });
    scope.addHook('onSend', async (_request, _reply, payload) =>
      typeof payload === 'string' ? payload.replace(FOREIGN_FONTS, '') : payload,
    );
    scope.register(serverAdapter.registerPlugin());
    done();
  };
}

const READ_ONLY =
  'The board is read-only. Start the server with --writable-board to change queues.';

/** Nobody who opens this page asked for Google to hear of it; its own fonts do as well. */
const FOREIGN_FONTS = /<link href="https:\/\/fonts\.googleapis\.com[^>]*>/;

export const schemaPath = (queue: string): string => `/schemas/${queue}.json`;

function explained(queue: Queue, base: string): BullMQAdapter {
  const contract = CONTRACTS.get(queue.name);
  return boardQueue(queue, {
    externalJobUrl: (job) => linkOf(queue.name, job, base),
    ...(contract && {
      description: `${contract.name}, JSON Schema ${base}${schemaPath(contract.queue)}; ${fieldsOf(contract)}`,
      jobDataSchema: jsonSchemaOf(contract),
    }),
  });
}

type JobUrl = NonNullable<BullMQAdapter['externalJobUrl']>;

/** Bull Board leaves a job without a link where the answer is `undefined`, which its types don't say. */
function linkOf(queue: string, job: Parameters<JobUrl>[0], base: string): ReturnType<JobUrl> {
  const id = deploymentOfJob(queue, job);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above; its own response schema has it optional
  if (id === null) return undefined as unknown as ReturnType<JobUrl>;
  return { displayText: 'Deployment', href: deploymentPath(base, id) };
}
