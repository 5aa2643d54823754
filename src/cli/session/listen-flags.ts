import type { CliRun } from './cli-run.js';
import { commandOf, parseInteger, type Program } from './flags.js';

/** A command that serves HTTP. */
export const listeningCommand = (program: Program, name: 'up' | 'server') =>
  commandOf(program, name)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <n>', 'where to listen', parseInteger(0, 65_535), 7300)
    .option('--config <file>', 'else SIGNALBOX_CONFIG')
    .option('--writable-board', 'let admins change the queues in Bull Board')
    .option(
      '--insecure-anonymous',
      'let everybody look who reaches it, where no credentials are configured',
    );

export interface ListeningFlags {
  readonly host: string;
  readonly port: number;
  readonly writableBoard?: true | undefined;
  readonly insecureAnonymous?: true | undefined;
}

export const listenOf = ({ host, port, writableBoard, insecureAnonymous }: ListeningFlags) => ({
  host,
  port,
  writableBoard: writableBoard === true,
  insecureAnonymous,
});

export const configOf = (run: CliRun, config: string | undefined): string | undefined =>
  config ?? run.ports.env['SIGNALBOX_CONFIG'];
