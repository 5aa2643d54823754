import { stringify } from 'yaml';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { parseEnvironment, parseService, type Program } from '../session/flags.js';
import { printable } from '../text/printable.js';

export function addConfig(program: Program, run: CliRun): void {
  const config = program.command('config').description('check the configuration, or show it');
  addCheck(config, run);
  addShow(config, run);
}

const CONFIG = ['--config <file>', 'else SIGNALBOX_CONFIG, else signalbox.config.* here'] as const;
const JSON_FLAG = ['--json', 'print JSON, for programs'] as const;

function addCheck(config: Program, run: CliRun): void {
  config
    .command('check')
    .description('check the configuration and name every problem with its line; needs no Redis')
    .option(...CONFIG)
    .option('--no-secrets', 'where the secrets that it names are not there, such as in CI')
    .option(...JSON_FLAG)
    .action(async (flags) => {
      const { file, services } = await run.ports.checkConfig(flags);
      if (flags.json) run.out.json({ file, valid: true, services });
      else run.out.line(`${file} is valid: ${countOf(services.length)}`);
    });
}

function addShow(config: Program, run: CliRun): void {
  config
    .command('show')
    .description('show what the configuration comes to, with defaults and without secrets')
    .argument('[service]', 'only this one', parseService)
    .option('-e, --environment <name>', 'else production', parseEnvironment)
    .option(...CONFIG)
    .option(...JSON_FLAG)
    .action(async (service, flags) => {
      if (service === undefined && flags.environment !== undefined) {
        throw new UsageError('--environment: name a service, too');
      }
      const found = await run.ports.showConfig({ ...flags, service });
      if (!found.ok) throw new UsageError(`${found.error.path}: ${found.error.message}`);
      if (flags.json) run.out.json(found.value);
      else for (const line of yamlLines(found.value)) run.out.text(printable(line));
    });
}

const yamlLines = (value: object): readonly string[] =>
  stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n');

const countOf = (services: number): string =>
  services === 1 ? '1 service' : `${services} services`;
