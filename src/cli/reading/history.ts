import {
  DEFAULT_ENVIRONMENT,
  environmentName,
  serviceKey,
  type ServiceRef,
} from '../../domain/model/ids.js';
import {
  type DeploymentIndex,
  type HistoryPage,
  type HistoryQuery,
  UnknownHistoryPosition,
} from '../../domain/ports/deployment-index.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT } from '../session/exit-code.js';
import {
  commandOf,
  parseDeploymentId,
  parseEnvironment,
  parseInteger,
  parseService,
  type Program,
} from '../session/flags.js';
import { deploymentView } from '../../contracts/views/deployment-view.js';
import { STATUS_TONE } from '../text/paint.js';
import { agoText } from '../text/time-text.js';

export function addHistory(program: Program, run: CliRun): void {
  commandOf(program, 'history')
    .description('deployments, newest first')
    .argument('[service]', 'only this service', parseService)
    .option('-e, --environment <name>', 'with a service; else production', parseEnvironment)
    .option('--limit <n>', 'at most this many, 1 to 200', parseInteger(1, 200), 20)
    .option(
      '--after <id>',
      'the page behind this deployment: `next` of the one before',
      parseDeploymentId,
    )
    .action((service, flags) =>
      run.withSession(flags, async ({ index }) => {
        const { environment = environmentName(DEFAULT_ENVIRONMENT), limit, after } = flags;
        if (service === undefined && flags.environment !== undefined) {
          throw new UsageError('environment: expected a service to go with it');
        }
        const ref: ServiceRef | undefined = service && { environment, service };
        const page = await pageOf(index, { ref, limit, after });
        if (flags.json) {
          run.out.json({ items: page.items.map(deploymentView), next: page.next });
        } else writePage(run, page);
        return EXIT.ok;
      }),
    );
}

async function pageOf(index: DeploymentIndex, query: HistoryQuery): Promise<HistoryPage> {
  try {
    return await index.history(query);
  } catch (error) {
    if (error instanceof UnknownHistoryPosition) throw new UsageError(`--after: ${error.message}`);
    throw error;
  }
}

function writePage(run: CliRun, { items, next }: HistoryPage): void {
  if (items.length === 0) {
    run.out.line('no deployments');
    return;
  }
  run.out.table(
    [
      { title: 'deployment' },
      { title: 'service', shrinks: true },
      { title: 'version', shrinks: true },
      { title: 'state' },
      { title: 'planned' },
    ],
    items.map((deployment) => [
      deployment.id,
      serviceKey(deployment),
      deployment.version,
      [STATUS_TONE[deployment.state.status], deployment.state.status],
      agoText(deployment.createdAt, run.ports.now()),
    ]),
  );
  if (next !== null) run.out.line(['faint', `more: --after ${next}`]);
}
