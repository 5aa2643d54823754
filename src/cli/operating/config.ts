import type { CliRun } from '../session/cli-run.js';
import type { Program } from '../session/flags.js';

export function addConfig(program: Program, run: CliRun): void {
  const config = program.command('config').description('check the configuration');
  addCheck(config, run);
}

function addCheck(config: Program, run: CliRun): void {
  config
    .command('check')
    .description('check the configuration and name every problem with its line; needs no Redis')
    .option('--config <file>', 'else SIGNALBOX_CONFIG, else signalbox.config.* in this folder')
    .option('--json', 'print JSON, for programs')
    .action(async (flags) => {
      const { file, services } = await run.ports.checkConfig(flags);
      if (flags.json) run.out.json({ file, valid: true, services });
      else run.out.line(`${file} is valid: ${countOf(services.length)}`);
    });
}

const countOf = (services: number): string =>
  services === 1 ? '1 service' : `${services} services`;
