import { Readable } from 'node:stream';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { DeploymentIdSchema } from '../../contracts/values/schemas.js';
import { unknownDeployment } from '../../domain/retention/unknown-deployment.js';
import { outputText } from '../../contracts/views/output-text.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import type { OutputReader } from '../../domain/ports/call-output.js';
import type { OutputEnd } from '../pages/output-section.js';
import type { ApiPorts } from '../http/api-ports.js';
import { showView } from '../../contracts/views/deployment-view.js';
import { deploymentPage, type PagePlace } from '../pages/deployment-page.js';
import { messagePage } from '../pages/message-page.js';
import { sendProblem } from '../http/problem.js';
import type { Html } from '../http/html.js';
import { within } from '../http/within.js';

const LOAD_MS = 5_000;

/** One deployment, for people and for programs. */
export function deploymentRoutes(
  { store, index, output }: Pick<ApiPorts, 'store' | 'index' | 'output'>,
  place: PagePlace,
): FastifyPluginCallback {
  const { base } = place;
  return (app, _, done) => {
    app.get<{ Params: { id: string } }>('/deployments/:id', async (request, reply) => {
      reply.header('vary', 'accept').header('cache-control', 'no-store');
      const id = DeploymentIdSchema.safeParse(request.params.id);
      if (!id.success)
        return refuse({ request, reply, base }, 400, id.error.issues[0]?.message ?? '');
      const [deployment, events] = await within(
        LOAD_MS,
        Promise.all([store.load(id.data), index.events(id.data)]),
      );
      if (deployment === undefined) {
        return refuse({ request, reply, base }, 404, `There is ${unknownDeployment(id.data)}.`);
      }
      const known = await within(LOAD_MS, index.targetStatuses(deployment));
      if (wantsJson(request)) return reply.send(showView(deployment, events, known));
      const said = await within(LOAD_MS, outputEnds(output, id.data));
      return sendPage(
        reply,
        deploymentPage({ deployment, events, known, now: Date.now(), ...said }, place),
      );
    });
    app.get<{ Params: { id: string }; Querystring: { target?: string } }>(
      '/deployments/:id/output',
      async (request, reply) => {
        reply.header('cache-control', 'no-store');
        const id = DeploymentIdSchema.safeParse(request.params.id);
        if (!id.success)
          return refuse({ request, reply, base }, 400, id.error.issues[0]?.message ?? '');
        const [deployment, calls] = await within(
          LOAD_MS,
          Promise.all([store.load(id.data), output.calls(id.data)]),
        );
        if (deployment === undefined) {
          return refuse({ request, reply, base }, 404, `There is ${unknownDeployment(id.data)}.`);
        }
        const { target } = request.query;
        const wanted = calls.filter((call) => target === undefined || call.target === target);
        return reply
          .type('text/plain; charset=utf-8')
          .send(Readable.from(outputText(output, id.data, wanted)));
      },
    );
    done();
  };
}

/** A page shows the calls that began last. */
const SHOWN_CALLS = 20;

async function outputEnds(
  reader: OutputReader,
  id: DeploymentId,
): Promise<{ readonly ends: readonly OutputEnd[]; readonly calls: number }> {
  const written = (await reader.calls(id)).filter(({ pieces }) => pieces > 0);
  const newest = written.slice(-SHOWN_CALLS).toReversed();
  const ends = newest.map(async (output) => ({
    output,
    pieces: await reader.pieces(id, output, output.pieces - 2),
  }));
  return { ends: await Promise.all(ends), calls: written.length };
}

interface Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly base: string;
}

function refuse({ request, reply, base }: Asked, status: number, detail: string): FastifyReply {
  if (wantsJson(request)) return sendProblem(reply, status, detail);
  return sendPage(reply.code(status), messagePage(base, status, detail));
}

const sendPage = (reply: FastifyReply, page: Html): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(page.text);

const wantsJson = ({ headers: { accept = '' } }: FastifyRequest): boolean =>
  accept.includes('application/json') && !accept.includes('text/html');
