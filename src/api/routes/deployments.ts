import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { DeploymentIdSchema } from '../../contracts/values/schemas.js';
import { unknownDeployment } from '../../domain/retention/unknown-deployment.js';
import type { ApiPorts } from '../http/api-ports.js';
import { showView } from '../../contracts/views/deployment-view.js';
import { deploymentPage } from '../pages/deployment-page.js';
import { messagePage } from '../pages/message-page.js';
import { sendProblem } from '../http/problem.js';
import type { Html } from '../http/html.js';
import { within } from '../http/within.js';

const LOAD_MS = 5_000;

/**
 * One deployment, for people and for programs.
 *
 * @param signIn there is something to sign in with
 */
export function deploymentRoutes(
  { store, index }: Pick<ApiPorts, 'store' | 'index'>,
  signIn: boolean,
): FastifyPluginCallback {
  return (app, _, done) => {
    app.get<{ Params: { id: string } }>('/deployments/:id', async (request, reply) => {
      reply.header('vary', 'accept').header('cache-control', 'no-store');
      const id = DeploymentIdSchema.safeParse(request.params.id);
      if (!id.success) return refuse(request, reply, 400, id.error.issues[0]?.message ?? '');
      const [deployment, events] = await within(
        LOAD_MS,
        Promise.all([store.load(id.data), index.events(id.data)]),
      );
      if (deployment === undefined) {
        return refuse(request, reply, 404, `There is ${unknownDeployment(id.data)}.`);
      }
      const known = await within(LOAD_MS, index.targetStatuses(deployment));
      return wantsJson(request)
        ? reply.send(showView(deployment, events, known))
        : sendPage(reply, deploymentPage({ deployment, events, known }, signIn));
    });
    done();
  };
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  detail: string,
): FastifyReply {
  if (wantsJson(request)) return sendProblem(reply, status, detail);
  return sendPage(reply.code(status), messagePage(status, detail));
}

const sendPage = (reply: FastifyReply, page: Html): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page.text);

const wantsJson = ({ headers: { accept = '' } }: FastifyRequest): boolean =>
  accept.includes('application/json') && !accept.includes('text/html');
